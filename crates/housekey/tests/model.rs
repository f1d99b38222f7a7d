//! The models against answers shaped like those of real Homeys: nothing is lost, and both generations
//! come out the same. Homes, ids and names are made up.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its own functions as well")]

use housekey::model::{
    Capability, Device, Field, Items, Session, SystemInfo, User, Variable, Zone,
};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("samples/", $name, ".json"))).unwrap()
    };
}

/// The items of a collection, after each was encoded again and compared with what it came from.
fn items<T: DeserializeOwned + Serialize>(answer: Value) -> Vec<T> {
    let wire: Vec<Value> = answer.as_object().unwrap().values().cloned().collect();
    let items = serde_json::from_value::<Items<T>>(answer).unwrap().0;
    assert_eq!(items.iter().map(|item| json!(item)).collect::<Vec<_>>(), wire);
    items
}

fn one<T: DeserializeOwned + Serialize>(answer: Value) -> T {
    let item: T = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(json!(item), answer);
    item
}

fn device_in_words(device: &Device) -> String {
    let mut text = format!(
        "{} ({}) by {} in {}\n",
        device.name,
        device.class().unwrap_or("-"),
        device.driver().unwrap_or_default(),
        device.zone.text().unwrap_or("-"),
    );
    match device.unavailable_message.text() {
        Some(message) if !device.available.is_true() => text += &format!("  off: {message}\n"),
        _ => assert!(device.available.is_true()),
    }
    for capability in device.all_capabilities() {
        text += &format!(
            "  {} {:?} {} {} {}{}\n",
            capability.id,
            capability.kind().unwrap(),
            capability.value(),
            capability.units.text().unwrap_or("-"),
            capability
                .last_updated
                .get()
                .and_then(|time| time.timestamp())
                .map_or("never".to_owned(), |time| time.to_string()),
            if capability.setable.is_true() { " setable" } else { "" },
        );
    }
    text
}

#[test]
fn devices_of_both_generations_are_the_same() {
    let told =
        |answer| items::<Device>(answer).iter().map(device_in_words).collect::<Vec<_>>().concat();
    let local = told(sample!("devices-local"));
    assert_eq!(told(sample!("devices-v2")), local);
    assert_snapshot!(local);
}

#[test]
fn devices_tell_what_their_capabilities_take() {
    let devices = items::<Device>(sample!("devices-local"));
    let lamp = &devices[0];
    assert!(lamp.capability("gone").is_none(), "listed, but without an entry");
    let refused = |id: &str, value| lamp.capability(id).unwrap().check(&value).unwrap_err();
    assert_snapshot!(refused("dim", json!(35)), @"`dim` takes a number from 0 to 1, and 35 is outside");
    assert_snapshot!(refused("measure_power.lamp", json!(1)), @"`measure_power.lamp` cannot be set");
    assert_snapshot!(refused("light_mode", json!("blue")), @"`light_mode` takes one of color, temperature, not `blue`");
    assert_eq!(
        format!("{lamp:?}"),
        format!("Device {{ id: {:?}, name: \"Reading lamp\", .. }}", lamp.id)
    );
}

