//! The live side against a genuine Socket.IO 2 server, which knows nothing of us. It needs Node and the
//! packages of `conformance/`, so `cargo xtask conformance` runs it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use housekey::error::{HomeyError, Loss, RealtimeError};
use housekey::http::Http;
use housekey::realtime::{Event, Subscription};
use housekey::{Error, Homey, Secret, args};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const WHY: &str = "needs Node: run by `cargo xtask conformance`";
const LAMP: &str = "homey:device:d1";

/// The server; gone when it is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance");
        let mut child = Command::new("node")
            .arg("genuine-server.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect(WHY);
        let mut line = String::new();
        let output = child.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{WHY}: {line}"));
        Self { child, url: ready["url"].as_str().expect("an address").to_owned() }
    }

    async fn homey(&self, token: &str) -> Homey {
        let address = self.url.parse().expect("a URL");
        let http = Http::new().expect("TLS");
        Homey::at(address, Secret::new(token), http).await.expect("it says it is one")
    }

    async fn request(&self, method: &str, path: &str) -> Value {
        let host = self.url.trim_start_matches("http://");
        let mut tcp = TcpStream::connect(host).await.expect("reachable");
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        tcp.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).await.expect("answered");
        let start = answer.find('{').expect("JSON");
        let end = answer.rfind('}').expect("JSON");
        serde_json::from_str(&answer[start..=end]).expect("JSON")
    }

    async fn carry_out(&self, what: &str) {
        self.request("POST", &format!("/do/{what}")).await;
    }

    /// Waits until it has this state.
    async fn until(&self, done: impl Fn(&Value) -> bool) -> Value {
        loop {
            let state = self.request("GET", "/state").await;
            if done(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn event(subscription: &mut Subscription) -> Event {
    subscription.next().await.expect("no end").expect("an event")
}

async fn switch(homey: &Homey, on: bool) -> Value {
    let arguments = args! { "deviceId" => "d1", "capabilityId" => "onoff", "value" => on };
    homey.call_live("devices.setCapabilityValue", &arguments).await.expect("switched")
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn subscribes_calls_and_is_told() {
    let server = Server::start();
    let homey = server.homey("good").await;
    let mut lamp = homey.subscribe(LAMP).await.expect("granted");
    assert_eq!(switch(&homey, true).await["value"], json!(true));
    let received = event(&mut lamp).await;
    assert_eq!((&*received.uri, &*received.name), (LAMP, "capability"));
    assert_eq!(
        (&received.value()["capabilityId"], &received.value()["value"]),
        (&json!("onoff"), &json!(true))
    );

    let got =
        homey.call_live("devices.getDevice", &args! { "id" => "d1" }).await.expect("a device");
    assert_eq!(got, json!({ "uri": "homey:manager:devices", "args": { "id": "d1" } }));
    let long = homey.call_live("devices.getDevices", &args! {}).await.expect("a long answer");
    assert_eq!(long["long"].as_str().map(str::len), Some("Küche „Süd“ 💡\n".len() * 20_000));

    match homey.subscribe("homey:manager:forbidden").await {
        Err(Error::Homey(
            HomeyError::MissingScope { .. } | HomeyError::Refused { status: 403, .. },
        )) => {}
        other => panic!("{other:?}"),
    }
    match homey.call_live("devices.deleteDevice", &args! { "id" => "d1" }).await {
        Err(error) => assert!(error.to_string().contains("No such device"), "{error}"),
        Ok(answer) => panic!("{answer}"),
    }
    drop(lamp);
    server.until(|state| state["subscriptions"] == json!([])).await;
    drop(homey);
    server.until(|state| state["connections"] == 0).await;
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn events_of_every_shape_are_told_or_passed_over() {
    let server = Server::start();
    let homey = server.homey("good").await;
    let mut lamp = homey.subscribe(LAMP).await.expect("granted");
    server.carry_out("odd").await;
    let mut received = Vec::new();
    while received.last().is_none_or(|(name, _)| name != "last") {
        let event = event(&mut lamp).await;
        received.push((event.name.to_string(), event.value()));
    }
    let want = [
        ("question", json!(1)),
        ("pressed", Value::Null),
        ("several", json!([1])),
        ("last", Value::Null),
    ];
    assert_eq!(received, want.map(|(name, data)| (name.to_owned(), data)));
    assert_eq!(server.until(|_| true).await["answers"], json!([]));
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn its_pings_keep_the_connection() {
    let server = Server::start();
    let homey = server.homey("good").await;
    let _lamp = homey.subscribe(LAMP).await.expect("granted");
    // Four times as long as the server suffers silence.
    let state = server.until(|state| state["pings"].as_u64() >= Some(15)).await;
    assert_eq!((&state["connections"], &state["handshakes"]), (&json!(1), &json!(1)), "{state}");
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn every_way_to_lose_the_connection_ends_in_a_restored_subscription() {
    let server = Server::start();
    let homey = server.homey("good").await;
    let mut lamp = homey.subscribe(LAMP).await.expect("granted");
    for how in ["kick", "root", "disconnect", "drop"] {
        server.carry_out(how).await;
        match lamp.next().await {
            Some(Err(Error::Realtime(RealtimeError::Gap { why, .. }))) => {
                assert_eq!(matches!(why, Loss::Kicked), how == "kick", "{how}: {why}");
            }
            other => panic!("{how}: {other:?}"),
        }
        switch(&homey, true).await;
        assert_eq!(&*event(&mut lamp).await.name, "capability", "after {how}");
        let state = server.until(|state| state["connections"] == 1).await;
        assert_eq!(state["subscriptions"], json!([LAMP]), "after {how}");
    }
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn a_write_whose_connection_was_lost_is_reported() {
    let server = Server::start();
    let homey = server.homey("good").await;
    // The server breaks the connection at operations that it does not know.
    let arguments = args! { "id" => "d1", "device" => json!({ "name": "x" }) };
    match homey.call_live("devices.updateDevice", &arguments).await {
        Err(Error::Realtime(RealtimeError::Dropped { operation })) => {
            assert_eq!(operation, "devices.updateDevice");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
#[ignore = "needs Node: run by `cargo xtask conformance`"]
async fn refusals_are_understood_in_every_shape() {
    let server = Server::start();
    for (token, words) in [("nowhere", "Invalid namespace"), ("words", "It is closed")] {
        match server.homey(token).await.subscribe(LAMP).await {
            Err(Error::Realtime(RealtimeError::NotConnected { why: Loss::Refused(why) })) => {
                assert_eq!(why, words);
            }
            other => panic!("{token}: {other:?}"),
        }
    }
    let refused = server.homey("bad").await.subscribe(LAMP).await.expect_err("refused");
    assert_eq!(refused.kind(), housekey::error::Kind::SignIn, "{refused}");
}
