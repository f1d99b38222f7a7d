//! A bridge without a broker: what it sends, and what commands become.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use housekey::mirror::{Change, ChangeKind, Home, Item, ItemKind, MirrorState, Origin};
use serde_json::{Value, json};

use super::{Action, Bridge, Out, Received};
use crate::options::{Discovery, Options, Selection};
use crate::view::HomeyNames;

/// A home that changes, the bridge, and the broker's memory.
struct World {
    home: Arc<Home>,
    bridge: Bridge,
    kept: BTreeMap<String, String>,
    /// Everything that was published, in order.
    sent: Vec<(String, String)>,
    filters: Vec<String>,
}

fn lamp(id: &str, name: &str, zone: &str) -> Value {
    json!({
        "id": id, "name": name, "zone": zone, "class": "light", "available": true,
        "capabilities": ["onoff", "dim", "measure_power", "ping"],
        "capabilitiesObj": {
            "onoff": { "id": "onoff", "type": "boolean", "getable": true, "setable": true, "value": false, "lastUpdated": "2026-03-01T12:00:00.000Z" },
            "dim": { "id": "dim", "type": "number", "min": 0, "max": 1, "units": "%", "getable": true, "setable": true, "value": 0.5, "lastUpdated": "2026-03-01T12:00:00.000Z" },
            "measure_power": { "id": "measure_power", "type": "number", "units": "W", "getable": true, "setable": false, "value": null },
            "ping": { "id": "ping", "type": "boolean", "getable": false, "setable": true },
        },
    })
}

const LAMP: &str = "11111111-2222-3333-4444-555555555555";
const CONFIG: &str = "homeassistant/device/hk_abc_11111111222233334444555555555555/config";

impl World {
    fn new(options: Options) -> Self {
        let names = HomeyNames::new("home", "Home", Some("abc"));
        let bridge = Bridge::new(options, vec![names]);
        let (home, kept) = (Arc::default(), BTreeMap::new());
        let mut world = Self { home, bridge, kept, sent: Vec::new(), filters: Vec::new() };
        world.put(ItemKind::Zone, json!({ "id": "k", "name": "Kitchen" }));
        world.put(ItemKind::Device, lamp(LAMP, "Lamp", "k"));
        world
    }

    /// The same, connected and announced.
    fn up(options: Options) -> Self {
        let mut world = Self::new(options);
        world.connect();
        world.bridge.state(0, MirrorState::Live);
        world.bridge.complete(0, &world.home.clone());
        world.run();
        world
    }

    fn connect(&mut self) {
        self.filters.clear();
        self.bridge.connected();
        self.run();
        // The broker sends what it has for the filters, and then the message of ours.
        let filters = self.filters.clone();
        for (topic, payload) in self.kept.clone() {
            if filters.iter().any(|filter| matches(filter, &topic)) {
                self.received(&topic, &payload, true);
            }
        }
        self.received("housekey/bridge/sync", "sync", false);
        self.run();
    }

    fn run(&mut self) {
        let home = self.home.clone();
        while let Some(out) = self.bridge.next(&|_| home.clone()) {
            match out {
                Out::Publish(message) => {
                    let topic = message.topic.to_string();
                    if message.retain && message.payload.is_empty() {
                        self.kept.remove(&topic);
                    } else if message.retain {
                        self.kept.insert(topic.clone(), message.payload.clone());
                    }
                    self.sent.push((topic, message.payload));
                }
                Out::Subscribe(filters) | Out::Read(filters) => self.filters.extend(filters),
                Out::Unsubscribe(gone) => self.filters.retain(|filter| !gone.contains(filter)),
            }
        }
    }

    fn received(&mut self, topic: &str, payload: &str, retain: bool) -> Received {
        self.received_at(topic, payload, retain, Duration::ZERO)
    }

    fn received_at(&mut self, topic: &str, payload: &str, retain: bool, at: Duration) -> Received {
        let home = self.home.clone();
        self.bridge.received(topic, payload.as_bytes(), retain, at, &|_| home.clone())
    }

    fn change(&mut self, kind: ItemKind, id: &str, what: ChangeKind) {
        let home = Arc::make_mut(&mut self.home);
        let change =
            Change { seq: home.seq() + 1, origin: Origin::Live, kind, id: id.into(), what };
        home.apply(&change);
        let home = self.home.clone();
        self.bridge.changed(0, &change, &home);
        self.run();
    }

    fn put(&mut self, kind: ItemKind, item: Value) {
        let (id, item) = Item::of(kind, &item.to_string()).unwrap();
        let known = self.home.item(kind, &id).is_some();
        let item = Arc::new(item);
        let what = match known {
            true => ChangeKind::Updated { item, fields: vec!["name".into()] },
            false => ChangeKind::Added(item),
        };
        self.change(kind, &id, what);
    }