#[test]
fn zones_of_both_generations() {
    let told = |answer| {
        items::<Zone>(answer)
            .iter()
            .map(|zone| {
                format!(
                    "{} {:?} {:?} {:?}",
                    zone.name,
                    zone.parent.text(),
                    zone.active,
                    zone.position()
                )
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(told(sample!("zones-local")), @r#"
    Home None Is(true) None
    Living room Some("9b2d0c1e-0000-4000-8000-000000000001") Is(false) None
    "#);
    assert_snapshot!(told(sample!("zones-v2")), @r#"
    Home None Is(true) Some(1.0)
    Living room Some("9b2d0c1e-0000-4000-8000-000000000001") Is(false) Some(2.0)
    "#);
}

#[test]
fn variables_keep_their_type() {
    let variables = items::<Variable>(sample!("variables"));
    assert!(!format!("{variables:?}").contains("19.5"), "people keep tokens in variables");
    let [token, night, setpoint] = &variables[..] else { panic!("three variables") };
    assert_eq!(token.read("12").unwrap(), json!("12"));
    assert_eq!(night.read("on").unwrap(), json!(true));
    assert_eq!(setpoint.read("12").unwrap(), json!(12));
    assert_eq!(setpoint.value(), &json!(19.5));
    assert_snapshot!(setpoint.read("warm").unwrap_err(), @"`setpoint` takes a number, not a string");
    assert_snapshot!(night.check(&json!("on")).unwrap_err(), @"`night` takes true or false, not a string");
    assert_snapshot!(token.check(&Value::Null).unwrap_err(), @"`accesstoken` takes a text, not null");
}

#[test]
fn users_of_both_generations() {
    for answer in [sample!("users-local"), sample!("users-v2")] {
        let users = items::<User>(answer);
        let user = &users[0];
        assert_eq!((user.name.text(), user.role.text()), (Some("Anna Example"), Some("owner")));
        assert!(user.present.is_true());
        assert_eq!(user.asleep, Field::Null);
    }
}

#[test]
fn sessions_of_both_generations() {
    let key: Session = one(sample!("session-local"));
    assert_eq!(key.missing_scope(&["homey.device.readonly"]), None);
    assert_eq!(key.missing_scope(&["homey.device.control"]), Some("homey.device.control"));
    assert_eq!(key.expires_at, Field::Missing);

    let session: Session = one(sample!("session-v2"));
    assert_eq!(session.missing_scope(&["homey.device.control"]), None);
    assert_eq!(session.last_used, Field::Strange(json!(true)));
    let time = |field: &Field<housekey::model::Time>| field.get().unwrap().timestamp().unwrap();
    assert_eq!(time(&session.expires_at).duration_since(time(&session.created_at)).as_hours(), 24);

    let silent: Session = one(json!({}));
    assert_eq!(silent.missing_scope(&["homey.device"]), None);
}

#[test]
fn systems_of_both_generations() {
    let told = |system: SystemInfo| {
        format!(
            "{} {} at {} with {} bytes free",
            system.homey_model_name.text().unwrap_or("-"),
            system.homey_version.text().unwrap_or("-"),
            system.address().unwrap_or("-"),
            system.free_memory().unwrap_or_default(),
        )
    };
    assert_snapshot!(told(one(sample!("system-local"))), @"Homey Pro 13.4.0 at 192.0.2.7 with 512000000 bytes free");
    assert_snapshot!(told(one(sample!("system-v2"))), @"Homey Pro (Early 2019) 8.1.6 at 192.0.2.8:80 with 128000000 bytes free");
}

/// Any JSON, deep enough for a device's capabilities, its keys from those the models know.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| json!(number)),
        prop_oneof![Just("number"), Just("2026-01-31T08:00:00.000Z"), Just("x")]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((known_key(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn known_key() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "id",
        "name",
        "type",
        "title",
        "value",
        "lastUpdated",
        "getable",
        "setable",
        "units",
        "min",
        "max",
        "step",
        "decimals",
        "values",
        "driverId",
        "driverUri",
        "zone",
        "class",
        "virtualClass",
        "capabilities",
        "capabilitiesObj",
        "settings",
        "available",
        "unavailableMessage",
        "warningMessage",
        "note",
        "lastSeenAt",
        "parent",
        "icon",
        "active",
        "activeLastUpdated",
        "order",
        "sortIndex",
        "role",
        "athomId",
        "enabled",
        "verified",
        "present",
        "asleep",
        "userId",
        "agent",
        "scopes",
        "intersectedScopes",
        "createdAt",
        "expiresAt",
        "lastUsed",
        "uptime",
        "loadavg",
        "totalmem",
        "freemem",
        "unheard",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    /// Whatever a Homey sends in whatever field: it is read, and written as it came.
    #[test]
    fn nothing_is_refused_or_lost(
        pairs in proptest::collection::vec((known_key(), any_json()), 0..12),
    ) {
        let mut item: Map<String, Value> = pairs.into_iter().collect();
        item.insert("id".to_owned(), json!("i1"));
        item.insert("name".to_owned(), json!("n"));
        let item = Value::Object(item);
        let as_json = |again: serde_json::Result<Value>| again.unwrap();
        fn again<T: DeserializeOwned + Serialize>(item: &Value) -> serde_json::Result<Value> {
            serde_json::to_value(serde_json::from_value::<T>(item.clone())?)
        }
        prop_assert_eq!(&as_json(again::<Device>(&item)), &item);
        prop_assert_eq!(&as_json(again::<Capability>(&item)), &item);
        prop_assert_eq!(&as_json(again::<Zone>(&item)), &item);
        prop_assert_eq!(&as_json(again::<Variable>(&item)), &item);
        prop_assert_eq!(&as_json(again::<User>(&item)), &item);
        prop_assert_eq!(&as_json(again::<Session>(&item)), &item);
        prop_assert_eq!(&as_json(again::<SystemInfo>(&item)), &item);
    }
}
