//! Errors of calls that cannot succeed: each cause under its own name, and nothing sent twice
//! that may have been carried out.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use house::House;
use housekey::auth::store::{Access, Store};
use housekey::catalogue::Dialect;
use housekey::discovery::Addresses;
use housekey::error::{HomeyError, HttpError, Kind};
use housekey::request::ArgumentError;
use housekey::{Error, Homey, Secret, args};
use housekey_emulator::Emulator;
use serde_json::json;

/// A Homey that is called with its API key.
async fn homey(house: &House) -> Homey {
    let facts = house.world.facts();
    let address = facts.homey_url.parse().expect("a URL");
    Homey::at(address, Secret::new(facts.api_key), house.http.clone()).await.expect("a Homey")
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_named() {
    let house = House::new().await;
    let homey = homey(&house).await;
    let zones = || async { homey.call("zones.getZones", &args! {}).await.expect_err("no answer") };

    house.world.script("zones.getZones").reply(200).page("<h1>Router</h1>");
    let error = zones().await;
    assert!(matches!(error, Error::Http(HttpError::Unreadable { .. })), "{error:?}");

    house.world.script("zones.getZones").cut();
    let error = zones().await;
    assert!(matches!(error, Error::Http(HttpError::Cut { .. })), "{error:?}");

    assert_eq!(error.kind(), Kind::Failed);
    assert!(error.advice().is_some(), "{error:?}");
}

#[tokio::test]
async fn an_answer_without_end_is_not_taken_in() {
    let mut house = House::new().await;
    house.http = house.http.with_answer_limit(1024 * 1024);
    let homey = homey(&house).await;
    house.world.script("zones.getZones").reply(200).body(json!("x".repeat(2 * 1024 * 1024)));
    let error = homey.call("zones.getZones", &args! {}).await.expect_err("too large");
    assert!(matches!(error, Error::Http(HttpError::TooLarge { .. })), "{error:?}");
    homey.call("zones.getZones", &args! {}).await.expect("the next answer is of a usual size");
}

#[tokio::test]
async fn a_write_that_was_cut_off_is_not_sent_again() {
    let house = House::new().await;
    let homey = homey(&house).await;
    house.world.script("logic.createVariable").cut();
    let variable = json!({"name": "made-up", "type": "number", "value": 1});
    let arguments = args! { "variable" => variable };
    let error = homey.call("logic.createVariable", &arguments).await.expect_err("cut");
    assert_eq!(house.world.calls("logic.createVariable"), 1);
    let advice = error.advice().expect("advice").to_string();
    assert!(advice.contains("look first whether it already did"), "{advice}");
}

#[tokio::test]
async fn a_homey_that_asks_for_patience_gets_it() {
    let house = House::new().await;
    let homey = homey(&house).await;
    house.world.script("zones.getZones").reply(429).header("Retry-After", "0").times(3);
    homey.call("zones.getZones", &args! {}).await.expect("answered in the end");
    assert_eq!(house.world.calls("zones.getZones"), 4);

    house.world.script("zones.getZones").reply(429).header("Retry-After", "3600");
    let error = homey.call("zones.getZones", &args! {}).await.expect_err("an hour is too long");
    let Error::Homey(HomeyError::Refused { status: 429, retry_after_s, .. }) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*retry_after_s, Some(3600));
    assert_eq!(
        error.advice().map(|advice| advice.to_string()).as_deref(),
        Some("no further try is made; wait 3600 s, then try again")
    );
}

#[tokio::test]
async fn a_key_that_may_not_is_told_which_scope_is_missing() {
    let house = House::new().await;
    let key = Secret::new(house.world.new_api_key(&["homey.zone.readonly"]));
    let address = house.world.facts().homey_url.parse().expect("a URL");
    let reader = Homey::at(address, key, house.http.clone()).await.expect("a Homey");
    reader.call("zones.getZones", &args! {}).await.expect("that it may read");
    let error = reader.call("devices.getDevices", &args! {}).await.expect_err("not this");
    let Error::Homey(HomeyError::MissingScope { scopes, .. }) = &error else { panic!("{error:?}") };
    assert_eq!(scopes, &["homey.device.readonly"]);
}

#[tokio::test]
async fn what_the_homey_does_not_have_it_says_in_its_own_words() {
    let house = House::new().await;
    let homey = homey(&house).await;
    let arguments = args! { "id" => "00000000-0000-4000-8000-000000000000" };
    let error = homey.call("devices.getDevice", &arguments).await.expect_err("not there");
    let Error::Homey(HomeyError::Refused { status: 404, message, .. }) = &error else {
        panic!("{error:?}")
    };
    assert!(message.contains("Device"), "{message}");
}

#[tokio::test]
async fn a_call_that_is_wrong_is_not_sent() {
    let house = House::with(Emulator::builder().dialect(Dialect::Cloud)).await;
    let store = Store::memory();
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    for (operation, arguments) in [
        ("devices.getDevicez", args! {}),
        ("devices.getDevice", args! {}),
        ("devices.getDevice", args! { "id" => "x", "idd" => "y" }),
        ("devices.getDevice", args! { "id" => 7 }),
        ("alarms.getAlarms", args! {}),
    ] {
        let error = homey.call(operation, &arguments).await.expect_err(operation);
        assert!(matches!(error, Error::Argument(_)), "{operation}: {error:?}");
        assert_eq!(error.kind(), Kind::Usage, "{operation}");
        assert_eq!(house.world.calls(operation), 0, "{operation}");
    }
    let error = homey.call("devices.getDevicez", &args! {}).await.expect_err("unknown");
    let Error::Argument(ArgumentError::Unknown { meant, .. }) = &error else { panic!("{error:?}") };
    assert!(meant.contains(&"devices.getDevices"), "{meant:?}");
}

#[tokio::test]
async fn a_homey_that_is_nowhere_is_offline_and_every_address_is_told() {
    let (house, store) = (House::new().await, Store::memory());
    let mut record = house.signed_in(&store).await;
    // Port 9 of this machine: nothing listens there, and nothing leaves the machine.
    let nowhere: url::Url = "http://127.0.0.1:9".parse().expect("a URL");
    record.addresses = Addresses::only(nowhere.clone());
    let Access::Account { session, .. } = &record.access else { panic!("{record:?}") };
    record.access = Access::ApiKey { id: None, key: session.token.clone(), refused: false };
    store.save_homey(&record).expect("saved");
    let homey = house.homey(&store);
    let error = homey.call("zones.getZones", &args! {}).await.expect_err("nothing is there");
    let Error::Homey(HomeyError::Offline { tried, .. }) = &error else { panic!("{error:?}") };
    assert!(tried.iter().any(|(address, _)| address == nowhere.as_str()), "{tried:?}");
}
