//! Devices, and what becomes of them; every row of the table.

use housekey::model::Device;
use serde_json::{Map, Value, json};

use super::rules;
use super::table::{ROWS, row_of};
use super::{entities, of_device};
use crate::options::{Discovery, Options, Override, UniqueIds};
use crate::view::{HomeyNames, View};

/// The capabilities of the vendor, and what they are when they stand alone.
const CAPABILITIES: &str = include_str!("capabilities.csv");

fn names() -> HomeyNames {
    HomeyNames::new("home", "Home", Some("0123abcd"))
}

/// A device of that class with those capabilities.
fn device(class: &str, capabilities: &[Value]) -> Device {
    let mut all = Map::new();
    for capability in capabilities {
        all.insert(capability["id"].as_str().unwrap().to_owned(), capability.clone());
    }
    let ids: Vec<_> = all.keys().cloned().collect();
    let device = json!({
        "id": "11111111-2222-3333-4444-555555555555",
        "name": "Thing",
        "class": class,
        "driverId": "homey:app:com.example:thing",
        "capabilities": ids,
        "capabilitiesObj": all,
    });
    serde_json::from_value(device).unwrap()
}

fn capability(id: &str, kind: &str, setable: bool, more: Value) -> Value {
    let mut capability =
        json!({ "id": id, "type": kind, "getable": true, "setable": setable, "title": id });
    capability.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    capability
}

fn enum_of(id: &str, setable: bool, ids: &[&str]) -> Value {
    let values: Vec<_> = ids.iter().map(|id| json!({ "id": id, "title": id })).collect();
    capability(id, "enum", setable, json!({ "values": values }))
}

fn share(id: &str) -> Value {
    capability(id, "number", true, json!({ "min": 0, "max": 1, "units": "%" }))
}

fn switch(id: &str) -> Value {
    capability(id, "boolean", true, json!({}))
}

/// The components of a device, which the rules accept in both forms.
fn components(device: &Device, options: &Options) -> Map<String, Value> {
    let names = names();
    let mut all = Map::new();
    for discovery in [Discovery::Component, Discovery::Device] {
        let options = Options { home_assistant: Some(discovery), ..options.clone() };
        let view = View::new(device, &names, &options, "Kitchen", "kitchen/thing").unwrap();
        for announcement in of_device(&view) {
            match discovery {
                Discovery::Device => {
                    assert_eq!(rules::complaints(&announcement.payload), Vec::<String>::new());
                    let message: Value = serde_json::from_str(&announcement.payload).unwrap();
                    all = message["components"].as_object().unwrap().clone();
                }
                Discovery::Component => {
                    let message: Value = serde_json::from_str(&announcement.payload).unwrap();
                    let mut config = message.as_object().unwrap().clone();
                    let platform = announcement.topic.split('/').nth(1).unwrap();
                    config.insert("platform".to_owned(), json!(platform));
                    assert_eq!(rules::of_component(&config), Vec::<String>::new(), "{message}");
                    assert!(config["device"].is_object() && config["availability_mode"] == "all");
                    assert_eq!(announcement.topic.split('/').count(), 5, "{}", announcement.topic);
                }
            }
        }
    }
    all
}

