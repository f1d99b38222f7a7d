//! Faults: they affect the right calls, as often and in the way they say.

use std::time::Duration;

use housekey_emulator::{Failure, Quirk};
use serde_json::json;

use crate::caller::{Caller, JSON, pair_in};

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
async fn an_answer_that_is_lost_ends_the_connection_after_the_item_was_created() {
    let caller = Caller::new().await;
    let (key, path) = (&caller.facts.api_key, "/api/manager/logic/variable");
    let bearer = format!("Bearer {key}");
    let headers = [JSON, ("authorization", &*bearer)];
    let body = json!({ "name": "Lost", "type": "number", "value": 1 }).to_string();
    let order = json!({ "match": "logic.createVariable", "lose": true }).to_string();
    caller.send("POST", "/_emulator/fault", &[JSON], order).await;
    let error = caller.try_send("POST", path, &headers, body.clone()).await.unwrap_err();
    assert!(!error.is_body() && !error.is_connect(), "no head arrived: {error:?}");
    assert!(caller.get_as(key, path).await.text.contains("\"Lost\""));
    // The same without a connection.
    caller.world.script("logic.createVariable").lose();
    let request = axum::http::Request::post(path)
        .header("authorization", &bearer)
        .header("content-type", "application/json");
    let request = request.body(bytes::Bytes::from(body)).unwrap();
    assert!(caller.world.call(request).await.is_err());
    assert_eq!(caller.get_as(key, path).await.text.matches("\"Lost\"").count(), 2);
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

#[tokio::test]
async fn a_homey_that_is_offline_or_not_activated_answers_as_real_ones_do() {
    let caller = Caller::new().await;
    let ping = "/api/manager/system/ping";
    for (failure, quirk, name, status) in [
        (Failure::HomeyOffline, Quirk::HomeyOffline, "homey-offline", 417),
        (Failure::NotActivated, Quirk::NotActivated, "not-activated", 503),
    ] {
        caller.world.script("system.ping").fail(failure);
        let by_script = caller.get(ping).await;
        assert_eq!((by_script.status, &by_script.json()["statusCode"]), (status, &json!(status)));
        let order = json!({ "match": "system.ping", "failure": name }).to_string();
        caller.send("POST", "/_emulator/fault", &[JSON], order).await;
        assert_eq!(caller.get(ping).await.text, by_script.text);
        assert_eq!(caller.get(ping).await.status, 200, "once only");
        caller.world.quirk(quirk, true);
        for path in [ping, "/api/manager/devices/device"] {
            assert_eq!(caller.get_as(&caller.facts.api_key, path).await.text, by_script.text);
        }
        // The cloud goes on.
        assert_eq!(caller.get("/user/me").await.status, 401);
        caller.world.quirk(quirk, false);
        assert_eq!(caller.get(ping).await.status, 200);
    }
}

#[tokio::test]
async fn errors_quote_the_authorization_and_may_be_compressed() {
    let caller = Caller::new().await;
    let key = &caller.facts.api_key;
    let missing = "/api/manager/zones/zone/none";
    caller.world.quirk(Quirk::EchoAuthorization, true);
    caller.world.quirk(Quirk::EchoAuthorizationHead, true);
    let answer = caller.get_as(key, missing).await;
    assert_eq!(answer.status, 404);
    assert!(answer.json()["error"].as_str().unwrap().ends_with(&format!("Bearer {key})")));
    assert_eq!(answer.header("x-request-authorization"), format!("Bearer {key}"));
    // Answers that a test wrote are no exception.
    caller.world.script("zones.getZones").reply(500).body(json!({ "error": "busy" }));
    let answer = caller.get_as(key, "/api/manager/zones/zone").await;
    assert_eq!(answer.json()["error"], format!("busy (Authorization: Bearer {key})"));
    caller.world.quirk(Quirk::EchoAuthorization, false);
    caller.world.quirk(Quirk::ErrorsGzip, true);
    // The client of these tests would undo it, so the request goes without a connection.
    let request =
        axum::http::Request::get(missing).header("authorization", format!("Bearer {key}"));
    let answer = caller.world.call(request.body(bytes::Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.body()[..2], [0x1f, 0x8b]);
    let read = caller.get_as(key, missing).await;
    assert_eq!(read.json()["statusCode"], 404);
}
