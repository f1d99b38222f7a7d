//! The messages that announce devices, and how ours are recognised.

use housekey::mirror::Home;
use housekey::model::{AdvancedFlow, Flow, Mood, ValueKind, Variable};
use serde_json::{Map, Value, json};

use super::entity::{Entity, booleans};
use crate::options::{Discovery, Options, UniqueIds};
use crate::slug::object_id;
use crate::topics;
use crate::view::{HomeyNames, View};

/// The name of what publishes, by which its messages are recognised.
const ORIGIN: &str = "housekey";

/// A retained message that announces a device or a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Announcement {
    pub(crate) topic: String,
    pub(crate) payload: String,
}

/// What all components of a device share.
struct Shared<'a> {
    options: &'a Options,
    object_id: String,
    device: Value,
    availability: Value,
    /// What ids of entities begin with.
    entity_prefix: String,
}

/// The messages of a device; none for one without components.
pub(crate) fn of_device(view: &View<'_>) -> Vec<Announcement> {
    let driver = view.device.driver().unwrap_or_default();
    let mut driver = driver.rsplit(':');
    let (model, app) = (driver.next().unwrap_or_default(), driver.next().unwrap_or_default());
    let id = |device: &str| match view.options.ids {
        UniqueIds::Housekey => format!("homey_{}_{device}", view.homey.id),
        UniqueIds::MqttHub => format!("{}_{device}", view.homey.level),
    };
    let mut device = json!({
        "identifiers": [id(&view.device.id)],
        "name": view.name(),
        "via_device": format!("homey_{}", view.homey.id),
    });
    for (key, text) in [("manufacturer", app), ("model", model), ("suggested_area", view.zone)] {
        if !text.is_empty() {
            device[key] = json!(text);
        }
    }
    let availability = json!([
        { "topic": topics::bridge_state(&view.options.base) },
        { "topic": topics::homey_state(&view.options.base, view.homey) },
        { "topic": topics::availability(&view.topic) },
    ]);
    let entity_prefix = view.topic.rsplit('/').next().unwrap_or_default().replace('-', "_");
    let (options, object_id) = (view.options, view.object_id());
    let shared = Shared { options, object_id, device, availability, entity_prefix };
    shared.messages(super::entities(view))
}

/// The messages of a Homey: its state, and its moods, flows and variables where the settings say so.
pub(crate) fn of_homey(home: &Home, homey: &HomeyNames, options: &Options) -> Vec<Announcement> {
    let device = json!({
        "identifiers": [format!("homey_{}", homey.id)],
        "name": homey.title,
        "manufacturer": "Athom",
        "model": "Homey",
    });
    let bridge = json!({ "topic": topics::bridge_state(&options.base) });
    let state = topics::homey_state(&options.base, homey);
    let entity = |key: &str, platform| {
        Entity { key: key.to_owned(), platform, config: Map::new(), takes: Vec::new() }
            .with("unique_id", format!("hk_{}_{key}", homey.id))
    };
    let connected = entity("connected", "binary_sensor")
        .with("name", "Connected")
        .with("device_class", "connectivity")
        .with("entity_category", "diagnostic")
        .with("state_topic", state.clone())
        .with("payload_on", "online")
        .with("payload_off", "offline");
    let devices = entity("devices", "sensor")
        .with("name", "Published devices")
        .with("state_class", "measurement")
        .with("entity_category", "diagnostic")
        .with("state_topic", topics::homey_devices(&options.base, homey));
    let mut entities = vec![connected, devices];
    let online = json!([bridge, { "topic": state }]);
    let item = |kind: &str, id: &str, name: &str, platform| {
        entity(&format!("{kind}_{}", object_id(id)), platform)
            .with("name", name)
            .with("availability", online.clone())
            .with("availability_mode", "all")
    };
    let command = |kind: &str, id: &str| topics::item_command(&options.base, homey, kind, id);
    if options.moods {
        entities.extend(home.all::<Mood>().map(|mood| {
            item("mood", &mood.id, mood.name(), "scene")
                .with("command_topic", command("moods", &mood.id))
                .with("payload_on", "ON")
        }));
    }
    if options.flows {
        let button = |id: &str, name: &str| {
            item("flow", id, name, "button")
                .with("command_topic", command("flows", id))
                .with("payload_press", "PRESS")
        };
        entities.extend(home.all::<Flow>().map(|flow| button(&flow.id, flow.name())));
        entities.extend(home.all::<AdvancedFlow>().map(|flow| button(&flow.id, flow.name())));
    }
    if options.variables {
        entities.extend(home.all::<Variable>().filter_map(|variable| {
            let name = variable.name();
            let own = |platform| {
                item("variable", &variable.id, name, platform)
                    .with("state_topic", topics::variable(&options.base, homey, &variable.id))
                    .with("command_topic", command("variables", &variable.id))
            };
            Some(match variable.kind()? {
                ValueKind::Boolean => booleans(own("switch"), "payload_on", "payload_off"),
                ValueKind::Number => own("number")
                    .with("min", -1e9)
                    .with("max", 1e9)
                    .with("step", 0.001)
                    .with("mode", "box"),
                ValueKind::String | ValueKind::Enum => own("text").with("max", 255),
            })
        }));
    }
    let entity_prefix = homey.level.replace('-', "_");
    let object_id = format!("hk_{}", homey.id);
    let availability = json!([bridge]);
    Shared { options, object_id, device, availability, entity_prefix }.messages(entities)
}

