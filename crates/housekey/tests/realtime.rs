//! The live side against the virtual Homey: events, calls, and every way to lose a connection.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::time::Duration;

use housekey::auth::store::Store;
use housekey::error::{HomeyError, Kind, Loss, RealtimeError};
use housekey::realtime::{Event, Status, Subscription};
use housekey::{Error, Homey, Secret, args};
use housekey_emulator::{Emulator, Expire, Interruption, Seen};
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
    let told = event(&mut device).await;
    assert_eq!((&*told.uri, &*told.name), (&*format!("homey:device:{lamp}"), "capability"));
    assert_eq!(
        told.value(),
        json!({
            "capabilityId": "onoff",
            "value": on,
            "transactionId": written["transactionId"],
            "transactionTime": written["transactionTime"],
        })
    );
    let told = event(&mut manager).await;
    assert_eq!(&*told.name, "device.update");
    assert_eq!(told.value()["capabilitiesObj"]["onoff"]["value"], json!(on));
    assert_eq!(house.world.calls("realtime.handshake"), 1, "one connection for both");
}

#[tokio::test]
async fn items_are_told_as_they_come_change_and_go() {
    let (_house, homey, _) = home().await;
    let mut zones = homey.subscribe("homey:manager:zones").await.unwrap();
    let zone = json!({ "name": "Attic", "icon": "attic" });
    let made = homey.call("zones.createZone", &args! { "zone" => zone }).await.unwrap();
    let id = made["id"].as_str().unwrap();
    let told = event(&mut zones).await;
    assert_eq!((&*told.name, told.value()), ("zone.create", made.clone()));
    let mut one = homey.subscribe(&format!("homey:zone:{id}")).await.unwrap();
    let change = args! { "id" => id, "zone" => json!({ "name": "Loft" }) };
    let changed = homey.call_live("zones.updateZone", &change).await.unwrap();
    for (subscription, name) in [(&mut zones, "zone.update"), (&mut one, "update")] {
        let told = event(subscription).await;
        assert_eq!((&*told.name, told.value()), (name, changed.clone()));
    }
    homey.call("zones.deleteZone", &args! { "id" => id }).await.unwrap();
    for (subscription, name) in [(&mut zones, "zone.delete"), (&mut one, "delete")] {
        let told = event(subscription).await;
        assert_eq!((&*told.name, told.value()), (name, json!({ "id": id })));
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
    let key = homey.users().create_personal_access_token("narrow", &["homey.zone.readonly"]);
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
async fn every_way_to_lose_a_connection_ends_in_a_restored_subscription() {
    let (house, homey, lamp) = home().await;
    let uri = format!("homey:device:{lamp}");
    let mut device = homey.subscribe(&uri).await.unwrap();
    for how in
        [Interruption::Kick, Interruption::Root, Interruption::Drop, Interruption::Disconnect]
    {
        let (handshakes, opened) = counts(&house.world);
        house.world.interrupt(how);
        let why = gap(&mut device).await;
        assert_eq!(matches!(why, Loss::Kicked), how == Interruption::Kick, "{how:?}: {why}");
        let on = !is_on(&homey, &lamp).await;
        switch(&homey, &lamp, on).await;
        assert_eq!(event(&mut device).await.value()["value"], json!(on), "after {how:?}");
        let anew = u64::from(how != Interruption::Kick);
        assert_eq!(counts(&house.world), (handshakes + 1, opened + anew), "{how:?}");
    }
}

fn counts(world: &Emulator) -> (u64, u64) {
    (world.calls("realtime.handshake"), world.calls("realtime.open"))
}

#[tokio::test(start_paused = true)]
async fn a_homey_that_stops_answering_is_noticed_by_its_heart_beat() {
    let (house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    let began = tokio::time::Instant::now();
    house.world.interrupt(Interruption::Hold);
    assert_eq!(gap(&mut device).await, Loss::Silent);
    // Its ping every 5 s, 8 s for the answer, a short rest.
    let took = began.elapsed();
    assert!((8..=15).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_once_for_the_handshake_and_for_a_call() {
    let (house, homey, lamp) = home().await;
    let mut device = homey.subscribe(&format!("homey:device:{lamp}")).await.unwrap();
    assert_eq!(house.world.calls("users.login"), 1);
    house.world.expire(Expire::Session);
    house.world.interrupt(Interruption::Drop);
    gap(&mut device).await;
    assert_eq!(house.world.calls("users.login"), 2);
    // One that ends while the connection stays.
    house.world.expire(Expire::Session);
    assert!(homey.call_live("zones.getZones", &args! {}).await.is_ok());
    assert_eq!(gap(&mut device).await, Loss::TokenEnded);
    assert_eq!(house.world.calls("users.login"), 3);
}

#[tokio::test]
async fn a_token_that_nobody_can_renew_ends_everything_and_says_why() {
    let house = House::new().await;
    let address = house.world.facts().homey_url.parse().unwrap();
    let homey = Homey::at(address, Secret::new("a:b:c"), house.http.clone()).await.unwrap();
    let error = homey.subscribe("homey:manager:devices").await.unwrap_err();
    assert_eq!(error.kind(), Kind::SignIn, "{error}");
    assert_eq!(*homey.realtime().status().borrow(), Status::SignedOut);
    assert!(homey.call_live("zones.getZones", &args! {}).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn after_somebody_has_signed_in_again_it_comes_back_by_itself() {
    let house = House::new().await;
    let store = Store::memory();
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let uri = format!("homey:device:{}", lamp(&homey).await);
    let mut device = homey.subscribe(&uri).await.unwrap();
    let mut status = homey.realtime().status();
    house.world.expire(Expire::All);
    house.world.interrupt(Interruption::Drop);
    let end = device.next().await.unwrap().unwrap_err();
    assert_eq!(end.kind(), Kind::SignIn, "{end}");
    status.wait_for(|status| *status == Status::SignedOut).await.unwrap();
    let asked = house.world.calls("oauth2.token.refresh_token");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(homey.subscribe(&uri).await.unwrap_err().kind(), Kind::SignIn);
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), asked, "nobody is asked again");
    // As another process would; nobody tells us.
    house.signed_in(&store).await;
    let began = tokio::time::Instant::now();
    status.wait_for(|status| *status == Status::Live).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let mut device = homey.subscribe(&uri).await.unwrap();
    switch(&homey, uri.trim_start_matches("homey:device:"), true).await;
    assert_eq!(&*event(&mut device).await.name, "capability");
}

#[tokio::test]
async fn whoever_asks_as_soon_as_somebody_has_signed_in_is_served() {
    let house = House::new().await;
    let store = Store::memory();
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::All);
    assert_eq!(homey.subscribe("homey:manager:zones").await.unwrap_err().kind(), Kind::SignIn);
    house.signed_in(&store).await;
    homey.subscribe("homey:manager:zones").await.unwrap();
    assert!(homey.call_live("zones.getZones", &args! {}).await.is_ok());
}

#[tokio::test]
async fn a_write_without_an_answer_is_reported_and_a_read_is_made_again() {
    let (house, homey, lamp) = home().await;
    homey.call_live("zones.getZones", &args! {}).await.unwrap();
    house.world.script("devices.setCapabilityValue").cut();
    let arguments =
        args! { "deviceId" => lamp.as_str(), "capabilityId" => "onoff", "value" => true };
    match homey.call_live("devices.setCapabilityValue", &arguments).await {
        Err(Error::Realtime(RealtimeError::Dropped { operation })) => {
            assert_eq!(operation, "devices.setCapabilityValue");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(house.world.calls("devices.setCapabilityValue"), 1);
    assert!(is_on(&homey, &lamp).await, "it was carried out");
    let before = house.world.calls("zones.getZones");
    house.world.script("zones.getZones").cut();
    assert!(homey.call_live("zones.getZones", &args! {}).await.is_ok());
    assert_eq!(house.world.calls("zones.getZones"), before + 2);
}

#[tokio::test(start_paused = true)]
async fn answers_that_never_come_run_into_their_limit() {
    let (house, homey, lamp) = home().await;
    homey.call_live("zones.getZones", &args! {}).await.unwrap();
    house.world.script("zones.getZones").lose();
    house.world.script("realtime.subscribe").lose();
    for outcome in [
        homey.call_live("zones.getZones", &args! {}).await.map(drop),
        homey.subscribe(&format!("homey:device:{lamp}")).await.map(drop),
    ] {
        match outcome {
            Err(Error::Realtime(RealtimeError::TimedOut { limit, .. })) => {
                assert_eq!(limit, Duration::from_secs(10));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// How a call came is told apart by the virtual Homey: it counts, and is struck, by that as well.
#[tokio::test]
async fn a_fault_of_live_calls_strikes_no_other() {
    let (house, homey, _) = home().await;
    house.world.script("realtime.call").reply(409);
    homey.call("zones.getZones", &args! {}).await.unwrap();
    homey.call_live("zones.getZones", &args! {}).await.unwrap_err();
    homey.call_live("zones.getZones", &args! {}).await.unwrap();
    let counts = ["realtime.call", "zones.getZones"].map(|name| house.world.calls(name));
    assert_eq!(counts, [2, 3]);
}

#[tokio::test]
async fn a_refused_handshake_fails_whoever_waits_and_the_next_attempt_may_do() {
    let (house, homey, _) = home().await;
    house.world.script("realtime.handshake").reply(503);
    match homey.subscribe("homey:manager:zones").await {
        Err(Error::Realtime(RealtimeError::NotConnected { why: Loss::Refused(_) })) => {}
        other => panic!("{other:?}"),
    }
    assert!(homey.subscribe("homey:manager:zones").await.is_ok());
}

#[tokio::test]
async fn thrown_out_as_soon_as_it_has_joined_the_attempt_fails_and_the_next_may_do() {
    let (house, homey, _) = home().await;
    house.world.script("realtime.join").kick();
    match homey.subscribe("homey:manager:zones").await {
        Err(Error::Realtime(RealtimeError::NotConnected { why: Loss::Kicked })) => {}
        other => panic!("{other:?}"),
    }
    homey.subscribe("homey:manager:zones").await.expect("granted");
    assert_eq!(house.world.calls("realtime.handshake"), 2);
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
    let told = event(&mut device).await.value();
    assert_eq!((&told["value"], &told["transactionId"]), (&json!(on), &Value::Null));
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