    fn value(&mut self, capability: &str, value: Value) {
        let item = self.home.item(ItemKind::Device, LAMP).unwrap();
        let previous = item.report(capability).unwrap().value.clone();
        let at = "2026-03-01T12:00:01Z".parse().ok();
        let what = ChangeKind::Value { capability: capability.into(), value, previous, at };
        self.change(ItemKind::Device, LAMP, what);
    }

    fn kept(&self, topic: &str) -> Option<&str> {
        self.kept.get(topic).map(String::as_str)
    }

    /// What was sent since the last look.
    fn news(&mut self) -> Vec<String> {
        self.sent.drain(..).map(|(topic, payload)| format!("{topic}={payload}")).collect()
    }
}

/// Whether a topic is among those of a filter.
fn matches(filter: &str, topic: &str) -> bool {
    let levels: Vec<_> = topic.split('/').collect();
    let wanted: Vec<_> = filter.split('/').collect();
    levels.len() == wanted.len()
        && levels.iter().zip(wanted).all(|(one, filter)| filter == "+" || filter == *one)
}

fn writes(received: Received) -> String {
    let Received::Command(0, command) = received else { return format!("{received:?}") };
    let Action::Set(writes) = command.action else { return format!("{:?}", command.action) };
    let writes = writes.iter().map(|write| format!("{}={}", write.capability, write.value));
    writes.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_home_is_announced_and_followed() {
    let mut world = World::up(Options::default());
    let topics: Vec<_> = world.kept.keys().map(String::as_str).collect();
    let want = [
        "homeassistant/device/hk_abc/config",
        CONFIG,
        "housekey/bridge/state",
        "housekey/home/devices",
        "housekey/home/kitchen/lamp/availability",
        "housekey/home/kitchen/lamp/dim",
        "housekey/home/kitchen/lamp/light",
        "housekey/home/kitchen/lamp/onoff",
        "housekey/home/state",
    ];
    assert_eq!(topics, want);
    assert_eq!(world.kept("housekey/home/state"), Some("online"));
    assert!(world.filters.contains(&"housekey/home/+/+/+/set".to_owned()), "{:?}", world.filters);
    assert!(!world.filters.contains(&"housekey/home/+/+/+".to_owned()), "{:?}", world.filters);
    world.news();

    world.value("onoff", json!(true));
    let light = "housekey/home/kitchen/lamp/light={\"state\":\"ON\",\"brightness\":50,\"color_mode\":\"brightness\"}";
    assert_eq!(world.news(), ["housekey/home/kitchen/lamp/onoff=true", light]);
    world.value("onoff", json!(true));
    assert_eq!(world.news(), Vec::<String>::new(), "the same value");
    world.value("measure_power", json!(12.5));
    assert_eq!(world.news(), ["housekey/home/kitchen/lamp/measure_power=12.5"]);
    world.bridge.state(0, MirrorState::Offline);
    world.run();
    assert_eq!(world.news(), ["housekey/home/state=offline"]);
}

#[test]
fn another_name_moves_the_topics_and_keeps_the_ids() {
    let mut world = World::up(Options::default());
    world.news();
    world.put(ItemKind::Device, lamp(LAMP, "Moon", "k"));
    let news = world.news();
    let place = |text: &str| {
        news.iter()
            .position(|one| one.starts_with(text))
            .unwrap_or_else(|| panic!("{text} in {news:#?}"))
    };
    assert!(
        place("housekey/home/kitchen/moon/onoff=false")
            < place("housekey/home/kitchen/lamp/onoff=")
    );
    assert!(
        news.iter().all(|one| !one.starts_with("homeassistant") || one.starts_with(CONFIG)),
        "{news:#?}"
    );
    assert!(world.kept.keys().all(|topic| !topic.contains("lamp")), "{:?}", world.kept.keys());

    // The zone as well, and a second device of the same name.
    world.put(ItemKind::Zone, json!({ "id": "k", "name": "Küche" }));
    assert_eq!(world.kept("housekey/home/kuche/moon/onoff"), Some("false"));
    world.put(ItemKind::Device, lamp("99999999-aaaa", "Moon", "k"));
    assert_eq!(world.kept("housekey/home/kuche/moon/onoff"), None);
    assert!(world.kept("housekey/home/kuche/moon-11111111/onoff").is_some());
    assert!(world.kept("housekey/home/kuche/moon-99999999/onoff").is_some());
}

#[test]
fn what_is_gone_is_deleted_also_when_it_went_unseen() {
    let mut world = World::up(Options::default());
    world.news();
    world.change(ItemKind::Device, LAMP, ChangeKind::Removed);
    assert_eq!(world.news()[0], format!("{CONFIG}="), "Home Assistant forgets it first");
    assert!(world.kept.keys().all(|topic| !topic.contains("lamp") && topic != CONFIG));

    // While there was no connection.
    let mut world = World::up(Options::default());
    world.bridge.disconnected();
    world.change(ItemKind::Device, LAMP, ChangeKind::Removed);
    world.connect();
    assert!(world.kept.keys().all(|topic| !topic.contains("lamp") && topic != CONFIG));

    // While there was no bridge; what others keep stays.
    let kept = World::up(Options::default()).kept;
    let exclude = vec!["Kitchen/*".to_owned()];
    let selection = Selection { exclude, ..Selection::default() };
    let mut world = World::new(Options { selection, ..Options::default() });
    world.kept = kept;
    let alien = [
        "homeassistant/device/hk_abc_x/config",
        "housekey/cabin/hall/lamp/onoff",
        "other/home/a/b/c",
    ];
    for topic in alien {
        world.kept.insert(topic.to_owned(), "{}".to_owned());
    }
    world.bridge.complete(0, &world.home.clone());
    world.connect();
    let left: Vec<_> =
        world.kept.keys().filter(|topic| topic.contains("lamp") || *topic == CONFIG).collect();
    assert_eq!(left, ["housekey/cabin/hall/lamp/onoff"]);
    assert!(alien.iter().all(|topic| world.kept(topic).is_some()));
}

#[test]
fn a_component_that_is_left_out_is_taken_out_by_name_first() {
    let kept = World::up(Options::default()).kept;
    let exclude = vec!["measure_power".to_owned()];
    let selection = Selection { exclude, ..Selection::default() };
    let mut world = World::new(Options { selection, ..Options::default() });
    world.kept = kept;
    world.bridge.complete(0, &world.home.clone());
    world.connect();
    let configs: Vec<Value> = world
        .sent
        .iter()
        .filter(|(topic, _)| topic == CONFIG)
        .map(|(_, payload)| serde_json::from_str(payload).unwrap())
        .collect();
    assert_eq!(configs[0]["components"]["measure_power"], json!({ "platform": "sensor" }));
    assert!(configs.last().unwrap()["components"].get("measure_power").is_none());
}

#[test]
fn the_other_form_of_discovery_takes_the_entities_over() {
    let kept = World::up(Options::default()).kept;
    let home_assistant = Some(Discovery::Component);
    let mut world = World::new(Options { home_assistant, ..Options::default() });
    world.kept = kept;
    world.bridge.complete(0, &world.home.clone());
    world.connect();
    let news = world.news();
    let place = |text: &str| news.iter().position(|one| one.starts_with(text)).unwrap();
    let migrates = place(&format!("{CONFIG}={{\"migrate_discovery\":true}}"));
    let light = "homeassistant/light/hk_abc_11111111222233334444555555555555/light/config={";
    let gone = news.iter().position(|one| *one == format!("{CONFIG}=")).unwrap();
    assert!(migrates < place(light) && place(light) < gone);
}

#[test]
fn commands_become_writes_and_wrong_ones_are_answered_with_the_value() {
    let mut world = World::up(Options::default());
    let topic = |leaf: &str| format!("housekey/home/kitchen/lamp/{leaf}/set");
    for (leaf, payload, want) in [
        ("onoff", "true", "onoff=true"),
        // It is being written already.
        ("onoff", "true", "Nothing"),
        ("onoff", "false", "onoff=false"),
        ("dim", "0.5", "Nothing"),
        ("dim", "0.25", "dim=0.25"),
        ("ping", "true", "ping=true"),
        ("ping", "true", "ping=true"),
        ("light", "{\"state\":\"ON\",\"brightness\":70}", "dim=0.7"),
    ] {
        assert_eq!(writes(world.received(&topic(leaf), payload, false)), want, "{leaf} {payload}");
    }
    world.news();
    let long = "1".repeat(10_000);
    for (leaf, payload) in [
        ("onoff", "2"),
        ("dim", "1.01"),
        ("dim", "NaN"),
        ("dim", ""),
        ("dim", &long),
        ("light", "ON"),
        ("measure_power", "5"),
        ("nothing", "5"),
        ("availability", "online"),
    ] {
        assert_eq!(world.received(&topic(leaf), payload, false), Received::Nothing);
        world.run();
        let news = world.news();
        assert!(
            news.iter().any(|one| one == "housekey/home/kitchen/lamp/onoff=false"),
            "{news:#?}"
        );
        assert!(news.last().unwrap().starts_with("housekey/bridge/log={"), "{news:#?}");
    }
    // A retained one is none, and so is one for another home.
    for (topic, retain) in
        [(topic("onoff"), true), ("housekey/attic/a/b/onoff/set".to_owned(), false)]
    {
        assert_eq!(world.received(&topic, "true", retain), Received::Nothing);
    }
    world.run();
    assert_eq!(world.news(), Vec::<String>::new());
}

#[test]
fn a_refusal_by_the_homey_publishes_the_old_value() {
    let mut world = World::up(Options::default());
    let received = world.received("housekey/home/kitchen/lamp/onoff/set", "true", false);
    let Received::Command(homey, command) = received else { panic!("{received:?}") };
    world.news();
    let home = world.home.clone();
    world.bridge.finished(homey, &command, Err("it is away".to_owned()), Duration::ZERO, &home);
    world.run();
    let news = world.news();
    assert!(news.contains(&"housekey/home/kitchen/lamp/onoff=false".to_owned()), "{news:#?}");
    assert!(news.last().unwrap().contains("it is away"), "{news:#?}");
    // It can be tried again.
    let again = world.received("housekey/home/kitchen/lamp/onoff/set", "true", false);
    assert_eq!(writes(again), "onoff=true");
}

#[test]
fn a_loop_is_cut() {
    let mut world = World::up(Options::default());
    let mut count = 0;
    for round in 0..1000_u64 {
        let at = Duration::from_millis(10 * round);
        let payload = if round % 2 == 0 { "true" } else { "false" };
        let received =
            world.received_at("housekey/home/kitchen/lamp/onoff/set", payload, false, at);
        count += usize::from(matches!(received, Received::Command(..)));
        world.run();
    }
    assert!(count < 45, "{count}");
}

#[test]
fn moods_flows_and_variables_are_published_on_request() {
    let mut world =
        World::up(Options { moods: true, flows: true, variables: true, ..Options::default() });
    world.put(ItemKind::Mood, json!({ "id": "m1", "name": "Cosy" }));
    world.put(ItemKind::Flow, json!({ "id": "f1", "name": "Go" }));
    world.put(ItemKind::AdvancedFlow, json!({ "id": "f2", "name": "Go far" }));
    world.put(
        ItemKind::Variable,
        json!({ "id": "v1", "name": "Guests", "type": "number", "value": 2 }),
    );
    assert_eq!(world.kept("housekey/home/variables/v1"), Some("2"));
    let payload: Value =
        serde_json::from_str(world.kept("homeassistant/device/hk_abc/config").unwrap()).unwrap();
    let keys: Vec<_> = payload["components"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["connected", "devices", "mood_m1", "flow_f1", "flow_f2", "variable_v1"]);
    for (topic, payload, want) in [
        ("moods/m1", "ON", "Mood"),
        ("flows/f1", "PRESS", "Flow"),
        ("flows/f2", "PRESS", "AdvancedFlow"),
        ("variables/v1", "3", "Variable(Number(3))"),
        ("variables/v1", "2", "Nothing"),
        ("variables/v1", "many", "Nothing"),
        ("moods/m2", "ON", "Nothing"),
    ] {
        assert_eq!(
            writes(world.received(&format!("housekey/home/{topic}/set"), payload, false)),
            want,
            "{topic}"
        );
    }
}

#[test]
fn after_its_birth_home_assistant_gets_everything_again() {
    let mut world = World::up(Options::default());
    world.news();
    assert_eq!(world.received("homeassistant/status", "online", true), Received::Nothing);
    assert_eq!(world.received("homeassistant/status", "offline", false), Received::Nothing);
    assert_eq!(world.received("homeassistant/status", "online", false), Received::Birth);
    world.bridge.reannounce();
    world.run();
    let news = world.news();
    assert!(news.iter().any(|one| one.starts_with(CONFIG)), "{news:#?}");
    assert!(news.contains(&"housekey/home/kitchen/lamp/onoff=false".to_owned()), "{news:#?}");
}

#[test]
fn nothing_waits_without_a_connection() {
    let mut world = World::up(Options::default());
    world.bridge.disconnected();
    for round in 0..1000 {
        world.value("measure_power", json!(round));
    }
    assert!(!world.bridge.has_next());
    world.sent.clear();
    world.connect();
    let power = |news: Vec<String>| {
        news.into_iter().filter(|one| one.contains("measure_power=")).collect::<Vec<_>>()
    };
    assert_eq!(power(world.news()), ["housekey/home/kitchen/lamp/measure_power=999"]);
}
