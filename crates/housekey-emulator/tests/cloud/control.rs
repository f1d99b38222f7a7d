//! The control side over HTTP: it does what the Rust side does, for programs of this machine alone.

use serde_json::json;

use crate::caller::{Answer, Caller, JSON};

const DEVICES: &str = "/api/manager/devices/device";

async fn order(caller: &Caller, path: &str, body: &serde_json::Value) -> Answer {
    caller.send("POST", &format!("/_emulator/{path}"), &[JSON], body.to_string()).await
}

#[tokio::test]
async fn counts_are_flat_and_list_the_steps_from_the_start() {
    let caller = Caller::new().await;
    let counts = caller.get("/_emulator/calls").await.json();
    for step in [
        "login",
        "authorise.get",
        "authorise.post",
        "oauth2.token.authorization_code",
        "oauth2.token.refresh_token",
        "oauth2.token.password",
        "oauth2.token.client_credentials",
        "delegation.token",
        "users.login",
        "user.me",
    ] {
        assert_eq!(counts[step], 0, "{step}");
    }
    caller.pair().await;
    caller.get("/api/manager/system/ping").await;
    let counts = caller.get("/_emulator/calls").await.json();
    assert_eq!((&counts["login"], &counts["system.ping"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn orders_do_what_they_say() {
    let caller = Caller::new().await;
    let (access, _) = caller.pair().await;

    let fault = json!({ "match": "user.me", "status": 503, "times": 1, "delay_ms": 0,
        "body": { "error": "busy" }, "headers": { "Retry-After": "7" }, "cut": false });
    assert_eq!(order(&caller, "fault", &fault).await.status, 200);
    let answer = caller.get_as(&access, "/user/me").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "7"));
    assert_eq!(answer.json()["error"], "busy");

    assert_eq!(caller.get_as(&access, "/user/me").await.status, 200);
    order(&caller, "expire", &json!({ "what": "access" })).await;
    assert_eq!(caller.get_as(&access, "/user/me").await.status, 401);

    let (access, _) = caller.pair().await;
    order(&caller, "clock", &json!({ "advance_s": 86400 })).await;
    assert_eq!(caller.get_as(&access, "/user/me").await.status, 401);

    order(&caller, "quirk", &json!({ "quirk": "not-a-homey", "on": true })).await;
    assert!(caller.get("/api/manager/system/ping").await.text.contains("It works!"));

    assert_eq!(order(&caller, "reset", &json!({})).await.status, 200);
    assert_eq!(caller.get("/_emulator/calls").await.json()["login"], 0);
    assert_eq!(
        caller.get("/api/manager/system/ping").await.header("x-homey-id"),
        caller.facts.cloud_id
    );

    let facts = caller.get("/_emulator/facts").await.json();
    assert_eq!(facts, serde_json::to_value(&caller.facts).unwrap());
    let index = caller.get("/_emulator/").await.text;
    for path in ["facts", "calls", "expire", "fault", "quirk", "clock", "device", "reset"] {
        assert!(index.contains(&format!("/_emulator/{path} ")), "{path}");
    }
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused_with_the_reason() {
    let caller = Caller::new().await;
    for (path, body, reason) in [
        ("expire", json!({ "what": "everything" }), "everything"),
        ("expire", json!({}), "what"),
        ("fault", json!({ "match": "login" }), "changes nothing"),
        ("fault", json!({ "match": "login", "status": 99 }), "200 to 599"),
        ("fault", json!({ "match": "login", "body": {}, "cut": true }), "status"),
        ("fault", json!({ "match": "login", "status": 500, "tims": 2 }), "tims"),
        ("fault", json!({ "match": "logn", "status": 500 }), "logn"),
        ("clock", json!({ "advance_s": "a day" }), "a day"),
        ("quirk", json!({ "quirk": "odd", "on": true }), "odd"),
    ] {
        let answer = order(&caller, path, &body).await;
        assert_eq!(answer.refusal(), (400, "bad_request".into()), "{body}");
        assert!(answer.text.contains(reason), "{body}: {}", answer.text);
    }
    let broken = caller.send("POST", "/_emulator/expire", &[JSON], "{").await;
    assert_eq!(broken.status, 400);
    assert_eq!(caller.get("/_emulator/nothing").await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn a_device_becomes_unavailable_and_available_again_and_is_removed() {
    let caller = Caller::new().await;
    let devices = || async { caller.get_as(&caller.facts.api_key, DEVICES).await.json() };
    let all = devices().await;
    let (id, device) = all.as_object().unwrap().iter().next().unwrap();
    assert_eq!((&device["available"], &device["unavailableMessage"]), (&json!(true), &json!(null)));

    for (available, message) in [(false, json!("No power")), (true, json!(null))] {
        let wanted = json!({ "id": id, "available": available, "message": message });
        assert_eq!(order(&caller, "device", &wanted).await.status, 200);
        let device = &devices().await[id];
        let shown = (&device["available"], &device["unavailableMessage"]);
        assert_eq!(shown, (&json!(available), &message));
    }

    assert_eq!(order(&caller, "device", &json!({ "id": id, "remove": true })).await.status, 200);
    let left = devices().await;
    assert!(left.get(id).is_none(), "{id}");
    assert_eq!(left.as_object().unwrap().len(), all.as_object().unwrap().len() - 1);
    let one = caller.get_as(&caller.facts.api_key, &format!("{DEVICES}/{id}")).await;
    assert_eq!(one.status, 404);

    for wrong in [
        json!({ "id": id, "available": true }),
        json!({ "id": "nothing", "remove": true }),
        json!({ "remove": true }),
        json!({ "id": left.as_object().unwrap().keys().next() }),
    ] {
        let answer = order(&caller, "device", &wrong).await;
        assert!((400..500).contains(&answer.status), "{wrong}: {answer:?}");
    }
    assert_eq!(devices().await, left, "what is refused changes nothing");
}

#[tokio::test]
async fn a_web_page_may_not_steer() {
    let caller = Caller::new().await;
    for (header, value, status) in [
        ("origin", "https://evil.example", 403),
        ("host", "evil.example", 403),
        ("host", "localhost.evil.example:80", 403),
        ("host", "192.0.2.7", 403),
        ("host", "localhost:8080", 200),
        ("host", "[::1]:8080", 200),
        ("host", "127.0.0.1", 200),
    ] {
        let answer = caller.send("GET", "/_emulator/facts", &[(header, value)], "").await;
        assert_eq!(answer.status, status, "{header}: {value}");
    }
}
