//! A key ends at its instant for everything that it has open, and for nothing else.

use futures_util::{SinkExt as _, StreamExt as _};
use housekey::Secret;
use housekey_emulator::Emulator;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::gateway::tests::plain::Plain;
use crate::key::new_key;
use crate::settings::{AccessSettings, KeySettings};

/// A key `short` that ends in an hour, a key `long` that never ends, and the settings with both.
fn keys() -> (Secret, Secret, AccessSettings) {
    let key = |name: &str, expires: Option<&str>| {
        let (text, hash) = new_key();
        let scopes = vec!["full".parse().unwrap()];
        let expires = expires.map(|at| at.parse().unwrap());
        (
            text,
            KeySettings { name: name.to_owned(), hash, scopes, homeys: None, expires, mcp: None },
        )
    };
    let (short, short_settings) = key("short", Some("2026-03-01T13:00:00Z"));
    let (long, long_settings) = key("long", None);
    let keys = vec![short_settings, long_settings];
    (short, long, AccessSettings { keys, ..AccessSettings::default() })
}

/// The open connections of a key, each with what it has received.
struct Open {
    idle: OpenRequest,
    unanswered: OpenRequest,
    streaming: OpenRequest,
    events: OpenRequest,
    live: WebSocketStream<TcpStream>,
}

struct OpenRequest {
    stream: TcpStream,
    seen: String,
}

impl OpenRequest {
    /// Sends a request and reads up to those words of the answer.
    async fn new(gateway: &TestGateway, line: &str, key: &Secret, body: &str, words: &str) -> Self {
        let mut stream = TcpStream::connect(gateway.address).await.unwrap();
        let (address, key) = (gateway.address, key.expose());
        let head = format!("{line} HTTP/1.1\r\nHost: {address}\r\nX-Housekey-Key: {key}\r\n{body}");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut open = Self { stream, seen: String::new() };
        while !open.seen.contains(words) {
            assert!(open.read().await, "it ended before {words:?}: {}", open.seen);
        }
        open
    }

    async fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let count = self.stream.read(&mut bytes).await.unwrap_or(0);
        self.seen += &String::from_utf8_lossy(&bytes[..count]);
        count > 0
    }

    /// All that has come until the gateway closed the connection.
    async fn whole(mut self) -> String {
        while self.read().await {}
        self.seen
    }
}

