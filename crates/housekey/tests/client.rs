//! The client against the virtual Homey: answers as they came, and the dialect learned when it matters.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use housekey::catalogue::Dialect;
use housekey::client::RawCall;
use housekey::error::Kind;
use housekey::http::Http;
use housekey::{Homey, Secret, args};
use housekey_emulator::Emulator;
use serde_json::{Value, json};

async fn world(dialect: Dialect) -> (Emulator, Homey) {
    let world = Emulator::builder().dialect(dialect).start().await.expect("a free port");
    let facts = world.facts();
    let address = facts.homey_url.parse().expect("a URL");
    let http = Http::new().expect("TLS");
    let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
    (world, homey)
}

const TELLING: &str = "system.getInfo";

#[tokio::test]
async fn the_dialect_is_asked_for_once_and_only_where_it_matters() {
    for dialect in Dialect::ALL {
        let (world, homey) = world(dialect).await;
        let devices = homey.devices().get_devices().await.expect("devices");
        let lamp = devices.iter().find(|device| device.capability("onoff").is_some());
        let lamp = &lamp.expect("a lamp").id;
        homey.devices().set_capability_value(lamp, "onoff", true).await.expect("switched on");
        assert_eq!((world.calls(TELLING), homey.known_dialect()), (0, None), "{dialect}");

        // Not on every dialect: the refusal names the one it is.
        for _ in 0..2 {
            let outcome = homey.sessions().get_sessions().await;
            assert_eq!(outcome.is_ok(), dialect == Dialect::V2, "{dialect}: {outcome:?}");
        }
        assert_eq!((world.calls(TELLING), homey.known_dialect()), (1, Some(dialect)));
        assert_eq!(homey.clone().dialect().await.expect("known"), dialect);
        assert_eq!(world.calls(TELLING), 1, "clones share what was learned");
    }
}

#[tokio::test]
async fn a_wrong_call_is_told_before_anything_is_sent() {
    let (world, homey) = world(Dialect::Local).await;
    let error = homey.call("devices.getDevice", &args! {}).await.expect_err("no id");
    assert_eq!(error.kind(), Kind::Usage, "{error:?}");
    assert_eq!((world.calls(TELLING), world.calls("devices.getDevice")), (0, 0));
}

#[tokio::test]
async fn a_question_that_failed_is_asked_again() {
    let (world, homey) = world(Dialect::V2).await;
    world.script(TELLING).reply(500);
    let error = homey.sessions().get_sessions().await.expect_err("the dialect is not known");
    assert!(error.to_string().contains(TELLING), "{error}");
    assert_eq!(homey.known_dialect(), None);
    homey.sessions().get_sessions().await.expect("asked again");
    assert_eq!(homey.known_dialect(), Some(Dialect::V2));
}

#[tokio::test]
async fn who_may_not_ask_is_on_the_newest_dialect_and_is_told_the_scope() {
    let (world, homey) = world(Dialect::Local).await;
    // A key cannot make keys, so the owner signs in.
    let login = args! { "username" => "alex", "password" => "right" };
    homey.call("users.updateUserMeLocalCredentials", &login).await.expect("a local user");
    let login = args! {
        "username" => "alex", "password" => "right", "clientId" => "c", "clientName" => "test",
    };
    let session = homey.call("users.loginLocal", &login).await.expect("a session");
    let session = Secret::new(session.as_str().expect("a token"));
    let own = world.facts().homey_url.parse().expect("a URL");
    let homey = Homey::at(own, session, Http::new().expect("TLS")).await.expect("a Homey");
    let key = homey.users().create_api_key("reader", &["homey.zone.readonly"]);
    let key = key.await.expect("a key");
    assert!(!format!("{key:?}").contains(key.token.expose()));
    let address = world.facts().homey_url.parse().expect("a URL");
    let reader = Homey::at(address, key.token, Http::new().expect("TLS")).await.expect("a Homey");
    let zones = reader.zones().get_zones().await.expect("zones");
    let update = reader.zones().update_zone(&zones[0].id, json!({ "name": "Home" })).await;
    let error = update.expect_err("a reader cannot write");
    assert_eq!(
        error.to_string(),
        "zones.updateZone is not allowed with this token: it needs the scope homey.zone"
    );
    assert_eq!(reader.known_dialect(), Some(Dialect::Local));
    let listed = homey.users().get_personal_access_tokens().await.expect("keys");
    assert!(listed.iter().any(|one| one.id == key.key.id));
    homey.users().delete_personal_access_token(&key.key.id).await.expect("removed");
    let error = reader.zones().get_zones().await.expect_err("the key is gone");
    assert_eq!(error.kind(), Kind::SignIn, "{error:?}");
}

