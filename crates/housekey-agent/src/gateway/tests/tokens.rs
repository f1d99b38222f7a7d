//! Nothing that holds the Homey's token, or its secret part, reaches a caller.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use housekey::clock::SystemClock;
use housekey::redaction::TokenVariables;
use housekey_emulator::{Emulator, Expire, Quirk};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::gateway::tests::plain::{KEY, Plain};
use crate::gateway::tests::wire::Wire;
use crate::served_homey::ServedHomey;
use crate::settings::GatewaySettings;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_no_header_may_hold_is_an_error_and_nothing_is_sent() {
    let plain = Plain::start().await;
    for key in ["secret\nof-the-gateway", "secret\u{7f}of-the-gateway", "secret\0of-the-gateway"] {
        let served = Plain::with_key(plain.address, "home", 8, key);
        let gateway = TestGateway::of(vec![served], SystemClock::shared(), settings());
        let (status, body) = gateway.request("GET /api/x", "", "").await;
        assert_eq!(status, 503, "{key:?}: {body}");
        let error: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(error["error"], "token_unusable", "{key:?}: {body}");
        let description = error["error_description"].as_str().unwrap();
        assert!(description.contains("the Homey home"), "{key:?}: {body}");
        assert!(description.contains("`housekey login`"), "{key:?}: {body}");
        assert!(!body.contains("of-the-gateway"), "{key:?}: {body}");
    }
    assert!(plain.seen().is_empty(), "{:?}", plain.seen());
}

/// The end of every secret of the emulator.
fn secret_parts(emulated: &Emulated) -> Vec<String> {
    let secrets = emulated.world.secrets().into_iter();
    secrets.filter_map(|secret| Some(secret.rsplit(':').next()?.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_quotes_the_request_goes_on_without_the_token() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    for quirk in [
        Quirk::EchoAuthorization,
        Quirk::EchoAuthorizationJson,
        Quirk::EchoAuthorizationPercent,
        Quirk::EchoAuthorizationHead,
    ] {
        emulated.world.quirk(quirk, true);
        for packed in [false, true] {
            emulated.world.quirk(Quirk::ErrorsGzip, packed);
            for path in ["zones/zone/nothing", "devices/device/nothing", "zones/zone"] {
                let request = format!(
                    "GET /api/manager/{path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\
                     Connection: close\r\n\r\n"
                );
                let answer = gateway.say(request.as_bytes()).await;
                let quoted = path != "zones/zone" || quirk == Quirk::EchoAuthorizationHead;
                assert!(!quoted || answer.contains("***"), "{quirk:?} {packed} {path}: {answer}");
                for part in secret_parts(&emulated) {
                    assert!(
                        !unescaped(&answer).contains(&part),
                        "{quirk:?} {packed} {path}: {answer}"
                    );
                }
            }
        }
        emulated.world.quirk(quirk, false);
    }
}

/// The text with the escapes of JSON and of paths undone.
fn unescaped(text: &str) -> String {
    let query = format!("x={}", text.replace("\\u00", "%").replace(['&', '+'], " "));
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.map(|(_, value)| value.into_owned()).collect()
}

/// An upstream that gives the same answer to everything but the ping.
async fn upstream(answer: Vec<u8>) -> ServedHomey {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = Plain::at(listener.local_addr().unwrap(), "home", 8);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(give(BufReader::new(stream), answer.clone()));
        }
    });
    served
}

