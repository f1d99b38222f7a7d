//! A side that keeps sending and takes nothing, whichever it is.

use housekey::catalogue::Dialect;
use housekey::clock::SystemClock;
use housekey::http::Http;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::*;
use crate::gateway::tests::plain::Plain;
use crate::security::SecurityLog;
use crate::settings::{AccessSettings, GatewaySettings};

/// A conversation, and the far ends of its two sides.
struct TestRelay {
    driver: RelayDriver<DuplexStream, DuplexStream>,
    client: DuplexStream,
    homey: DuplexStream,
}

async fn relay() -> TestRelay {
    let served = Plain::start().await.served("home", 2);
    let (http, clock) = (Http::new().unwrap(), SystemClock::shared());
    let settings = GatewaySettings::default();
    let (main, counts) = (Handle::current(), Arc::default());
    let upstream =
        Rc::new(UpstreamHomey::new(served, http, clock.clone(), main, counts, &settings));
    let access = AccessSettings { require_key: false, ..AccessSettings::default() };
    let gate = Arc::new(Gate::new(&access, 0, clock, SecurityLog::default()));
    let peer = Peer::Address([127, 0, 0, 1].into());
    let known = gate.access.without_key(peer);
    let session = RelaySession::new(
        "home".to_owned(),
        Dialect::Local,
        None,
        known,
        upstream.redactor.clone(),
    );
    let (near, client) = duplex(4096);
    let near = WebSocketStream::from_raw_socket(near, Role::Server, None).await;
    let (far, homey) = duplex(4096);
    let far = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
    let stop = CancellationToken::new();
    let calls = Calls::new(upstream.clone());
    let driver = RelayDriver::new(near, far, session, calls, gate, peer, upstream, stop);
    TestRelay { driver, client, homey }
}

/// A frame with 125 bytes, masked with nothing as those of callers are.
fn frame(kind: u8, masked: bool) -> Vec<u8> {
    let mut frame = match masked {
        true => vec![kind, 0x80 | 125, 0, 0, 0, 0],
        false => vec![kind, 125],
    };
    // A ping of Engine.IO, or an event of a Homey.
    let text = if masked { "2" } else { "42[\"event\",\"" };
    frame.extend(text.bytes());
    frame.resize(frame.len() + 123 - text.len(), b'x');
    frame.extend(if masked { *b"xx" } else { *b"\"]" });
    frame
}

/// How many bytes are taken of what one side keeps sending.
async fn accepted_bytes(side: &mut DuplexStream, frame: &[u8]) -> usize {
    let mut accepted_bytes = 0;
    while side.write_all(frame).await.is_ok() {
        accepted_bytes += frame.len();
        assert!(accepted_bytes < 1 << 20, "it takes more and more");
    }
    accepted_bytes
}

#[tokio::test(start_paused = true)]
async fn a_side_that_pings_and_takes_nothing_is_given_up() {
    for hostile_caller in [true, false] {
        let TestRelay { driver, mut client, mut homey } = relay().await;
        let side = if hostile_caller { &mut client } else { &mut homey };
        let ping = frame(0x89, hostile_caller);
        let (accepted_bytes, ()) = tokio::join!(accepted_bytes(side, &ping), driver.run(None));
        assert!(accepted_bytes < 32 << 10, "{accepted_bytes} bytes of it were taken");
    }
}

/// Frames of Engine.IO are answered by the other side, which may take nothing either.
#[tokio::test(start_paused = true)]
async fn what_goes_on_to_a_side_that_takes_nothing_is_not_taken_either() {
    for hostile_caller in [true, false] {
        let TestRelay { driver, mut client, mut homey } = relay().await;
        let side = if hostile_caller { &mut client } else { &mut homey };
        let text = frame(0x81, hostile_caller);
        let (accepted_bytes, ()) = tokio::join!(accepted_bytes(side, &text), driver.run(None));
        assert!(accepted_bytes < 64 << 10, "{accepted_bytes} bytes of it were taken");
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_pings_ends_the_connection_though_the_answers_are_read() {
    let TestRelay { driver, client, homey: _homey } = relay().await;
    let (mut read, mut write) = tokio::io::split(client);
    let ping = frame(0x89, true);
    let flood = async {
        let mut sent = 0;
        while write.write_all(&ping).await.is_ok() {
            sent += 1;
            assert!(sent < 1000, "it goes on");
        }
    };
    let mut answers = Vec::new();
    let reading = async {
        let _ = read.read_to_end(&mut answers).await;
    };
    let driven = async {
        driver.run(None).await;
    };
    tokio::join!(flood, reading, driven);
    let rendered = String::from_utf8_lossy(&answers);
    assert!(rendered.contains("too many pings"), "{} bytes", answers.len());
}

/// Calls whose replies are not read give their permits back when another caller waits.
#[tokio::test(start_paused = true)]
async fn a_live_client_that_reads_no_replies_keeps_no_permits() {
    let TestRelay { mut driver, mut client, mut homey } = relay().await;
    let upstream = driver.upstream.clone();
    for ack in 0..2 {
        let call = crate::gateway::relay::session::QueuedCall {
            namespace: "/api".to_owned(),
            ack: Some(ack),
            slow: false,
        };
        driver.calls.enqueue(format!("42/api,{ack}[\"api\",{{}}]").into(), call, "slow");
    }
    let events = async {
        // Enough events to fill all buffers: the replies are queued behind them.
        let event = frame(0x81, false);
        while homey.write_all(&event).await.is_ok() {}
    };
    let begun = Instant::now();
    let other = async {
        let lease = crate::gateway::upstream::fair_queue::Lease::of("other");
        let permits = loop {
            // Until both calls are under way.
            let soon = Instant::now() + Duration::from_secs(60);
            if upstream.permits(&lease, false, Instant::now()).await.is_none() {
                break upstream.permits(&lease, false, soon).await;
            }
            tokio::task::yield_now().await;
        };
        assert!(permits.is_some());
    };
    tokio::join!(events, driver.run(None), other);
    // A permit beyond its half is revoked after three seconds, not with the timeout of a write.
    assert!(begun.elapsed() < WRITE, "{:?}", begun.elapsed());
    let mut rest = Vec::new();
    let _ = client.read_to_end(&mut rest).await;
}