impl Shared<'_> {
    fn messages(&self, entities: Vec<Entity>) -> Vec<Announcement> {
        let origin = json!({ "name": ORIGIN, "sw_version": env!("CARGO_PKG_VERSION") });
        let prefix = &self.options.prefix;
        match self.options.home_assistant {
            None => Vec::new(),
            Some(_) if entities.is_empty() => Vec::new(),
            Some(Discovery::Device) => {
                let mut components = Map::new();
                for mut entity in entities {
                    let mut config = json!({ "platform": entity.platform });
                    self.name_entity(&mut entity);
                    if let Some(all) = config.as_object_mut() {
                        all.append(&mut entity.config);
                    }
                    components.insert(entity.key, config);
                }
                let payload = json!({
                    "device": self.device,
                    "origin": origin,
                    "availability": self.availability,
                    "availability_mode": "all",
                    "qos": 1,
                    "components": components,
                });
                let topic = format!("{prefix}/device/{}/config", self.object_id);
                vec![Announcement { topic, payload: payload.to_string() }]
            }
            Some(Discovery::Component) => {
                let message = |mut entity: Entity| {
                    self.name_entity(&mut entity);
                    let (key, platform) = (object_id(&entity.key), entity.platform);
                    let mut config = entity
                        .with("device", self.device.clone())
                        .with("origin", origin.clone())
                        .with("qos", 1)
                        .config;
                    if !config.contains_key("availability") {
                        config.insert("availability".to_owned(), self.availability.clone());
                        config.insert("availability_mode".to_owned(), json!("all"));
                    }
                    let topic = format!("{prefix}/{platform}/{}/{key}/config", self.object_id);
                    Announcement { topic, payload: Value::Object(config).to_string() }
                };
                entities.into_iter().map(message).collect()
            }
        }
    }

    /// Proposes an id of the entity, in the words of new releases and of earlier ones.
    fn name_entity(&self, entity: &mut Entity) {
        let is_main = entity.config.get("name") == Some(&Value::Null);
        let id = match is_main {
            true => self.entity_prefix.clone(),
            false => format!("{}_{}", self.entity_prefix, object_id(&entity.key).to_lowercase()),
        };
        entity.set("default_entity_id", format!("{}.{id}", entity.platform));
        entity.set("object_id", id);
    }
}

/// Where messages of ours may lie: of devices, and of components.
pub(crate) fn discovery_filters(prefix: &str) -> [String; 2] {
    [format!("{prefix}/device/+/config"), format!("{prefix}/+/+/+/config")]
}

/// Whether a message that announces something was published by us under that base.
pub(crate) fn is_ours(payload: &[u8], base: &str) -> bool {
    let Ok(message) = serde_json::from_slice::<Value>(payload) else { return false };
    let topic = message["availability"][0]["topic"].as_str().unwrap_or_default();
    message["origin"]["name"] == ORIGIN
        && topic.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

/// The message that makes Home Assistant take a component over from another message.
pub(crate) fn migrating() -> &'static str {
    "{\"migrate_discovery\":true}"
}
