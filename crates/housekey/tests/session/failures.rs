//! Renewals that fail: for now, for good, or without an answer.

use std::time::Duration;

use housekey::auth::store::{Access, Store};
use housekey::error::{Advice, Kind, SignInError};
use housekey::{Error, args};
use housekey_emulator::{Emulator, Expire, Failure, Quirk};
use serde_json::json;

use super::house::House;
use super::stored_token;

#[tokio::test]
async fn only_a_final_refusal_signs_out() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);

    let token = "oauth2.token.refresh_token";
    house.world.script(token).reply(500);
    house.world.script(token).reply(429).header("Retry-After", "1");
    house.world.script(token).reply(200).page("<h1>Maintenance</h1>").times(3);
    house.world.script(token).reply(503).body(json!({"error": "temporarily_unavailable"}));
    house.world.script(token).cut().times(3);
    for fault in ["500", "429", "a page", "temporarily_unavailable", "cut"] {
        // Each time another program, which knows of no wait.
        let homey = house.impatient_homey(&store);
        let error = homey.call("zones.getZones", &args! {}).await.expect_err(fault);
        assert_eq!(error.kind(), Kind::Failed, "{fault}: {error:?}");
    }
    let homey = house.homey(&store);
    homey.call("zones.getZones", &args! {}).await.expect("the cloud is back");

    house.world.expire(Expire::All);
    let error = homey.call("zones.getZones", &args! {}).await.expect_err("signed out");
    let Error::Shared(shared) = &error else { panic!("{error:?}") };
    assert!(matches!(&**shared, Error::SignIn(SignInError::SignedOut { .. })), "{error:?}");
    assert_eq!(error.kind(), Kind::SignIn);
    assert_eq!(error.advice(), Some(Advice::SignIn));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failure_that_passes_loses_no_call() {
    for step in ["users.login", "delegation.token", "oauth2.token.refresh_token"] {
        let (house, store) = (House::new().await, Store::memory());
        house.signed_in(&store).await;
        let homey = house.homey(&store);
        house.world.expire(Expire::Session);
        house.world.expire(Expire::Access);
        house.world.script(step).reply(503);
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let homey = homey.clone();
                tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await })
            })
            .collect();
        for call in calls {
            call.await.expect("no panic").unwrap_or_else(|error| panic!("{step}: {error:?}"));
        }
        assert_eq!(house.world.calls("users.login"), if step == "users.login" { 3 } else { 2 });
    }
}

#[tokio::test]
async fn a_call_after_a_failure_does_not_shorten_the_wait() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.impatient_homey(&store);
    house.world.expire(Expire::Session);
    house.world.script("users.login").reply(429).header("Retry-After", "120");
    for call in 1..=3 {
        let error = homey.call("zones.getZones", &args! {}).await.expect_err("refused for now");
        assert_eq!(error.kind(), Kind::Failed, "call {call}: {error:?}");
    }
    assert_eq!(house.world.calls("users.login"), 2, "the sign-in's and one more");
}

#[tokio::test]
async fn a_new_pair_that_the_cloud_forgot_is_survived() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    // The cloud answers with a pair and loses it: the one before is still the one in force.
    let pair = json!({"access_token": "lost-1", "refresh_token": "lost-2", "expires_in": 3660});
    house.world.script("oauth2.token.refresh_token").reply(200).body(pair);
    homey.call("zones.getZones", &args! {}).await.expect("the refresh token before it is taken");
    assert_eq!(house.world.calls("users.login"), 2);
}

