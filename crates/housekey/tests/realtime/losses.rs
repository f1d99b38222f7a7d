//! Connections, answers and tokens that are lost, and the requests that need them.

use std::time::Duration;

use housekey::auth::store::Store;
use housekey::error::{Kind, Loss, RealtimeError};
use housekey::realtime::ConnectionStatus;
use housekey::{Error, Homey, Secret, args};
use housekey_emulator::{Emulator, Expire, Interruption};
use serde_json::json;

use super::house::House;
use super::{event, gap, home, is_on, lamp, switch};

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
    assert_eq!(*homey.realtime().status().borrow(), ConnectionStatus::SignedOut);
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
    status.wait_for(|status| *status == ConnectionStatus::SignedOut).await.unwrap();
    let asked = house.world.calls("oauth2.token.refresh_token");
    // Of paused time: an hour of looks at the store goes by at once.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(homey.subscribe(&uri).await.unwrap_err().kind(), Kind::SignIn);
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), asked, "nobody is asked again");
    // As another process would; nobody tells us.
    house.signed_in(&store).await;
    let began = tokio::time::Instant::now();
    status.wait_for(|status| *status == ConnectionStatus::Live).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let mut device = homey.subscribe(&uri).await.unwrap();
    switch(&homey, uri.trim_start_matches("homey:device:"), true).await;
    assert_eq!(&*event(&mut device).await.name, "capability");
}

#[tokio::test]
async fn a_request_right_after_a_new_sign_in_is_served() {
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

/// The virtual Homey distinguishes how a call came: it counts, and applies faults, by that as well.
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
async fn a_refused_handshake_fails_pending_requests_and_the_next_attempt_may_succeed() {
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
