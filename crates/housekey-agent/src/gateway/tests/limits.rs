//! Kept bodies, repeated requests, and limits of time and size.

use std::time::Duration;

use housekey::clock::SystemClock;
use housekey_emulator::{Emulator, Expire};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::gateway::tests::plain::Plain;
use crate::settings::GatewaySettings;

/// A write that sets a name of that length.
fn write(bytes: usize) -> String {
    let name = "n".repeat(bytes);
    format!(r#"{{"name":"{name}","type":"boolean","value":true}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_sent_again_after_a_renewal_if_all_of_it_was_kept() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    let post = "POST /api/manager/logic/variable";
    let json = "Content-Type: application/json\r\n";
    emulated.world.expire(Expire::Session);
    let (status, body) = gateway.request(post, json, &write(60_000)).await;
    assert_eq!(status, 200, "{body}");
    emulated.world.expire(Expire::Session);
    let (status, body) = gateway.request(post, json, &write(2_000_000)).await;
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("token_renewed"), "{body}");
    let (status, body) = gateway.request(post, json, &write(2_000_000)).await;
    assert_eq!(status, 200, "the token was renewed for it: {}", &body[..200]);
    assert_eq!(emulated.world.calls("users.login"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_is_waited_out_if_there_is_time() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    emulated.world.script("zones.getZones").reply(429).header("Retry-After", "0").times(2);
    assert_eq!(gateway.request("GET /api/manager/zones/zone", "", "").await.0, 200);
    assert_eq!(emulated.world.calls("zones.getZones"), 3);
    emulated.world.script("zones.getZones").reply(429).header("Retry-After", "59");
    assert_eq!(gateway.request("GET /api/manager/zones/zone", "", "").await.0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_client_is_closed_and_holds_no_permit() {
    let plain = Plain::start().await;
    let limits = GatewaySettings { idle: Duration::from_millis(200), ..settings() };
    let gateway = TestGateway::of(vec![plain.served("home", 1)], SystemClock::shared(), limits);
    // Half a head.
    let mut slow = TcpStream::connect(gateway.address).await.unwrap();
    slow.write_all(b"GET /api/x HTTP/1.1\r\nHost: loc").await.unwrap();
    let mut nothing = Vec::new();
    let _ = slow.read_to_end(&mut nothing).await;
    assert_eq!(nothing, b"");
    let limits = GatewaySettings { answer: Duration::from_millis(200), ..settings() };
    let gateway = TestGateway::of(vec![plain.served("home", 1)], SystemClock::shared(), limits);
    let mut slow = TcpStream::connect(gateway.address).await.unwrap();
    // A body that never ends: it gets no permit before that.
    let half = b"POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf";
    slow.write_all(half).await.unwrap();
    assert_eq!(gateway.request("GET /api/other", "", "").await.0, 200);
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("slow_request"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_stays_unreachable_is_reported_after_the_wait() {
    let plain = Plain::start().await;
    let served = plain.served("home", 8);
    drop(plain);
    let limits = GatewaySettings { wait: Duration::from_millis(200), ..settings() };
    let gateway = TestGateway::of(vec![served], SystemClock::shared(), limits);
    let (status, body) = gateway.request("GET /api/x", "", "").await;
    assert_eq!(status, 502, "{body}");
    assert!(body.contains("homey_unreachable"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_streams_both_ways() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), settings());
    let large = "x".repeat(5_000_000);
    let (status, echo) = gateway.request("POST /api/x", "", &large).await;
    assert_eq!((status, echo.len()), (200, "POST /api/x ".len() + large.len()));
}