async fn give(mut stream: BufReader<TcpStream>, answer: Vec<u8>) {
    let mut line = String::new();
    if stream.read_line(&mut line).await.is_err() {
        return;
    }
    let mut more = String::new();
    while stream.read_line(&mut more).await.is_ok_and(|read| read > 2) {
        more.clear();
    }
    let pong =
        b"HTTP/1.1 200 OK\r\nX-Homey-ID: plain\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let answer = if line.contains("/system/ping") { &pong[..] } else { &answer };
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

fn with_head(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_does_not_go_on() {
    let text = format!("no: Bearer {KEY}").into_bytes();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&text).unwrap();
    let zlib = zlib.finish().unwrap();
    let mut bomb = GzEncoder::new(Vec::new(), Compression::default());
    bomb.write_all(&vec![b'x'; 10 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    let large = [&vec![b'x'; 64 * 1024][..], &text].concat();
    for (what, answer, want) in [
        ("plain", with_head("400 Bad Request", &text), "no: Bearer ***"),
        ("its words", with_head(&format!("400 Bearer {KEY}"), b"x"), "\r\n\r\nx"),
        (
            "a redirect",
            with_head(&format!("302 Found\r\nLocation: /x?t={KEY}"), &text),
            "no: Bearer ***",
        ),
        ("gzip", with_head("400 Bad Request\r\nContent-Encoding: gzip", &gzip), "no: Bearer ***"),
        ("deflate", with_head("500 Oops\r\nContent-Encoding: deflate", &zlib), "no: Bearer ***"),
        ("broken gzip", with_head("500 Oops\r\nContent-Encoding: gzip", &text), "answer_withheld"),
        ("zstd", with_head("500 Oops\r\nContent-Encoding: zstd", &text), "answer_withheld"),
        ("twice", with_head("500 Oops\r\nContent-Encoding: gzip, gzip", &gzip), "answer_withheld"),
        ("a bomb", with_head("500 Oops\r\nContent-Encoding: gzip", &bomb), "answer_withheld"),
        ("large", with_head("500 Oops", &large), "answer_withheld"),
    ] {
        let served = upstream(answer).await;
        let gateway = TestGateway::of(vec![served], SystemClock::shared(), settings());
        let request = b"GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let answer = gateway.say(request).await;
        assert!(answer.contains(want) && !answer.contains(KEY), "{what}: {answer}");
        let status = answer.split(' ').nth(1).unwrap();
        assert!(matches!(status, "302" | "400" | "500"), "{what} keeps its status: {answer}");
        assert!(!answer.to_lowercase().contains("content-encoding"), "{what}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_searched_for_a_variable_does_not_go_on() {
    let many = format!(r#"{{"v":{{"name":"t","value":"{}"}}}}"#, "x".repeat(9 << 20));
    for (what, answer) in [
        ("too much", with_head("200 OK\r\nContent-Type: application/json", many.as_bytes())),
        ("no JSON", with_head("200 OK", br#"{"name":"t","value":"T""#)),
    ] {
        let served = upstream(answer).await;
        let served = ServedHomey { variables: TokenVariables::named(["t"]), ..served };
        let gateway = TestGateway::of(vec![served], SystemClock::shared(), settings());
        let (status, body) = gateway.request("GET /api/manager/logic/variable", "", "").await;
        assert_eq!(status, 502, "{what}: {body}");
        assert!(body.contains("answer_withheld") && body.len() < 1000, "{what}: {body}");
        // The content of an app's own responses is not known.
        if what == "no JSON" {
            let (status, _) = gateway.request("GET /api/app/com.example/x", "", "").await;
            assert_eq!(status, 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_connection_to_what_is_no_homey_is_reported_at_once() {
    let served = upstream(b"NOT HTTP AT ALL\r\n\r\n".to_vec()).await;
    // With a wait that a second try would use up.
    let limits = GatewaySettings { wait: Duration::from_secs(3600), ..settings() };
    let gateway = TestGateway::of(vec![served], SystemClock::shared(), limits);
    let request = b"GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
                Connection: upgrade, close\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let answer =
        timeout(Duration::from_secs(60), gateway.say(request)).await.expect("no second try");
    assert!(
        answer.starts_with("HTTP/1.1 502 ") && answer.contains("answer_unreadable"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_gives_back_what_the_caller_sent() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    let (mut wire, hands) = Wire::joined(&gateway, "hk_of_the_caller").await;
    assert_eq!(
        hands,
        r#"430[null,{"token":"hk_of_the_caller","namespace":"/api","success":true}]"#
    );
    emulated.world.quirk(Quirk::EchoAuthorization, true);
    let call =
        r#"42/api,1["api",{"uri":"homey:manager:zones","operation":"getZone","args":{"id":"x"}}]"#;
    let answer = wire.call(call, "43/api,1[").await;
    assert!(answer.contains("***"), "{answer}");
    for part in secret_parts(&emulated) {
        assert!(!answer.contains(&part) && !hands.contains(&part), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_connection_survives_every_session() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    let (mut wire, _) = Wire::joined(&gateway, "anything").await;
    for number in 1..=4_u8 {
        // The session of the connection, and then the newest one.
        emulated.world.expire(Expire::Session);
        if number % 2 == 0 {
            assert_eq!(gateway.request("GET /api/manager/zones/zone", "", "").await.0, 200);
            emulated.world.expire(Expire::Session);
        }
        let call = format!(
            r#"42/api,{number}["api",{{"uri":"homey:manager:zones","operation":"getZones","args":{{}}}}]"#
        );
        let answer = wire.call(&call, &format!("43/api,{number}[")).await;
        assert!(answer.contains("[null,"), "{number}: {answer}");
    }
}