#[tokio::test]
async fn bytes_are_those_of_the_homey() {
    let (world, homey) = world(Dialect::Local).await;
    let call = |id| {
        let homey = homey.clone();
        async move { homey.call_bytes(id, &args! {}).await }
    };
    let raw = homey.raw(&RawCall::get("/api/manager/zones/zone")).await.expect("answered");
    assert!(raw.header("Content-Type").is_some_and(|kind| kind.starts_with("application/json")));
    assert_eq!(call("zones.getZones").await.expect("answered"), raw.body);

    // Spaces, order and numbers as they came.
    let script = |body: Value| world.script("zones.getZones").reply(200).body(body);
    script(json!({ "b": 1.0, "a": [null] }));
    assert_eq!(call("zones.getZones").await.expect("answered"), br#"{"b":1.0,"a":[null]}"#);

    world.script("zones.getZones").reply(200).page("<h1>Router</h1>");
    let error = call("zones.getZones").await.expect_err("a page");
    assert!(error.to_string().ends_with("answered 200 with a body that is not JSON"), "{error}");
    world.script("zones.getZones").cut();
    let error = call("zones.getZones").await.expect_err("half an answer");
    assert!(error.to_string().ends_with("broke off its answer"), "{error}");
}

#[tokio::test]
async fn answers_of_another_shape_are_told_as_such() {
    let (world, homey) = world(Dialect::Cloud).await;
    for body in [json!("text"), json!({ "z1": 1 }), json!([1])] {
        world.script("zones.getZones").reply(200).body(body.clone());
        let error = homey.zones().get_zones().await.expect_err("no zones");
        assert!(error.to_string().contains("not of the expected type"), "{body}: {error}");
    }
    world.script("zones.getZones").reply(200).body(json!({ "z1": { "name": "no id" } }));
    let zones = homey.zones().get_zones().await.expect("a zone that goes by its key");
    assert_eq!(zones.iter().map(|zone| zone.id.as_str()).collect::<Vec<_>>(), ["z1"]);
    world.script("zones.getZones").reply(200).body(Value::Null);
    assert_eq!(homey.zones().get_zones().await.expect("none").0, []);
}

#[tokio::test]
async fn what_is_made_can_be_changed_and_removed() {
    for dialect in Dialect::ALL {
        let (_world, homey) = world(dialect).await;
        let attic = homey.zones().create_zone(json!({ "name": "Attic" })).await.expect("made");
        let study = homey.zones().update_zone(&attic.id, json!({ "name": "Study" })).await;
        assert_eq!(study.expect("changed").name(), "Study", "{dialect}");
        assert_eq!(homey.zones().get_zone(&attic.id).await.expect("there").name(), "Study");
        homey.zones().delete_zone(&attic.id).await.expect("removed");
        homey.zones().get_zone(&attic.id).await.expect_err("gone");

        for (value, other) in
            [(json!(true), json!(false)), (json!(1.5), json!(2)), (json!("a"), json!(""))]
        {
            let made = homey.logic().add_variable("v", value.clone()).await.expect("made");
            assert_eq!((made.value(), made.check(&other)), (&value, Ok(())), "{dialect}");
            let changed = homey.logic().update_variable(&made.id, json!({ "value": other })).await;
            assert_eq!(changed.expect("changed").value(), &other, "{dialect}");
            homey.logic().delete_variable(&made.id).await.expect("removed");
        }
        let device = &homey.devices().get_devices().await.expect("devices")[0];
        let renamed = homey.devices().update_device(&device.id, json!({ "name": "New" })).await;
        assert_eq!(renamed.expect("renamed").name(), "New", "{dialect}");

        homey.system().set_system_name("Cottage").await.expect("named");
        assert_eq!(homey.system().get_system_name().await.expect("a name"), "Cottage");
        let me = homey.users().get_user_me().await.expect("me");
        assert_eq!(homey.users().get_user(&me.id).await.expect("me again"), me, "{dialect}");
        assert_eq!(
            homey.sessions().get_session_me().await.expect("a session").user_id.text(),
            Some(&*me.id)
        );
    }
}
