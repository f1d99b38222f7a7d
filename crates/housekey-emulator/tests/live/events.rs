//! Events to subscribers, and load.

use std::num::NonZeroU32;

use housekey_emulator::Emulator;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::wire::{Wire, lamp};

fn read_event(frame: &str) -> Value {
    serde_json::from_str(frame.strip_prefix("42/api,").unwrap_or_else(|| panic!("{frame}")))
        .unwrap()
}

#[tokio::test]
async fn a_write_is_told_with_its_transaction() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let (lamp, on) = lamp(&mut wire).await;
    wire.ask(&format!(r#"42/api,0["subscribe","homey:device:{lamp}"]"#)).await;
    let mut writer = Wire::joined(&world).await;
    let arguments = json!({
        "deviceId": lamp, "capabilityId": "onoff", "value": !on,
        "transactionId": "homey-api-7", "transactionTime": 1_795_392_376_049_u64,
    });
    writer.call("devices", "setCapabilityValue", arguments).await;
    let event = read_event(&wire.next().await.unwrap());
    assert_eq!(
        (&event[0], &event[1]),
        (&json!(format!("homey:device:{lamp}")), &json!("capability"))
    );
    assert_eq!(event[2]["transactionId"], "homey-api-7");
    assert_eq!((&event[2]["capabilityId"], &event[2]["value"]), (&json!("onoff"), &json!(!on)));
}

#[tokio::test]
async fn only_those_who_subscribed_are_told() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    wire.ask(r#"42/api,0["subscribe","homey:manager:zones"]"#).await;
    let mut writer = Wire::joined(&world).await;
    writer
        .call(
            "logic",
            "createVariable",
            json!({ "variable": { "name": "x", "type": "number", "value": 1 } }),
        )
        .await;
    let made = writer.call("zones", "createZone", json!({ "zone": { "name": "Attic" } })).await;
    let event = read_event(&wire.next().await.unwrap());
    assert_eq!((&event[0], &event[1]), (&json!("homey:manager:zones"), &json!("zone.create")));
    assert_eq!(event[2], made[1]);
}

#[tokio::test]
async fn the_simulation_is_told() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    wire.ask(r#"42/api,0["subscribe","homey:manager:devices"]"#).await;
    world.advance(SignedDuration::from_hours(1));
    assert_eq!(read_event(&wire.next().await.unwrap())[1], "device.update");
}

#[tokio::test]
async fn a_burst_reaches_everybody_who_listens_to_devices() {
    let world = Emulator::start().await.unwrap();
    assert!(world.burst(1).await.is_err(), "nobody listens");
    let (mut one, mut other) = (Wire::joined(&world).await, Wire::joined(&world).await);
    let (lamp, on) = lamp(&mut one).await;
    for wire in [&mut one, &mut other] {
        wire.ask(&format!(r#"42/api,0["subscribe","homey:device:{lamp}"]"#)).await;
    }
    let burst = world.burst(500).await.unwrap();
    assert_eq!((burst.events, burst.deliveries), (500, 1000));
    for wire in [&mut one, &mut other] {
        let mut last_time = json!(0);
        for _ in 0..500 {
            let event = read_event(&wire.next().await.unwrap());
            assert_eq!(event[1], "capability");
            assert!(event[2]["sentAt"].is_f64(), "{event}");
            assert_ne!(
                event[2]["transactionTime"], last_time,
                "clients pass over a time they know"
            );
            last_time = event[2]["transactionTime"].clone();
            if event[2]["capabilityId"] == "onoff" {
                assert_eq!(event[2]["value"], json!(on), "nothing changes by it");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_at_its_rate() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let (lamp, _) = lamp(&mut wire).await;
    wire.ask(&format!(r#"42/api,0["subscribe","homey:device:{lamp}"]"#)).await;
    let stream = world.stream(31, NonZeroU32::new(10).unwrap()).await.unwrap();
    assert!((2999.0..3100.0).contains(&stream.took_ms), "{stream:?}");
    let answer = world.seen();
    assert_eq!(answer.connections(), 1);
}
