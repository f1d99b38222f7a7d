//! The way to a Homey: which of its addresses is taken, and when that changes. Several emulators of
//! one seed are one Homey at several addresses.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use housekey::Error;
use housekey::discovery::{Addresses, Candidate, Route, Strategy, ping};
use housekey::error::HomeyError;
use housekey::http::Http;
use housekey_emulator::{Emulator, Quirk};
use serde_json::json;
use url::Url;

const PING: &str = "system.ping";

async fn emulator() -> Emulator {
    Emulator::start().await.expect("a free port")
}

fn url(world: &Emulator) -> Url {
    world.facts().url.parse().expect("a URL")
}

fn id(world: &Emulator) -> String {
    world.facts().cloud_id
}

/// An address of this machine at which nothing listens.
fn nowhere() -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    format!("http://127.0.0.1:{port}").parse().expect("a URL")
}

fn at(local: &Url, cloud: &Url) -> Addresses {
    Addresses { local: Some(local.clone()), cloud: Some(cloud.clone()), ..Addresses::default() }
}

fn route(id: String, addresses: Addresses) -> Route {
    Route::new(Http::new().expect("TLS"), "Home".to_owned(), Some(id), addresses)
}

#[tokio::test]
async fn the_better_address_is_taken_if_it_is_the_homey() {
    type Prepare = fn(&Emulator);
    let cases: [(&str, Prepare, bool); 10] = [
        ("it answers", |_| {}, true),
        (
            "a bare answer with a version",
            |home| drop(home.script(PING).reply(204).header("X-Homey-Version", "99.0")),
            false,
        ),
        (
            "a JSON answer",
            |home| drop(home.script(PING).reply(200).body(json!({ "result": "ok" }))),
            false,
        ),
        ("a bare answer", |home| drop(home.script(PING).reply(204)), false),
        ("503", |home| drop(home.script(PING).reply(503)), false),
        ("a cut answer", |home| drop(home.script(PING).cut()), false),
        ("it is not me", |home| drop(home.script(PING).reply(200).body(json!(false))), false),
        (
            "another id",
            |home| drop(home.script(PING).reply(200).header("X-Homey-ID", "5eff")),
            false,
        ),
        ("a web server", |home| home.quirk(Quirk::NotAHomey, true), false),
        (
            "it serves nobody",
            |home| {
                let body = json!({ "error": "Invalid Serial Number", "statusCode": 403 });
                drop(home.script(PING).reply(403).body(body));
            },
            false,
        ),
    ];
    for (case, prepare, taken) in cases {
        let (home, relay) = (emulator().await, emulator().await);
        prepare(&home);
        let want = if taken { url(&home) } else { url(&relay) };
        let base = route(id(&home), at(&url(&home), &url(&relay))).base().await.expect(case);
        assert_eq!(base, want, "{case}");
    }
}

#[tokio::test]
async fn a_slow_address_is_not_waited_for() {
    let (home, relay) = (emulator().await, emulator().await);
    home.script(PING).delay(Duration::from_secs(600)).times(u64::MAX);
    let addresses = Addresses { mdns: Some(nowhere()), ..at(&url(&home), &url(&relay)) };
    let base = route(id(&home), addresses).base().await.expect("the relay answers");
    assert_eq!(base, url(&relay));
}

