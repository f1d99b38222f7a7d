//! Users, sessions, API keys, presence, options, and the system.

use housekey::model::{ApiKey, Field, OptionValue, Presence, SessionInfo, SystemInfo, User};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{items, one};

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
    let key: SessionInfo = one(sample!("session-local"));
    assert_eq!(key.missing_scope(&["homey.device.readonly"]), None);
    assert_eq!(key.missing_scope(&["homey.device.control"]), Some("homey.device.control"));
    assert_eq!(key.expires_at, Field::Missing);

    let session: SessionInfo = one(sample!("session-v2"));
    assert_eq!(session.missing_scope(&["homey.device.control"]), None);
    assert_eq!(session.last_used, Field::Strange(json!(true)));
    let time = |field: &Field<housekey::model::Time>| field.get().unwrap().timestamp().unwrap();
    assert_eq!(time(&session.expires_at).duration_since(time(&session.created_at)).as_hours(), 24);

    let silent: SessionInfo = one(json!({}));
    assert_eq!(silent.missing_scope(&["homey.device"]), None);
}

#[test]
fn systems_of_both_generations() {
    let rendered = |system: SystemInfo| {
        format!(
            "{} {} at {} with {} bytes free",
            system.homey_model_name.text().unwrap_or("-"),
            system.homey_version.text().unwrap_or("-"),
            system.address().unwrap_or("-"),
            system.free_memory().unwrap_or_default(),
        )
    };
    assert_snapshot!(rendered(one(sample!("system-local"))), @"Homey Pro 13.4.0 at 192.0.2.7 with 512000000 bytes free");
    assert_snapshot!(rendered(one(sample!("system-v2"))), @"Homey Pro (Early 2019) 8.1.6 at 192.0.2.8:80 with 128000000 bytes free");
}

#[test]
fn api_keys_tell_their_scopes() {
    let keys = items::<ApiKey>(sample!("api-keys"));
    let [board, old] = &keys[..] else { panic!("two keys") };
    assert_eq!(board.name.text(), Some("Board"));
    assert_eq!(board.scopes.get().unwrap(), &["homey.device.readonly", "homey.zone.readonly"]);
    assert_eq!(old.last_used, Field::Null);
    assert!(
        !format!("{board:?}").contains("zone.readonly"),
        "whatever else is listed stays unseen"
    );
}

#[test]
fn options_and_presence_in_an_object_or_bare() {
    for (answer, want) in [
        (json!({ "value": "en" }), json!("en")),
        (json!("en"), json!("en")),
        (
            json!({ "latitude": 52.1, "longitude": 5.1 }),
            json!({ "latitude": 52.1, "longitude": 5.1 }),
        ),
        (json!({ "value": { "latitude": 52.1 } }), json!({ "latitude": 52.1 })),
        (json!({ "value": null }), Value::Null),
        (Value::Null, Value::Null),
    ] {
        assert_eq!(one::<OptionValue>(answer).value(), &want);
    }
    for (answer, want) in [
        (json!({ "value": true }), Some(true)),
        (json!(false), Some(false)),
        (json!({ "value": null }), None),
        (Value::Null, None),
    ] {
        assert_eq!(one::<Presence>(answer.clone()).value(), want, "{answer}");
    }
}
