//! A session that stays fresh: one renewal at a time, stored before use, signed out only for good.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod failures;
#[path = "../house/mod.rs"]
mod house;

use std::time::Duration;

use house::House;
use housekey::auth::store::{Access, Store};
use housekey::clock::Clock as _;
use housekey::error::Kind;
use housekey::{Secret, args};
use housekey_emulator::{Emulator, Expire};
use jiff::SignedDuration;

fn stored_token(store: &Store) -> Secret {
    match store.known_homey("home").expect("stored").access {
        Access::Account { session, .. } => session.token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_with_a_refused_token_make_one_renewal() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let homey = homey.clone();
            tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("answered");
    }
    assert_eq!(house.world.calls("users.login"), 2, "the sign-in's and one more");
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 0, "the access was still good");
}

#[tokio::test]
async fn every_link_of_the_chain_is_renewed_when_it_is_refused() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    homey.call("zones.getZones", &args! {}).await.expect("answered");
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 1);
    assert_eq!(house.world.calls("users.login"), 2);
    assert_eq!(homey.bearer().await.expect("a token"), stored_token(&store));
}

#[tokio::test]
async fn ten_days_without_a_refused_call() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    for hour in 0..240 {
        house.clock.advance(SignedDuration::from_hours(1));
        homey.call("zones.getZones", &args! {}).await.unwrap_or_else(|e| panic!("{hour}: {e:?}"));
        homey.settle().await;
    }
    let logins = house.world.calls("users.login");
    assert!((11..=20).contains(&logins), "{logins} log-ins: one in 13.6 to 18.4 hours is due");
}

#[tokio::test]
async fn an_expired_token_is_never_handed_out() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.impatient_homey(&store);
    house.clock.advance(SignedDuration::from_hours(25));
    house.world.script("users.login").reply(503);
    let error = homey.bearer().await.expect_err("nothing fresh at hand");
    assert_eq!(error.kind(), Kind::Failed, "not signed out: {error:?}");
    let token = house.homey(&store).bearer().await.expect("the next time it works");
    assert_eq!(token, stored_token(&store));
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_stop_the_renewal() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let before = stored_token(&store);
    house.world.expire(Expire::Session);
    {
        let none = args! {};
        let call = homey.call("zones.getZones", &none);
        tokio::pin!(call);
        tokio::select! {
            biased;
            outcome = &mut call => panic!("answered before the renewal began: {outcome:?}"),
            () = house.world.until(|seen| seen.calls("delegation.token") == 2) => {}
        }
    }
    house.world.until(|seen| seen.calls("users.login") == 2).await;
    homey.call("zones.getZones", &args! {}).await.expect("answered");
    assert_ne!(stored_token(&store), before, "the new token is stored");
    assert_eq!(house.world.calls("users.login"), 2, "and nobody renewed again");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ended_while_its_answer_was_on_its_way_is_not_handed_out() {
    let sleeps: fn(&House) = |house| house.clock.advance(SignedDuration::from_hours(25));
    let sessions_end: fn(&House) = |house| house.world.expire(Expire::Session);
    for happens in [sleeps, sessions_end] {
        let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
        house.signed_in(&store).await;
        let homey = house.homey(&store);
        house.world.expire(Expire::Session);
        house.world.script("users.login").delay(Duration::from_secs(1));
        let call = tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await });
        house.world.until(|seen| seen.calls("users.login") == 2).await;
        happens(&house);
        call.await.expect("no panic").expect("answered");
        assert_eq!(house.world.calls("users.login"), 3);
        assert_eq!(house.world.calls("zones.getZones"), 2, "with the old token and the last");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_counts_from_when_it_was_asked_for() {
    let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.script("users.login").delay(Duration::from_secs(1));
    let asked_at = house.clock.now();
    let call = tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await });
    house.world.until(|seen| seen.calls("users.login") == 2).await;
    house.clock.advance(SignedDuration::from_hours(10));
    call.await.expect("no panic").expect("answered");
    let access = store.known_homey("home").expect("stored").access;
    let session = access.session().expect("a session");
    assert_eq!(session.issued_at, asked_at, "the machine slept before the answer came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_on_one_store_renew_once_between_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let house = House::new().await;
    let store = Store::files(directory.path());
    house.signed_in(&store).await;
    // As two processes have it: nothing shared but the files.
    let programs: Vec<_> = (0..8).map(|_| house.homey(&Store::files(directory.path()))).collect();
    house.world.expire(Expire::Session);
    let calls: Vec<_> = programs
        .into_iter()
        .map(|homey| tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await }))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("answered");
    }
    assert_eq!(house.world.calls("users.login"), 2);
}

