//! One listener plays every host, and ends when the emulator is dropped.

use housekey_emulator::{Builder, Emulator, Quirk};

use crate::caller::{Caller, FORM, JSON, http_client};

const PING: &str = "/api/manager/system/ping";

#[tokio::test]
async fn the_host_header_says_who_is_meant() {
    let caller = Caller::with(|builder| builder.homeys(2)).await;
    let [first, second] = &caller.facts.homeys[..] else { panic!("two Homeys") };
    let relay = |id: &str| format!("{id}.connect.athom.com");
    for (host, method, path, status, homey) in [
        ("accounts.athom.com", "POST", "/login", 400, ""),
        ("api.athom.com", "POST", "/login", 404, ""),
        ("accounts.athom.com", "GET", PING, 404, ""),
        ("accounts.athom.com", "GET", "/user/me", 404, ""),
        ("api.athom.com", "GET", "/user/me", 401, ""),
        ("api.athom.com", "GET", "/oauth2/authorise", 400, ""),
        (&*relay(&second.cloud_id), "GET", PING, 200, &*second.cloud_id),
        (&*relay("nobody"), "GET", PING, 404, ""),
        ("127.0.0.1", "GET", PING, 200, &*first.cloud_id),
    ] {
        let answer = caller.send(method, path, &[("host", host), FORM], "").await;
        let id = answer.header("x-homey-id");
        assert_eq!((answer.status, id), (status, homey), "{host} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn on_a_bare_address_a_homey_is_chosen_by_id_then_token() {
    let caller = Caller::with(|builder| builder.homeys(2)).await;
    let [first, second] = &caller.facts.homeys[..] else { panic!("two Homeys") };
    let id = format!("{PING}?id={}", second.cloud_id);
    let bearer = format!("Bearer {}", second.api_key);
    for (path, headers, want) in [
        (PING, vec![], first),
        (PING, vec![("x-homey-id", &*second.cloud_id)], second),
        (&*id, vec![], second),
        (PING, vec![("authorization", &*bearer)], second),
        (PING, vec![("x-homey-id", "token-homey"), ("authorization", &*bearer)], second),
        (PING, vec![("x-homey-id", &*first.cloud_id), ("authorization", &*bearer)], first),
    ] {
        let answer = caller.send("GET", path, &headers, "").await;
        assert_eq!(answer.header("x-homey-id"), want.cloud_id, "{path} {headers:?}");
    }
}

#[tokio::test]
async fn what_is_no_homey_does_not_pretend() {
    let caller = Caller::with(|builder| builder.quirk(Quirk::NotAHomey, true)).await;
    let answer = caller.get(PING).await;
    assert_eq!((answer.status, answer.header("x-homey-id")), (200, ""));
    assert!(answer.text.contains("It works!"));
}

#[tokio::test]
async fn the_same_seed_makes_the_same_account() {
    let facts = async |seed| {
        let world = Emulator::builder().seed(seed).homeys(2).otp(true).start().await.unwrap();
        let mut facts = serde_json::to_value(world.facts()).unwrap();
        let url = facts["url"].as_str().unwrap().to_owned();
        for key in ["url", "accounts_url", "api_url", "homey_url"] {
            assert_eq!(facts[key], url, "{key}");
            facts[key] = "".into();
        }
        for homey in facts["homeys"].as_array_mut().unwrap() {
            homey["url"] = "".into();
        }
        facts
    };
    let (one, same, other) = (facts(1).await, facts(1).await, facts(2).await);
    assert_eq!(one, same);
    for key in ["password", "otp_secret", "client_id", "client_secret", "cloud_id", "api_key"] {
        assert!(one[key].is_string() && one[key] != other[key], "{key}");
    }
    assert_ne!(one["homeys"][0]["cloud_id"], one["homeys"][1]["cloud_id"]);
}

#[tokio::test]
async fn ids_of_new_items_repeat_only_with_a_seed() {
    let new = async |builder: Builder| {
        let caller = Caller::with(|_| builder).await;
        let bearer = format!("Bearer {}", caller.facts.api_key);
        let headers = [JSON, ("authorization", &*bearer)];
        let mut ids = Vec::new();
        for _ in 0..2 {
            let body = r#"{"name":"New"}"#;
            let answer = caller.send("POST", "/api/manager/zones/zone", &headers, body).await;
            ids.push(answer.json()["id"].as_str().unwrap().to_owned());
            caller.send("POST", "/_emulator/reset", &[], "").await;
        }
        assert_ne!(ids[0], ids[1], "not after a reset either");
        ids
    };
    let usual = new(Emulator::builder()).await;
    assert_ne!(new(Emulator::builder()).await, usual);
    let seeded = new(Emulator::builder().seed(1)).await;
    assert_eq!(new(Emulator::builder().seed(1)).await, seeded);
    assert_ne!(new(Emulator::builder().seed(2)).await, seeded);
}

#[tokio::test]
async fn nothing_answers_once_it_is_dropped() {
    let caller = Caller::new().await;
    let (http, url) = (http_client(), caller.facts.url.clone());
    // A call that would hang for an hour ends too.
    caller.world.script("login").delay(std::time::Duration::from_secs(3600));
    let hanging = tokio::spawn(http.post(format!("{url}/login")).send());
    caller.world.until(|seen| seen.calls("login") == 1).await;
    drop(caller);
    assert!(match hanging.await.unwrap() {
        Err(_) => true,
        Ok(answer) => answer.text().await.is_err(),
    });
    assert!(http_client().get(url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let world = Emulator::start().await.unwrap();
    let port = world.facts().url.rsplit_once(':').unwrap().1.parse().unwrap();
    let Err(error) = Emulator::builder().port(port).start().await else { panic!("port {port}") };
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn it_listens_on_ipv6_too() {
    let world = match Emulator::builder().ipv6().start().await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrNotAvailable => return,
        world => world.unwrap(),
    };
    let url = world.facts().url;
    assert!(url.starts_with("http://[::1]:"), "{url}");
    let answer = http_client().get(format!("{url}/_emulator/calls")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_body_beyond_measure_is_refused() {
    let caller = Caller::new().await;
    let answer = caller.try_send("POST", "/login", &[FORM], "x".repeat(17 << 20)).await;
    // The refusal may arrive before the body is sent to its end, which then breaks.
    if let Ok(answer) = answer {
        assert_eq!(answer.refusal(), (413, "payload_too_large".into()));
    }
}

#[tokio::test]
async fn a_web_page_may_ask_across_origins() {
    let caller = Caller::new().await;
    let page = ("origin", "https://my.homey.app");
    let wants = ("access-control-request-headers", "authorization,x-homey-id");
    for path in ["/api/manager/devices/device", "/user/me", "/nowhere"] {
        let answer = caller.send("OPTIONS", path, &[page, wants], "").await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-headers"), wants.1);
        assert!(answer.header("access-control-allow-methods").contains("PUT"));
    }
    // Refusals can be read as well.
    for path in [PING, "/api/manager/devices/device"] {
        let answer = caller.send("GET", path, &[page], "").await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(answer.header("access-control-expose-headers").contains("X-Homey-ID"));
    }
    assert_eq!(caller.get(PING).await.header("access-control-allow-origin"), "", "for pages alone");
    assert_eq!(caller.world.calls("devices.getDevices"), 1, "the question counts as no call");
    let steering = caller.send("OPTIONS", "/_emulator/facts", &[page], "").await;
    assert_eq!(steering.status, 403);
}

#[tokio::test]
async fn head_answers_where_get_does_without_a_body() {
    let caller = Caller::new().await;
    let bearer = format!("Bearer {}", caller.facts.api_key);
    for path in [PING, "/api/manager/zones/zone", "/api/manager/zones/zone/none", "/user/me"] {
        let headers = [("authorization", &*bearer)];
        let got = caller.send("GET", path, &headers, "").await;
        let head = caller.send("HEAD", path, &headers, "").await;
        assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{path}");
        assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
        assert_eq!(head.header("content-length"), got.text.len().to_string(), "{path}");
        let request = axum::http::Request::head(path).body(bytes::Bytes::new()).unwrap();
        assert!(caller.world.call(request).await.unwrap().body().is_empty(), "{path}");
    }
}
