//! What `diagnose` says of each way, and the form in which it says it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use housekey::discovery::{Addresses, PlainHttp, Reason, Strategy, diagnose};
use housekey::http::Http;
use housekey_emulator::{Emulator, Quirk};
use serde_json::json;
use url::Url;

const PING: &str = "system.ping";

const FORBIDDEN: PlainHttp = PlainHttp::Forbidden;

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

/// An address of this machine at which nothing listens.
fn nowhere() -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    url(&format!("http://{}", listener.local_addr().expect("an address")))
}

#[tokio::test]
async fn each_way_of_failing_has_its_own_reason() {
    type Prepare = fn(&Emulator) -> Option<Url>;
    let cases: [(Option<Reason>, Prepare); 14] = [
        (None, |_| None),
        // A name that no resolver would even ask for.
        (Some(Reason::Dns), |_| Some(url(&format!("http://{}.example.com", "x".repeat(64))))),
        (Some(Reason::Refused), |_| Some(nowhere())),
        (Some(Reason::WrongScheme), |home| Some(url(&home.facts().url.replace("http:", "https:")))),
        (Some(Reason::Network), |home| {
            home.script(PING).cut();
            None
        }),
        (Some(Reason::Unavailable), |home| {
            home.script(PING).reply(502);
            None
        }),
        (Some(Reason::Starting), |home| {
            home.script(PING).reply(503);
            None
        }),
        (Some(Reason::Offline), |home| {
            home.script(PING).reply(417);
            None
        }),
        (Some(Reason::Redirected), |home| {
            home.script(PING).reply(302).header("Location", "https://192.0.2.7/login");
            None
        }),
        (Some(Reason::NotAHomey), |home| {
            home.quirk(Quirk::NotAHomey, true);
            None
        }),
        (Some(Reason::OtherHomey), |home| {
            home.script(PING).reply(200).body(json!(false));
            None
        }),
        (Some(Reason::OtherHomey), |home| {
            home.script(PING).reply(403).header("X-Homey-ID", "5eff");
            None
        }),
        (Some(Reason::SubscriptionInactive), |home| {
            home.script(PING).reply(403).body(json!({ "error": "Subscription Inactive" }));
            None
        }),
        (Some(Reason::InvalidSerialNumber), |home| {
            home.script(PING).reply(403).body(json!({ "error": "Invalid Serial Number" }));
            None
        }),
    ];
    let http = Http::new().expect("TLS");
    for (want, prepare) in cases {
        let home = Emulator::start().await.expect("a free port");
        let facts = home.facts();
        let address = prepare(&home).unwrap_or_else(|| url(&facts.url));
        let all =
            diagnose(&http, &Addresses::only(address), FORBIDDEN, Some(&facts.cloud_id)).await;
        for found in all {
            let want = match found.strategy {
                Strategy::Local => want,
                _ => Some(Reason::NoAddress),
            };
            assert_eq!((found.reason, found.works), (want, want.is_none()), "{found:?}");
        }
    }
}

#[tokio::test]
async fn its_form_as_json() {
    let home = Emulator::start().await.expect("a free port");
    let facts = home.facts();
    let addresses = Addresses {
        local: Some(url(&facts.url)),
        cloud: Some(url("http://127.0.0.1:1")),
        ..Addresses::default()
    };
    let http = Http::new().expect("TLS");
    let all = diagnose(&http, &addresses, FORBIDDEN, Some(&facts.cloud_id)).await;
    let mut form = serde_json::to_value(all).expect("JSON");
    for way in form.as_array_mut().expect("a list") {
        if way["took_ms"].is_u64() {
            way["took_ms"] = json!("(a number)");
        }
        if way["works"] == true {
            way["address"] = json!("(an address)");
        }
        if way["detail"].is_string() {
            way["detail"] = json!("(the words of the system)");
        }
    }
    insta::assert_snapshot!(format!("{form:#}"));
}
