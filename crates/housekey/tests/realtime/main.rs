//! The live side against the virtual Homey: events, calls, and every way to lose a connection.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../house/mod.rs"]
mod house;
mod losses;

use housekey::auth::store::Store;
use housekey::error::{HomeyError, Loss, RealtimeError};
use housekey::realtime::{Event, Subscription};
use housekey::{Error, Homey, args};
use housekey_emulator::Seen;
use serde_json::{Value, json};

use house::House;

/// A signed-in Homey and a lamp of its house.
async fn home() -> (House, Homey, String) {
    let house = House::new().await;
    let store = Store::memory();
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let lamp = lamp(&homey).await;
    (house, homey, lamp)
}

/// The first device that can be switched.
async fn lamp(homey: &Homey) -> String {
    let devices = homey.call("devices.getDevices", &args! {}).await.expect("devices");
    let mut devices = devices.as_object().expect("by id").iter();
    let switchable = |(_, device): &(&String, &Value)| {
        device["capabilitiesObj"]["onoff"]["setable"] == json!(true)
    };
    devices.find(switchable).expect("a lamp").0.clone()
}

async fn switch(homey: &Homey, lamp: &str, on: bool) -> Value {
    let arguments = args! { "deviceId" => lamp, "capabilityId" => "onoff", "value" => on };
    homey.call("devices.setCapabilityValue", &arguments).await.expect("switched")
}

async fn is_on(homey: &Homey, lamp: &str) -> bool {
    let arguments = args! { "deviceId" => lamp, "capabilityId" => "onoff" };
    let value = homey.call("devices.getCapabilityValue", &arguments).await.expect("a value");
    value.as_bool().expect("on or off")
}

async fn event(subscription: &mut Subscription) -> Event {
    subscription.next().await.expect("no end").expect("an event")
}

async fn gap(subscription: &mut Subscription) -> Loss {
    match subscription.next().await {
        Some(Err(Error::Realtime(RealtimeError::Gap { why, .. }))) => why,
        other => panic!("{other:?} is no gap"),
    }
}

