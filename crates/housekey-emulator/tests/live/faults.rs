//! Faults by script, at every step of a live connection.

use std::time::Duration;

use housekey_emulator::{Emulator, Quirk};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::wire::{Wire, lamp};

#[tokio::test]
async fn a_refused_handshake_says_what_it_was_told_to() {
    let world = Emulator::start().await.unwrap();
    world
        .script("realtime.handshake")
        .reply(503)
        .body(json!({ "error": "busy", "statusCode": 503 }));
    let mut wire = Wire::opened(&world).await;
    let token = world.facts().api_key;
    let shake = |number: u8| format!(r#"42{number}["handshakeClient",{{"token":"{token}"}}]"#);
    assert_eq!(wire.ask(&shake(0)).await, r#"430[{"error":"busy","statusCode":503}]"#);
    assert!(wire.ask(&shake(1)).await.starts_with("431[null,"));
    world.script("realtime.join").reply(403);
    assert!(wire.ask("40/api,").await.starts_with("44/api,"));
}

#[tokio::test]
async fn a_kick_strikes_behind_the_answer() {
    let world = Emulator::start().await.unwrap();
    world.script("realtime.join").kick();
    let mut wire = Wire::admitted(&world).await;
    assert_eq!(wire.ask("40/api,").await, "40/api,");
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
    let mut wire = Wire::joined(&world).await;
    world.script("realtime.subscribe").kick();
    assert_eq!(wire.ask(r#"42/api,0["subscribe","x"]"#).await, "43/api,0[null]");
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
    let mut wire = Wire::joined(&world).await;
    world.script("zones.getZones").kick();
    assert_eq!(wire.call("zones", "getZones", json!({})).await[0], Value::Null);
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
}

#[tokio::test]
async fn a_cut_strikes_in_place_of_the_answer_which_was_carried_out() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.script("realtime.subscribe").cut();
    wire.send(r#"42/api,0["subscribe","x"]"#).await;
    assert_eq!(wire.next().await, None);
    assert_eq!(world.calls("realtime.subscribe"), 1);
}

#[tokio::test]
async fn a_lost_answer_never_comes() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.script("realtime.subscribe").lose();
    wire.send(r#"42/api,0["subscribe","x"]"#).await;
    world.until(|seen| seen.subscriptions("x") == 1).await;
    assert_eq!(wire.ask(r#"42/api,1["subscribe","y"]"#).await, "43/api,1[null]");
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_as_long_as_told() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.script("zones.getZones").delay(Duration::from_secs(3));
    let began = Instant::now();
    wire.call("zones", "getZones", json!({})).await;
    assert!((3.0..4.0).contains(&began.elapsed().as_secs_f32()));
}

#[tokio::test]
async fn events_are_lost_doubled_late_or_the_last() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let (lamp, on) = lamp(&mut wire).await;
    wire.ask(&format!(r#"42/api,0["subscribe","homey:device:{lamp}"]"#)).await;
    let mut writer = Wire::joined(&world).await;
    let value = |frame: Option<String>| {
        let frame = frame.unwrap();
        let event: Value = serde_json::from_str(frame.strip_prefix("42/api,").unwrap()).unwrap();
        event[2]["value"].as_bool().unwrap()
    };
    let write = |on: bool| json!({ "deviceId": lamp, "capabilityId": "onoff", "value": on });
    world.script("realtime.event").lose();
    writer.call("devices", "setCapabilityValue", write(!on)).await;
    world.script("realtime.event").duplicate();
    writer.call("devices", "setCapabilityValue", write(on)).await;
    assert_eq!(value(wire.next().await), on);
    assert_eq!(value(wire.next().await), on);
    world.script("realtime.event").delay(Duration::from_millis(200));
    writer.call("devices", "setCapabilityValue", write(!on)).await;
    writer.call("devices", "setCapabilityValue", write(on)).await;
    assert_eq!(value(wire.next().await), on);
    assert_eq!(value(wire.next().await), !on);
    world.script("realtime.event").kick();
    writer.call("devices", "setCapabilityValue", write(!on)).await;
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
}

#[tokio::test]
async fn errors_quote_the_token_in_the_spelling_of_the_quirk() {
    let world = Emulator::start().await.unwrap();
    let token = world.facts().api_key;
    let mut wire = Wire::joined(&world).await;
    let missing = json!({ "id": "none" });
    world.quirk(Quirk::EchoAuthorization, true);
    let answer = wire.call("zones", "getZone", missing.clone()).await;
    assert!(answer[0]["error"].as_str().unwrap().contains(&token), "{answer}");
    world.quirk(Quirk::EchoAuthorization, false);
    world.quirk(Quirk::EchoAuthorizationJson, true);
    let call = json!({ "args": missing, "operation": "getZone", "uri": "homey:manager:zones" });
    let frame = wire.ask(&format!(r#"42/api,1["api",{call}]"#)).await;
    assert!(!frame.contains(&token) && frame.contains(r"\u003a"), "{frame}");
    let answer: Value = serde_json::from_str(frame.strip_prefix("43/api,1").unwrap()).unwrap();
    assert!(answer[0]["error"].as_str().unwrap().contains(&token), "{answer}");
    // The token of a handshake that fails is quoted as well.
    let mut other = Wire::opened(&world).await;
    let refused = other.ask(r#"420["handshakeClient",{"token":"a:b:c"}]"#).await;
    let refused: Value = serde_json::from_str(refused.strip_prefix("430").unwrap()).unwrap();
    assert!(refused[0]["error"].as_str().unwrap().ends_with("(Authorization: a:b:c)"), "{refused}");
}
