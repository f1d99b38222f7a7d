//! Callers that only take up room, and honest ones beside them. `bench/gateway-hostile.mjs` does the same
//! with ten thousand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use housekey::clock::SystemClock;
use housekey_emulator::{Emulator, Expire};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::gateway::tests::load::caller;
use crate::gateway::tests::plain::Plain;
use crate::key::new_key;
use crate::settings::{AccessSettings, GatewaySettings, KeySettings};

/// Keys of that name with all permissions, as header lines.
fn keys<const N: usize>(names: [&str; N]) -> (AccessSettings, [String; N]) {
    let mut settings = Vec::new();
    let lines = names.map(|name| {
        let (key, hash) = new_key();
        let scopes = vec!["full".parse().unwrap()];
        let name = name.to_owned();
        settings.push(KeySettings { name, hash, scopes, homeys: None, expires: None, mcp: None });
        format!("X-Housekey-Key: {}\r\n", key.expose())
    });
    (AccessSettings { keys: settings, ..AccessSettings::default() }, lines)
}

/// A client that sends this, and then neither sends nor reads anything.
async fn stalled(gateway: &TestGateway, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    // A connection that is refused may be closed already.
    let _ = stream.write_all(sent.as_bytes()).await;
    stream
}

async fn live(gateway: &TestGateway) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let url = format!("ws://{}/socket.io/?EIO=3&transport=websocket", gateway.address);
    client_async(url, stream).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn live_connections_without_a_key_reach_no_homey_and_keep_no_honest_one_out() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let (access, [key]) = keys(["board"]);
    let limits = GatewaySettings { connections: Some(8), ..settings() };
    let served = vec![emulated.served(8)];
    let gateway = TestGateway::guarded(served, emulated.clock.clone(), limits, &access, None);
    let mut flood = Vec::new();
    for _ in 0..40 {
        flood.push(live(&gateway).await);
    }
    let mut honest = live(&gateway).await;
    let mut received = async || honest.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(received().await.starts_with("0{"));
    assert_eq!(received().await.as_str(), "40");
    assert_eq!(emulated.world.calls("realtime.open"), 0);
    let key = key.trim_end().rsplit(' ').next().unwrap();
    let shake = format!(r#"420["handshakeClient",{{"token":"{key}"}}]"#);
    honest.send(Message::text(shake)).await.unwrap();
    let outcome = honest.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(outcome.starts_with("430[null,"), "{outcome}");
    assert_eq!(emulated.world.calls("realtime.open"), 1);
    honest.send(Message::text("40/api,")).await.unwrap();
    let outcome = honest.next().await.unwrap().unwrap().into_text().unwrap();
    assert_eq!(outcome.as_str(), "40/api,", "and the Homey itself goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_keep_nobody_out() {
    let plain = Plain::start().await;
    let (access, [key]) = keys(["board"]);
    let limits = GatewaySettings { connections: Some(8), ..settings() };
    let served = vec![plain.served("home", 8)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), limits, &access, None);
    let mut idle = Vec::new();
    for number in 0..60 {
        idle.push(stalled(&gateway, if number % 2 == 0 { "" } else { "GET /api/x HT" }).await);
    }
    assert_eq!(gateway.request("GET /api/x", &key, "").await.0, 200);
    let events = gateway.counts.security.counts().find(|(event, _)| *event == "limit_reached");
    assert!(events.unwrap().1 > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_stalled_requests_of_each_kind_lock_nobody_out() {
    let plain = Plain::start().await;
    let (access, [slow, key]) = keys(["slow", "board"]);
    let served = vec![plain.served("home", 4)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), settings(), &access, None);
    let ping =
        "GET /api/manager/system/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf";
    let small =
        format!("POST /api/x HTTP/1.1\r\nHost: localhost\r\n{slow}Content-Length: 9\r\n\r\nhalf");
    let beginning = "x".repeat(90_000);
    let large = format!(
        "POST /api/x HTTP/1.1\r\nHost: localhost\r\n{slow}Content-Length: 200000\r\n\r\n{beginning}"
    );
    let answer = format!("GET /api/large HTTP/1.1\r\nHost: localhost\r\n{slow}\r\n");
    for sent in [ping, &small, &large, &answer] {
        let mut held = Vec::new();
        for _ in 0..12 {
            held.push(stalled(&gateway, sent).await);
        }
        let (status, body) = gateway.request("GET /api/x", &key, "").await;
        assert_eq!(status, 200, "beside {}: {body}", sent.lines().next().unwrap());
        held.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_needs_a_key() {
    let plain = Plain::start().await;
    let (access, [key]) = keys(["board"]);
    let served = vec![plain.served("home", 4)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), settings(), &access, None);
    let ping = "GET /api/manager/system/ping";
    assert_eq!(gateway.request(ping, "", "").await.0, 200);
    assert_eq!(gateway.request(ping, "", "{}").await.0, 401);
    assert_eq!(gateway.request(ping, &key, "{}").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_key_has_so_many_requests() {
    let plain = Plain::start().await;
    let (access, [key]) = keys(["board"]);
    let served = vec![plain.served("home", 4)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), settings(), &access, None);
    // What arrives after the close may destroy some of the responses.
    for (key, want) in [("", 1..=32), (&*key, 100..=100)] {
        let request = format!("GET /api/x HTTP/1.1\r\nHost: localhost\r\n{key}\r\n");
        let answers = gateway.say_and_go(request.repeat(100).as_bytes()).await;
        let count = answers.matches("HTTP/1.1 ").count();
        assert!(want.contains(&count), "{count} answers");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_closes_its_own_half_gets_its_answer() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), settings());
    for request in [
        "GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
        "GET /api/1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let answer = gateway.say_and_go(request.as_bytes()).await;
        let (last, echo) = answer.rsplit_once("HTTP/1.1 ").expect(&answer).1.split_at(3);
        assert!(last == "200" && echo.contains("/api/slow"), "{request:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_closes_its_own_half_goes_on_listening_and_one_that_has_gone_is_noticed() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    let request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let (mut half, gone) = (stalled(&gateway, request).await, stalled(&gateway, request).await);
    half.shutdown().await.unwrap();
    let mut received = String::new();
    let mut bytes = [0; 512];
    // The second look comes a while later, and finds it there.
    while received.matches("\n:\n\n").count() < 1 || !received.ends_with("\n\n:\n\n:\n\n") {
        let read = half.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it was closed after {received}");
        received.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    assert!(received.contains("event: ready"), "{received}");
    drop(gone);
    while gateway.counts.connections.load(Relaxed) > 1 {
        tokio::task::yield_now().await;
    }
}

/// Only the limit of the gateway itself makes this end: other limits are minutes.
#[tokio::test(flavor = "multi_thread")]
async fn what_stalls_does_not_keep_the_gateway_from_its_end() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 4)], SystemClock::shared(), settings());
    let mut held = Vec::new();
    for sent in [
        "",
        "GET /api/x HT",
        "POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf",
        "GET /api/large HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: localhost\r\n",
    ] {
        held.push(stalled(&gateway, sent).await);
    }
    while gateway.counts.connections.load(Relaxed) < held.len() as u64 {
        tokio::task::yield_now().await;
    }
    drop(gateway.stop);
    let ended = timeout(Duration::from_secs(40), gateway.running).await;
    ended.expect("it ends on its own").unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn honest_callers_lose_nothing_beside_hostile_ones() {
    let emulated = Emulated::with(Emulator::builder().devices(3)).await;
    let (access, [key]) = keys(["board"]);
    let limits = GatewaySettings { connections: Some(400), ..settings() };
    let served = vec![emulated.served(8)];
    let gateway = TestGateway::guarded(served, emulated.clock.clone(), limits, &access, None);
    let address = gateway.address;
    let mut idle = Vec::new();
    for _ in 0..300 {
        idle.push(stalled(&gateway, "").await);
    }
    let mut hostile = JoinSet::new();
    for number in 0..24 {
        hostile.spawn(async move {
            loop {
                let Ok(mut stream) = TcpStream::connect(address).await else { continue };
                let ping = [0x89, 0x80, 0, 0, 0, 0];
                let upgrade =
                    "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: localhost\r\n\
                     Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
                let request = "GET /api/manager/zones/zone HTTP/1.1\r\nHost: localhost\r\n\r\n";
                let (first, then): (&str, &[u8]) = match number % 4 {
                    // Asks and never reads, floods with pings, half a head, one letter after the other.
                    0 => (request, request.as_bytes()),
                    1 => (upgrade, &ping),
                    2 => ("GET /api/x HT", b""),
                    _ => ("G", b"E"),
                };
                if stream.write_all(first.as_bytes()).await.is_err() {
                    continue;
                }
                while stream.write_all(then).await.is_ok() {
                    if number % 4 > 1 {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
                // It comes back, but not at once: the machine is for others as well.
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
    }
    let (answered, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut honest = JoinSet::new();
    for _ in 0..10 {
        honest.spawn(caller(address, key.clone(), answered.clone(), stop.clone()));
    }
    let more = async |count: u64| {
        let want = answered.load(Relaxed) + count;
        while answered.load(Relaxed) < want {
            tokio::task::yield_now().await;
        }
    };
    more(60).await;
    emulated.world.expire(Expire::Session);
    more(60).await;
    stop.store(1, Relaxed);
    while let Some(ended) = honest.join_next().await {
        ended.unwrap();
    }
    assert_eq!(emulated.world.calls("users.login"), 2, "one at sign-in, one in the middle");
    assert_eq!(emulated.world.calls("realtime.open"), 0);
    hostile.shutdown().await;
    let mut end = idle.swap_remove(0);
    let outcome = timeout(Duration::from_secs(40), end.read_u8()).await;
    assert!(outcome.expect("the oldest is closed").is_err());
}