impl Open {
    async fn with(gateway: &TestGateway, key: &Secret) -> Self {
        let plain = "/homeys/plain/api";
        let idle = format!("GET {plain}/idle");
        let drip = format!("GET {plain}/drip");
        let slow = format!("POST {plain}/slow");
        let half = "Content-Length: 10\r\n\r\nhalf";
        let url = format!("ws://{}/socket.io/?EIO=3&transport=websocket", gateway.address);
        let stream = TcpStream::connect(gateway.address).await.unwrap();
        let (mut live, _) = client_async(url, stream).await.unwrap();
        let token = key.expose();
        let handshake = format!(r#"420["handshakeClient",{{"token":"{token}","homeyId":"x"}}]"#);
        live.send(Message::text(handshake)).await.unwrap();
        loop {
            let sent = live.next().await.unwrap().unwrap();
            if sent.to_text().is_ok_and(|text| text.starts_with("430[null")) {
                break;
            }
        }
        Self {
            idle: OpenRequest::new(gateway, &idle, key, "\r\n", "idle").await,
            unanswered: OpenRequest::new(gateway, &slow, key, half, "").await,
            streaming: OpenRequest::new(gateway, &drip, key, "\r\n", "one").await,
            events: OpenRequest::new(gateway, "GET /events", key, "\r\n", "event: ready").await,
            live,
        }
    }

    /// Reads everything to its end.
    async fn has_ended(mut self, why: &str) {
        let refused = self.unanswered.whole().await;
        assert!(refused.starts_with("HTTP/1.1 401") && refused.contains(why), "{refused}");
        let cut = self.streaming.whole().await;
        assert!(!cut.contains("\r\n0\r\n"), "it does not look whole: {cut}");
        self.idle.whole().await;
        self.events.whole().await;
        loop {
            match self.live.next().await {
                Some(Ok(Message::Close(frame))) => {
                    assert_eq!(frame.unwrap().reason, "the key has ended");
                    break;
                }
                Some(Ok(_)) => {}
                other => panic!("it ends with a word: {other:?}"),
            }
        }
    }

    /// Whether everything still answers.
    async fn goes_on(mut self, gateway: &TestGateway) {
        self.live.send(Message::text("2")).await.unwrap();
        assert_eq!(self.live.next().await.unwrap().unwrap().to_text().unwrap(), "3");
        self.unanswered.stream.write_all(b"-whole").await.unwrap();
        while !self.unanswered.seen.contains("half-whole") {
            assert!(self.unanswered.read().await, "{}", self.unanswered.seen);
        }
        let next = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", gateway.address);
        self.idle.stream.write_all(next.as_bytes()).await.unwrap();
        while !self.idle.seen.contains("ok\n") {
            assert!(self.idle.read().await, "{}", self.idle.seen);
        }
        for mut open in [self.streaming, self.events] {
            let more = open.stream.try_read(&mut [0]);
            assert!(!matches!(more, Ok(0)), "it is open: {}", open.seen);
            open.stream.shutdown().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_expires_ends_for_everything_that_is_open() {
    let (emulated, plain) = (Emulated::with(Emulator::builder()).await, Plain::start().await);
    let (short, long, access) = keys();
    let served = vec![emulated.served(8), plain.served("plain", 8)];
    let clock = emulated.clock.clone();
    let gateway = TestGateway::guarded(served, clock.clone(), settings(), &access, None);
    let (ending, staying) = (Open::with(&gateway, &short).await, Open::with(&gateway, &long).await);
    clock.advance(SignedDuration::from_hours(1));
    ending.has_ended("Key Expired").await;
    let key = format!("X-Housekey-Key: {}\r\n", short.expose());
    let (status, refused) = gateway.request("GET /api/manager/zones/zone", &key, "").await;
    assert!(status == 401 && refused.contains("Key Expired"), "{status} {refused}");
    staying.goes_on(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_deleted_ends_for_everything_that_is_open() {
    let (emulated, plain) = (Emulated::with(Emulator::builder()).await, Plain::start().await);
    let (short, long, access) = keys();
    let served = vec![emulated.served(8), plain.served("plain", 8)];
    let gateway = TestGateway::guarded(served, emulated.clock.clone(), settings(), &access, None);
    let (ending, staying) = (Open::with(&gateway, &short).await, Open::with(&gateway, &long).await);
    let mut without = access.clone();
    without.keys.retain(|key| key.name == "long");
    gateway.gate.access.keep_only(&without);
    ending.has_ended("Invalid Key").await;
    let key = format!("X-Housekey-Key: {}\r\n", short.expose());
    let (status, refused) = gateway.request("GET /api/manager/zones/zone", &key, "").await;
    assert!(status == 401 && refused.contains("Invalid Key"), "{status} {refused}");
    staying.goes_on(&gateway).await;
}

/// A page whose own name was made to lead here reads no names of Homeys, sinks and commands.
#[tokio::test(flavor = "multi_thread")]
async fn health_alone_is_open_to_any_host_and_page() {
    let plain = Plain::start().await;
    let clock = housekey::clock::SystemClock::shared();
    let access =
        AccessSettings { hosts: vec!["agent.lan".to_owned()], ..AccessSettings::default() };
    let gateway =
        TestGateway::guarded(vec![plain.served("home", 1)], clock, settings(), &access, None);
    for (line, host, origin, want) in [
        ("/healthz", "rebound.example", "https://evil.example", "200"),
        ("/metrics", "127.0.0.1:1", "", "200"),
        ("/metrics", "192.0.2.7:9100", "", "200"),
        ("/readyz", "[2001:db8::7]:9100", "", "200"),
        ("/readyz", "agent.lan", "", "200"),
        ("/metrics", "rebound.example", "", "403"),
        ("/readyz", "rebound.example", "", "403"),
        ("/docs", "rebound.example", "", "403"),
        ("/docs", "localhost", "", "200"),
        ("/metrics", "127.0.0.1:1", "https://evil.example", "403"),
        ("/readyz", "127.0.0.1:1", "null", "403"),
        ("/docs", "127.0.0.1:1", "https://evil.example", "403"),
    ] {
        let origin = match origin {
            "" => String::new(),
            origin => format!("Origin: {origin}\r\n"),
        };
        let text =
            format!("GET {line} HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: close\r\n\r\n");
        let answer = gateway.say(text.as_bytes()).await;
        assert_eq!(answer.split(' ').nth(1), Some(want), "{text}\n{answer}");
    }
    let counted: Vec<_> = gateway.counts.security.counts().filter(|(_, n)| *n > 0).collect();
    assert_eq!(counted, [("unknown_host", 3), ("forbidden_origin", 3)]);
}