#[tokio::test]
async fn nothing_is_exchanged_that_could_not_be_stored() {
    let directory = tempfile::tempdir().expect("a directory");
    let house = House::new().await;
    let store = Store::files(directory.path());
    let record = house.signed_in(&store).await;
    let Access::Account { account, .. } = record.access else { panic!("{record:?}") };
    let homey = house.homey(&store);
    let before = stored_token(&store);
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    for file in ["homey-home.json.new".to_owned(), format!("account-{account}.json.new")] {
        // In the way even of the superuser.
        let in_the_way = directory.path().join(&file);
        std::fs::create_dir(&in_the_way).expect("made");
        let error = homey.call("zones.getZones", &args! {}).await.expect_err("cannot be stored");
        assert_eq!(error.kind(), Kind::Failed, "{file}: {error:?}");
        assert_eq!(stored_token(&store), before, "{file}");
        assert_eq!(house.world.calls("oauth2.token.refresh_token"), 0, "{file}");
        assert_eq!(house.world.calls("users.login"), 1, "{file}");
        std::fs::remove_dir(in_the_way).expect("removed");
    }
    homey.call("zones.getZones", &args! {}).await.expect("the next time it works");
    assert_ne!(stored_token(&store), before);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_cloud_requires_is_kept() {
    let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.script("users.login").reply(429).header("Retry-After", "20");
    let begun = tokio::time::Instant::now();
    homey.call("zones.getZones", &args! {}).await.expect("answered in the end");
    assert_eq!(begun.elapsed().as_secs(), 20, "neither earlier nor later");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_before_the_cloud_forgets_it() {
    // Ten seconds is how long the virtual cloud gives the same pair again.
    for (fault, slow) in [("broken off", false), ("slower than anybody waits", true)] {
        let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
        house.signed_in(&store).await;
        let homey = house.homey(&store);
        house.world.expire(Expire::Session);
        house.world.expire(Expire::Access);
        // The waits have become long by then.
        let token = "oauth2.token.refresh_token";
        house.world.script(token).reply(503).times(4);
        match slow {
            false => drop(house.world.script(token).cut()),
            true => drop(house.world.script(token).delay(Duration::from_secs(55))),
        }
        homey.call("zones.getZones", &args! {}).await.unwrap_or_else(|e| panic!("{fault}: {e:?}"));
        assert_eq!(house.world.calls(token), if slow { 5 } else { 6 }, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_final_refusal_signs_nobody_out() {
    let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
    house.signed_in(&store).await;
    let homey = house.impatient_homey(&store);
    house.world.expire(Expire::Session);
    for status in [302, 403, 404] {
        house.world.script("delegation.token").reply(status).page("<h1>Log in to the hotel</h1>");
        let error = homey.call("zones.getZones", &args! {}).await.expect_err("refused");
        assert_eq!(error.kind(), Kind::Failed, "{status}: {error:?}");
        tokio::time::advance(Duration::from_secs(5)).await;
    }
    homey.call("zones.getZones", &args! {}).await.expect("no hotel any more");
}

#[tokio::test(start_paused = true)]
async fn what_another_program_renewed_is_found_while_this_one_waits() {
    let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
    house.signed_in(&store).await;
    let (homey, other) = (house.impatient_homey(&store), house.homey(&store));
    house.world.expire(Expire::Session);
    house.world.script("users.login").reply(429).header("Retry-After", "300");
    homey.call("zones.getZones", &args! {}).await.expect_err("to wait for five minutes");
    other.call("zones.getZones", &args! {}).await.expect("renewed by the other");
    homey.call("zones.getZones", &args! {}).await.expect("found in the store");
    assert_eq!(house.world.calls("users.login"), 3);
}

/// The relay's 417, and 503 of a Homey that is starting: what is stored stays as it is.
#[tokio::test(start_paused = true)]
async fn a_homey_that_is_offline_costs_no_token() {
    for (quirk, failure) in
        [(Quirk::HomeyOffline, Failure::HomeyOffline), (Quirk::NotActivated, Failure::NotActivated)]
    {
        let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
        let record = house.signed_in(&store).await;
        let account = house.password().email;
        let stored = || (store.known_homey("home").ok(), store.account(&account).ok());
        let before = stored();
        house.world.expire(Expire::Session);
        house.world.quirk(quirk, true);
        // Each time another program, which knows of no wait.
        for _ in 0..3 {
            let homey = house.impatient_homey(&store);
            let error = homey.call("zones.getZones", &args! {}).await.expect_err("offline");
            assert_eq!(error.kind(), Kind::Failed, "{quirk:?}: {error:?}");
            assert_eq!(stored(), before, "{quirk:?}");
        }
        // It is tried again by itself until the Homey is back.
        house.world.quirk(quirk, false);
        house.world.script("users.login").fail(failure).times(2);
        let homey = house.homey(&store);
        homey.call("zones.getZones", &args! {}).await.expect("it is back");
        assert_ne!(store.known_homey("home").expect("read").access, record.access, "{quirk:?}");
    }
}