#[tokio::test]
async fn a_kept_session_is_renewed_when_it_is_due_and_all_are_notified() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let session = homey.session().expect("a session");
    let mut heard = session.subscribe();
    let due_at = session.due_at().expect("a time");
    house.clock.advance(due_at.duration_since(house.clock.now()) - SignedDuration::from_secs(1));
    assert!(!session.ensure_fresh().await.expect("nothing to do"));
    assert!(!heard.has_changed().expect("kept"));
    assert_eq!(house.world.calls("users.login"), 1);
    house.clock.advance(SignedDuration::from_secs(1));
    assert!(session.ensure_fresh().await.expect("renewed"));
    assert_eq!(heard.borrow_and_update().token(), &stored_token(&store));
    assert_eq!(house.world.calls("users.login"), 2);
    assert!(!session.ensure_fresh().await.expect("it is fresh"));
}

#[tokio::test]
async fn a_kept_session_finds_what_another_process_stored() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let (homey, other) = (house.homey(&store), house.homey(&store));
    house.clock.advance(SignedDuration::from_hours(20));
    assert!(other.session().expect("a session").ensure_fresh().await.expect("renewed"));
    let session = homey.session().expect("a session");
    assert!(session.ensure_fresh().await.expect("found"));
    assert_eq!(session.access().token(), &stored_token(&store));
    assert_eq!(house.world.calls("users.login"), 2, "nobody renewed twice");
}

#[tokio::test]
async fn a_refusal_that_another_program_met_is_known_to_all() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let keeper = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.script("users.login").reply(503);
    let lost = house.impatient_homey(&store).call("zones.getZones", &args! {}).await;
    lost.expect_err("there is no other token yet");
    // Neither of them has called: it is what the store says.
    let started_anew = house.homey(&store);
    assert!(started_anew.session().expect("a session").ensure_fresh().await.expect("renewed"));
    assert!(keeper.session().expect("a session").ensure_fresh().await.expect("found"));
    assert_eq!(house.world.calls("users.login"), 3, "the sign-in's, the failed one and one more");
}

#[tokio::test]
async fn a_token_that_is_only_due_is_not_stored_as_refused() {
    let (house, store) = (House::new().await, Store::memory());
    house.signed_in(&store).await;
    let refused = || {
        let access = store.known_homey("home").expect("stored").access;
        access.session().is_some_and(|session| session.refused)
    };
    house.clock.advance(SignedDuration::from_hours(20));
    house.world.script("users.login").reply(503);
    let homey = house.impatient_homey(&store);
    homey.session().expect("a session").ensure_fresh().await.expect_err("not now");
    assert!(!refused(), "nobody has refused it");
    house.world.expire(Expire::Session);
    house.world.script("users.login").reply(503);
    let other = house.impatient_homey(&store);
    other.call("zones.getZones", &args! {}).await.expect_err("not now");
    assert!(refused(), "the Homey has");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_back_does_not_put_a_renewal_off() {
    let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let session = homey.session().expect("a session");
    tokio::time::advance(Duration::from_secs(19 * 3600)).await;
    assert_eq!(house.shared_clock().now(), session.access().session().expect("one").issued_at);
    assert!(session.ensure_fresh().await.expect("renewed"), "it is nineteen hours old");
}

#[tokio::test]
async fn the_clock_of_the_homey_does_not_matter() {
    for hours in [-48, 48] {
        let (house, store) = (House::in_process(Emulator::builder()), Store::memory());
        // It says when the session ends by its own clock.
        house.world.advance(SignedDuration::from_hours(hours));
        let access = house.signed_in(&store).await.access;
        let ends = access.session().expect("a session").expires_at;
        assert_eq!(ends, house.clock.now() + SignedDuration::from_hours(24), "{hours} h ahead");
    }
}
