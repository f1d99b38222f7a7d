//! Scripted faults: they strike the right calls, as often and in the way they were told.

use std::time::Duration;

use serde_json::json;

use crate::caller::{Caller, pair_in};

#[tokio::test]
async fn a_scripted_answer_comes_as_often_as_told_and_nothing_is_carried_out() {
    let caller = Caller::new().await;
    let (_, refresh) = caller.pair().await;
    caller
        .world
        .script("oauth2.token.refresh_token")
        .reply(503)
        .body(json!({ "error": "busy" }))
        .header("Retry-After", "2")
        .times(2);
    for _ in 0..2 {
        let answer = caller.token("refresh_token", &[("refresh_token", &refresh)]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
        assert_eq!(answer.json(), json!({ "error": "busy" }));
    }
    let answer = caller.token("refresh_token", &[("refresh_token", &refresh)]).await;
    assert_ne!(pair_in(&answer).1, refresh);
    assert_eq!(caller.world.calls("oauth2.token.refresh_token"), 3);
    assert_eq!(caller.world.calls("oauth2.token.authorization_code"), 1);
}

#[tokio::test]
async fn a_cut_answer_breaks_in_the_middle_but_the_call_was_carried_out() {
    let caller = Caller::new().await;
    let (_, refresh) = caller.pair().await;
    caller.world.script("oauth2.token.*").cut();
    let fields = crate::caller::form(&[
        ("client_id", &caller.facts.client_id),
        ("client_secret", &caller.facts.client_secret),
        ("grant_type", "refresh_token"),
        ("refresh_token", &refresh),
    ]);
    let headers = [crate::caller::FORM];
    let error = caller.try_send("POST", "/oauth2/token", &headers, fields).await.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "the head arrived, the body broke: {error:?}");
    // The refresh token was used all the same: only the reuse window saves the client.
    caller.world.advance(jiff::SignedDuration::from_secs(10));
    let answer = caller.token("refresh_token", &[("refresh_token", &refresh)]).await;
    assert_eq!(answer.refusal(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_scripted_answer_can_be_cut_even_when_it_is_empty() {
    let caller = Caller::new().await;
    caller.world.script("login").reply(500).cut();
    let error = caller.try_send("POST", "/login", &[], "").await.unwrap_err();
    assert!(!error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn a_delayed_call_is_counted_at_once_and_answered_later() {
    let caller = Caller::new().await;
    caller.world.script("delegation.key").delay(Duration::from_secs(3600));
    tokio::select! {
        answer = caller.get("/delegation/key") => panic!("too early: {answer:?}"),
        () = caller.world.until(|seen| seen.calls("delegation.key") == 1) => {}
    }
    let delay = Duration::from_millis(20);
    caller.world.script("delegation.key").delay(delay);
    let start = tokio::time::Instant::now();
    assert_eq!(caller.get("/delegation/key").await.status, 200);
    assert!(start.elapsed() >= delay);
}

#[tokio::test]
async fn a_page_can_stand_in_for_an_answer_and_a_star_for_any_name() {
    let caller = Caller::new().await;
    caller.world.script("*").reply(502).page("<h1>Bad gateway</h1>").times(2);
    for path in ["/api/manager/system/ping", "/user/me"] {
        let answer = caller.get(path).await;
        assert_eq!((answer.status, &*answer.text), (502, "<h1>Bad gateway</h1>"), "{path}");
    }
    assert_eq!(caller.get("/user/me").await.status, 401);
    assert_eq!(caller.world.calls("system.ping"), 1);
}