#[tokio::test]
async fn what_the_homey_itself_says_tells_more_than_that_it_is_offline() {
    for (outcome, want) in [
        ("Subscription Inactive", Some("subscription")),
        ("Invalid Serial Number", Some("serial number")),
        ("Something Else", None),
    ] {
        let home = emulator().await;
        home.script(PING).reply(403).body(json!({ "error": outcome, "statusCode": 403 }));
        let error = route(id(&home), at(&url(&home), &nowhere())).base().await.expect_err(outcome);
        match (want, &error) {
            (Some(words), error) => {
                assert!(error.to_string().contains(words), "{outcome}: {error}")
            }
            (None, Error::Homey(HomeyError::Offline { tried, .. })) => {
                assert_eq!(tried.len(), 2, "{tried:?}");
            }
            (None, error) => panic!("{outcome}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn everybody_shares_a_search_and_nobody_remembers_that_it_failed() {
    let home = emulator().await;
    let route = route(id(&home), Addresses::only(url(&home)));
    let together = || {
        let calls = (0..100).map(|_| {
            let route = route.clone();
            tokio::spawn(async move { route.base().await })
        });
        futures_util::future::join_all(calls.collect::<Vec<_>>())
    };
    home.script(PING).reply(503);
    for outcome in together().await {
        outcome.expect("no panic").expect_err("it does not answer");
    }
    assert_eq!(home.calls(PING), 1);
    for outcome in together().await {
        assert_eq!(outcome.expect("no panic").expect("it answers"), url(&home));
    }
    assert_eq!(home.calls(PING), 2);
}

#[tokio::test]
async fn a_better_address_is_taken_when_it_answers_later() {
    let (home, relay) = (emulator().await, emulator().await);
    home.script(PING).reply(503).times(2);
    let route = route(id(&home), at(&url(&home), &url(&relay)));
    let minute = Duration::from_secs(60);
    let pings = || (home.calls(PING), relay.calls(PING));

    assert_eq!(route.base().await.expect("the relay"), url(&relay));
    assert_eq!(route.base().await.expect("the relay"), url(&relay));
    assert_eq!(pings(), (1, 1), "not looked for at once");

    let advance = async |by| {
        tokio::time::pause();
        tokio::time::advance(by).await;
        tokio::time::resume();
    };
    advance(minute).await;
    assert_eq!(route.base().await.expect("the relay"), url(&relay), "nobody waits for the look");
    route.settle().await;
    advance(minute).await;
    assert_eq!(route.base().await.expect("the relay"), url(&relay));
    assert_eq!(pings(), (2, 1), "the second look comes later than the first");

    advance(minute).await;
    assert_eq!(route.base().await.expect("the relay"), url(&relay));
    route.settle().await;
    assert_eq!(route.base().await.expect("home"), url(&home));
    assert_eq!(pings(), (3, 1), "only what is better was asked");
}

#[tokio::test]
async fn new_addresses_are_searched_unless_the_one_in_use_is_among_them() {
    let (home, moved) = (emulator().await, emulator().await);
    let route = route(id(&home), Addresses::only(url(&home)));
    route.base().await.expect("home");

    route.update(at(&url(&home), &url(&moved)));
    assert_eq!(route.base().await.expect("home"), url(&home));
    assert_eq!(home.calls(PING), 1, "it was not left");

    route.update(Addresses::only(url(&moved)));
    assert_eq!(route.base().await.expect("moved"), url(&moved));
}

#[tokio::test]
async fn an_address_that_was_lost_is_searched_for_anew() {
    let (home, relay) = (emulator().await, emulator().await);
    let route = route(id(&home), at(&url(&home), &url(&relay)));
    assert_eq!(route.base().await.expect("home"), url(&home));
    route.lost(&url(&relay));
    assert_eq!(route.base().await.expect("home"), url(&home));
    assert_eq!(home.calls(PING), 1, "that one is not in use");
    home.script(PING).reply(503);
    route.lost(&url(&home));
    assert_eq!(route.base().await.expect("the relay"), url(&relay));
}

#[tokio::test]
async fn an_unknown_homey_tells_who_it_is() {
    let home = emulator().await;
    let http = Http::new().expect("TLS");
    let candidate = Candidate { strategy: Strategy::Local, base: url(&home) };
    let found = ping(&http, &candidate, None).await.expect("a Homey");
    assert_eq!(found.id, Some(id(&home)));
    home.script(PING).reply(200).header("X-Homey-Version", "99.0");
    let error = ping(&http, &candidate, None).await.expect_err("no id");
    assert!(matches!(error, Error::Homey(HomeyError::NotAHomey { .. })), "{error:?}");
}