#[tokio::test]
async fn a_write_comes_back_as_an_event_with_its_transaction() {
    let (house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let mut manager = homey.subscribe("homey:manager:devices").await.unwrap();
    let on = !is_on(&homey, &lamp).await;
    let written = switch(&homey, &lamp, on).await;
    let seen = event(&mut device).await;
    assert_eq!((&*seen.uri, &*seen.name), (&*format!("homey:device:{lamp}"), "capability"));
    assert_eq!(
        seen.value(),
        json!({
            "capabilityId": "onoff",
            "value": on,
            "transactionId": written["transactionId"],
            "transactionTime": written["transactionTime"],
        })
    );
    let seen = event(&mut manager).await;
    assert_eq!(&*seen.name, "device.update");
    assert_eq!(seen.value()["capabilitiesObj"]["onoff"]["value"], json!(on));
    assert_eq!(house.world.calls("realtime.handshake"), 1, "one connection for both");
}

#[tokio::test]
async fn items_are_told_as_they_come_change_and_go() {
    let (_house, homey, _) = home().await;
    let mut zones = homey.subscribe("homey:manager:zones").await.unwrap();
    let zone = json!({ "name": "Attic", "icon": "attic" });
    let made = homey.call("zones.createZone", &args! { "zone" => zone }).await.unwrap();
    let id = made["id"].as_str().unwrap();
    let seen = event(&mut zones).await;
    assert_eq!((&*seen.name, seen.value()), ("zone.create", made.clone()));
    let mut one = homey.subscribe(&format!("homey:zone:{id}")).await.unwrap();
    let change = args! { "id" => id, "zone" => json!({ "name": "Loft" }) };
    let changed = homey.call_live("zones.updateZone", &change).await.unwrap();
    for (subscription, name) in [(&mut zones, "zone.update"), (&mut one, "update")] {
        let seen = event(subscription).await;
        assert_eq!((&*seen.name, seen.value()), (name, changed.clone()));
    }
    homey.call("zones.deleteZone", &args! { "id" => id }).await.unwrap();
    for (subscription, name) in [(&mut zones, "zone.delete"), (&mut one, "delete")] {
        let seen = event(subscription).await;
        assert_eq!((&*seen.name, seen.value()), (name, json!({ "id": id })));
    }
}

#[tokio::test]
async fn the_simulation_is_told_too() {
    let (house, homey, _) = home().await;
    let mut devices = homey.subscribe("homey:manager:devices").await.unwrap();
    house.world.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(&*event(&mut devices).await.name, "device.update");
}

#[tokio::test]
async fn calls_answer_as_over_http() {
    let (_house, homey, lamp) = home().await;
    let reads = [
        ("devices.getDevices", args! {}),
        ("devices.getDevice", args! { "id" => lamp.as_str() }),
        ("zones.getZones", args! {}),
        ("users.getUserMe", args! {}),
        ("logic.getVariables", args! {}),
    ];
    for (operation, arguments) in &reads {
        let http = homey.call(operation, arguments).await.unwrap();
        assert_eq!(homey.call_live(operation, arguments).await.unwrap(), http, "{operation}");
    }
    let wrong = [
        ("devices.getDevice", args! { "id" => "nope" }),
        ("zones.updateZone", args! { "id" => "nope", "zone" => json!({ "name": "x" }) }),
        ("backup.createBackupState", args! {}),
        ("devices.getDevice", args! {}),
    ];
    for (operation, arguments) in &wrong {
        let http = homey.call(operation, arguments).await.unwrap_err();
        let live = homey.call_live(operation, arguments).await.unwrap_err();
        assert_eq!(format!("{live:?}"), format!("{http:?}"), "{operation}");
    }
    let arguments =
        args! { "deviceId" => lamp.as_str(), "capabilityId" => "onoff", "value" => true };
    let written = homey.call_live("devices.setCapabilityValue", &arguments).await.unwrap();
    assert_eq!(written["value"], json!(true));
    assert!(is_on(&homey, &lamp).await);
}

/// A key that may read zones and nothing else.
async fn narrow(house: &House, homey: &Homey) -> Homey {
    let key = homey.users().create_api_key("narrow", &["homey.zone.readonly"]);
    let token = key.await.expect("a key").token;
    let address = house.world.facts().homey_url.parse().expect("a URL");
    Homey::at(address, token, house.http.clone()).await.expect("a Homey")
}

#[tokio::test]
async fn scopes_hold_for_calls_and_subscriptions() {
    let (house, homey, _) = home().await;
    let narrow = narrow(&house, &homey).await;
    let _zones = narrow.subscribe("homey:manager:zones").await.expect("allowed");
    assert!(narrow.call_live("zones.getZones", &args! {}).await.is_ok());
    for refused in [
        narrow.subscribe("homey:manager:devices").await.map(drop),
        narrow.subscribe("homey:device:some").await.map(drop),
        narrow.call_live("devices.getDevices", &args! {}).await.map(drop),
    ] {
        match refused {
            Err(Error::Homey(
                HomeyError::MissingScope { .. } | HomeyError::Refused { status: 403, .. },
            )) => {}
            other => panic!("{other:?} is no refusal"),
        }
    }
    // Nothing is left behind of a refused subscription.
    house.world.until(|seen| seen.calls("realtime.unsubscribe") == 2).await;
}

#[tokio::test]
async fn what_flows_do_is_told() {
    let (_house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let on = !is_on(&homey, &lamp).await;
    let trigger = json!({ "id": "homey:manager:flow:programmatic_trigger", "args": {} });
    let card = format!("homey:device:{lamp}:{}", if on { "on" } else { "off" });
    let action = json!({ "id": card, "args": {}, "group": "then" });
    let flow = json!({ "name": "Switch", "trigger": trigger, "actions": [action] });
    let made = homey.call("flow.createFlow", &args! { "flow" => flow }).await.unwrap();
    let id = made["id"].as_str().unwrap();
    homey.call("flow.triggerFlow", &args! { "id" => id }).await.unwrap();
    let seen = event(&mut device).await.value();
    assert_eq!((&seen["value"], &seen["transactionId"]), (&json!(on), &Value::Null));
}

#[tokio::test]
async fn a_slow_listener_is_told_how_many_events_it_lost() {
    let (house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let mut witness = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let reading = tokio::spawn(async move {
        let mut seen = 0;
        while seen < 10_000 {
            match witness.next().await.expect("no end") {
                Ok(_) => seen += 1,
                Err(Error::Realtime(RealtimeError::Lagged { count, .. })) => seen += count,
                Err(error) => panic!("{error}"),
            }
        }
        seen
    });
    let burst = house.world.burst(10_000).await.unwrap();
    assert_eq!((burst.events, burst.deliveries), (10_000, 10_000));
    assert_eq!(reading.await.unwrap(), 10_000);
    match device.next().await {
        Some(Err(Error::Realtime(RealtimeError::Lagged { count, .. }))) => {
            let mut rest = 0;
            while rest + count < 10_000 {
                event(&mut device).await;
                rest += 1;
            }
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_last_listener_to_leave_unsubscribes() {
    let (house, homey, _) = home().await;
    let of = |seen: &Seen| seen.subscriptions("homey:manager:zones");
    let first = homey.subscribe("homey:manager:zones").await.unwrap();
    let second = homey.subscribe("homey:manager:zones").await.unwrap();
    assert_eq!(house.world.calls("realtime.subscribe"), 1, "they share it");
    drop(first);
    assert_eq!(of(&house.world.seen()), 1);
    drop(second);
    house.world.until(|seen| of(seen) == 0).await;
    drop(homey);
    house.world.until(|seen| seen.connections() == 0).await;
}

#[tokio::test]
async fn lost_and_doubled_events_are_what_the_script_says() {
    let (house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let on = is_on(&homey, &lamp).await;
    house.world.script("realtime.event").lose();
    switch(&homey, &lamp, !on).await;
    house.world.script("realtime.event").duplicate();
    switch(&homey, &lamp, on).await;
    for _ in 0..2 {
        assert_eq!(event(&mut device).await.value()["value"], json!(on));
    }
}