fn line(components: &Map<String, Value>) -> String {
    let one = |(key, config): (&String, &Value)| {
        let platform = config["platform"].as_str().unwrap();
        if key == platform { platform.to_owned() } else { format!("{platform} {key}") }
    };
    components.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_capability_of_the_vendor_becomes_what_the_table_says() {
    let mut count = 0;
    for row in CAPABILITIES.lines().skip(1) {
        let columns: Vec<_> = row.split(',').collect();
        let [
            id,
            kind,
            units,
            min,
            max,
            setable,
            component,
            class,
            state_class,
            unit,
            category,
            enabled,
        ] = columns[..]
        else {
            panic!("{row}");
        };
        count += 1;
        let number = |text: &str| text.parse::<f64>().ok();
        let values: &[&str] = if kind == "enum" { &["none", "auto"] } else { &[] };
        let values: Vec<_> = values.iter().map(|id| json!({ "id": id })).collect();
        let more = json!({
            "units": units, "min": number(min), "max": number(max), "values": values,
            "getable": component != "button",
        });
        // A class that makes no thermostat of it.
        let one = device("oven", &[capability(id, kind, setable == "true", more)]);
        let all = components(&one, &Options::default());
        assert_eq!(all.len(), 1, "{id}");
        let config = all.values().next().unwrap();
        // They stand for a whole cleaner or mower.
        let component = match id {
            "vacuumcleaner_state" => "vacuum",
            "mower_state" => "lawn_mower",
            _ => component,
        };
        assert_eq!(config["platform"], component, "{id}");
        let text = |key: &str| config[key].as_str().unwrap_or_default();
        // What releases do not know that read this form.
        let is_new = |class: &str| ["wind_direction", "measurement_angle"].contains(&class);
        let class = if is_new(class) { "" } else { class };
        let class = if component == "cover" && class.is_empty() { "shade" } else { class };
        assert_eq!(text("device_class"), class, "{id}");
        if component == "sensor" {
            let state_class = if is_new(state_class) { "" } else { state_class };
            assert_eq!(text("state_class"), state_class, "{id}");
        }
        if ["sensor", "number"].contains(&component) {
            assert_eq!(text("unit_of_measurement"), unit.replace('μ', "µ"), "{id}");
        }
        assert_eq!(text("entity_category"), category, "{id}");
        let is_shown = config["enabled_by_default"] != json!(false);
        assert_eq!(
            is_shown,
            enabled == "yes" && id != "windowcoverings_closed" || component == "cover",
            "{id}"
        );
        let scaled = max == "1" && component == "number" && id != "light_hue";
        assert_eq!(text("command_template") == "{{ value / 100 }}", scaled, "{id}");
        assert!(row_of(&format!("{id}.second")).is_some());
    }
    assert_eq!(count, ROWS.len());
}

#[test]
fn composites_take_their_capabilities() {
    let temperature = capability(
        "target_temperature",
        "number",
        true,
        json!({ "min": 5, "max": 30, "step": 0.5, "units": "°C" }),
    );
    let measured = capability("measure_temperature", "number", false, json!({ "units": "°C" }));
    let modes = enum_of("thermostat_mode", true, &["heat", "cool", "auto", "off"]);
    let covering = enum_of("windowcoverings_state", true, &["up", "idle", "down"]);
    let vacuum = enum_of(
        "vacuumcleaner_state",
        true,
        &["cleaning", "spot_cleaning", "docked", "charging", "stopped"],
    );
    let mower = enum_of("mower_state", true, &["mowing", "docked", "paused"]);
    let alarm = enum_of("homealarm_state", true, &["armed", "disarmed", "partially_armed"]);
    let heater = enum_of("heater_operation_mode", true, &["eco", "gas", "off"]);
    let dim = || share("dim");
    let rows: Vec<(&str, Vec<Value>, &str)> = vec![
        (
            "light",
            vec![
                switch("onoff"),
                dim(),
                share("light_hue"),
                share("light_saturation"),
                share("light_temperature"),
                enum_of("light_mode", true, &["color", "temperature"]),
            ],
            "light",
        ),
        ("light", vec![switch("onoff")], "light"),
        ("socket", vec![switch("onoff"), dim()], "switch onoff, number dim"),
        ("socket", vec![switch("onoff"), share("light_temperature")], "light"),
        ("light", vec![switch("onoff"), switch("onoff.second")], "light, switch onoff.second"),
        ("blinds", vec![covering.clone()], "cover"),
        (
            "blinds",
            vec![covering.clone(), share("windowcoverings_set"), switch("windowcoverings_closed")],
            "cover, switch windowcoverings_closed",
        ),
        ("curtain", vec![dim()], "cover"),
        (
            "sunshade",
            vec![share("windowcoverings_set"), share("windowcoverings_tilt_set")],
            "cover",
        ),
        ("windowcoverings", vec![switch("windowcoverings_closed")], "cover"),
        (
            "garagedoor",
            vec![
                switch("garagedoor_closed"),
                capability("alarm_contact", "boolean", false, json!({})),
            ],
            "cover garagedoor_closed, binary_sensor alarm_contact",
        ),
        ("watervalve", vec![switch("onoff")], "valve"),
        ("sprinkler", vec![share("valve_position")], "valve"),
        (
            "thermostat",
            vec![temperature.clone(), measured.clone(), modes.clone()],
            "climate, sensor measure_temperature",
        ),
        ("thermostat", vec![temperature.clone(), switch("onoff")], "climate"),
        (
            "thermostat",
            vec![temperature.clone(), enum_of("thermostat_mode", true, &["heat", "boost"])],
            "climate, select thermostat_mode",
        ),
        (
            "airconditioning",
            vec![
                temperature.clone(),
                modes,
                switch("onoff"),
                enum_of("fan_mode", true, &["low", "high"]),
                enum_of("swing_mode", true, &["on", "off"]),
            ],
            "climate",
        ),
        ("oven", vec![temperature.clone()], "number target_temperature"),
        (
            "boiler",
            vec![temperature.clone(), heater, switch("onoff"), measured],
            "water_heater, sensor measure_temperature",
        ),
        ("humidifier", vec![switch("onoff"), share("target_humidity")], "humidifier"),
        (
            "fan",
            vec![
                switch("onoff"),
                share("fan_speed"),
                switch("oscillating"),
                enum_of("fan_mode", true, &["off", "auto"]),
            ],
            "fan",
        ),
        ("fan", vec![switch("onoff"), dim()], "fan"),
        ("lock", vec![switch("locked")], "lock"),
        ("homealarm", vec![alarm], "alarm_control_panel"),
        ("siren", vec![switch("onoff")], "siren"),
        (
            "vacuumcleaner",
            vec![
                vacuum,
                enum_of("vacuumcleaner_job_mode", true, &["quiet", "max"]),
                capability("measure_battery", "number", false, json!({ "units": "%" })),
            ],
            "vacuum, sensor measure_battery",
        ),
        ("lawnmower", vec![mower], "lawn_mower"),
        (
            "doorbell",
            vec![capability("alarm_generic", "boolean", false, json!({}))],
            "binary_sensor alarm_generic, event ring",
        ),
        // What is not the vendor's.
        ("other", vec![capability("own_text", "string", true, json!({}))], "text own_text"),
        (
            "other",
            vec![capability("own_level", "number", true, json!({ "min": 0, "max": 10 }))],
            "number own_level",
        ),
        (
            "other",
            vec![capability("own_flag", "boolean", false, json!({}))],
            "binary_sensor own_flag",
        ),
        (
            "other",
            vec![capability("own_action", "boolean", true, json!({ "getable": false }))],
            "button own_action",
        ),
        ("other", vec![enum_of("own_state", false, &["a", "b"])], "sensor own_state"),
        ("other", vec![enum_of("own_mode", true, &[])], "sensor own_mode"),
        ("other", vec![capability("own_odd", "colour", false, json!({}))], ""),
        (
            "other",
            vec![capability("measure_power", "number", false, json!({ "units": "furlongs" }))],
            "sensor measure_power",
        ),
    ];
    for (class, capabilities, want) in rows {
        let one = device(class, &capabilities);
        assert_eq!(line(&components(&one, &Options::default())), want, "{class}");
    }
}

#[test]
fn a_unit_that_does_not_fit_takes_the_class_away() {
    let odd =
        device("sensor", &[capability("measure_power", "number", false, json!({ "units": "hp" }))]);
    let config = &components(&odd, &Options::default())["measure_power"];
    assert_eq!(
        (config["device_class"].as_str(), config["unit_of_measurement"].as_str()),
        (None, Some("hp"))
    );
}

#[test]
fn ids_stay_when_names_change_and_follow_the_app_on_request() {
    let lamp = device("light", &[switch("onoff")]);
    let names = names();
    let id = |options: &Options, level: &str| {
        let view = View::new(&lamp, &names, options, "Hall", level).unwrap();
        let message = of_device(&view).remove(0);
        let payload: Value = serde_json::from_str(&message.payload).unwrap();
        (message.topic, payload["components"]["light"]["unique_id"].as_str().unwrap().to_owned())
    };
    let options = Options::default();
    let (topic, unique_id) = id(&options, "hall/lamp");
    assert_eq!(topic, "homeassistant/device/hk_0123abcd_11111111222233334444555555555555/config");
    assert_eq!(unique_id, "hk_0123abcd_11111111-2222-3333-4444-555555555555_light");
    assert_eq!(id(&options, "attic/moon"), (topic, unique_id));
    let options = Options { ids: UniqueIds::MqttHub, ..options };
    assert_eq!(id(&options, "hall/lamp").1, "11111111-2222-3333-4444-555555555555_light");
}

#[test]
fn settings_change_components_and_names() {
    let plug = device(
        "socket",
        &[switch("onoff"), capability("measure_power", "number", false, json!({}))],
    );
    let change = |capability: Option<&str>, component: Option<&str>, name: Option<&str>| Override {
        device: "kitchen/thing".to_owned(),
        capability: capability.map(str::to_owned),
        component: component.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    let overrides = vec![
        change(Some("measure_power"), None, Some("Draw")),
        change(Some("onoff"), Some("button"), None),
        change(None, None, Some("Heater")),
        // What a capability cannot be, it does not become.
        change(Some("measure_power"), Some("switch"), None),
    ];
    let options = Options { overrides, ..Options::default() };
    let all = components(&plug, &options);
    assert_eq!(line(&all), "button onoff, sensor measure_power");
    assert_eq!(all["measure_power"]["name"], "Draw");
    let names = names();
    let view = View::new(&plug, &names, &options, "Kitchen", "kitchen/thing").unwrap();
    assert_eq!(view.name(), "Heater");
    assert_eq!(entities(&view).len(), 2);
}
