//! What is forwarded and what is not: each case with its responses and what the upstream receives.

mod conversation;
mod framing;

use std::time::Duration;

use housekey::clock::SystemClock;
use tokio::time::timeout;

use self::conversation::CONVERSATION;
use self::framing::FRAMING;
use crate::gateway::tests::harness::{TestGateway, settings};
use crate::gateway::tests::plain::{KEY, Plain, Seen};
use crate::settings::GatewaySettings;

/// Name, bytes to send, the statuses of the responses, what the upstream receives: `METHOD target body`.
///
/// A line break is CR LF; `¶` is LF alone, `§` is CR alone, `∅` is NUL. `@` stands for a known host and
/// `Connection: close`.
type Case = (&'static str, &'static str, &'static [u16], &'static [&'static str]);

/// The bytes of a case.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.replace('@', "Host: localhost\nConnection: close").replace("G\nT", "G@T");
    let text = text.replace('\n', "\r\n");
    text.replace('¶', "\n").replace('§', "\r").replace('∅', "\0").into_bytes()
}

/// The statuses of the answers that came one after the other.
fn statuses(answers: &str) -> Vec<u16> {
    let starts = answers.split("HTTP/1.").skip(1);
    starts.filter_map(|rest| rest.get(2..5)?.parse().ok()).collect()
}

fn rendered(seen: &[Seen]) -> Vec<String> {
    seen.iter().map(|seen| format!("{} {}", seen.line, seen.body).trim_end().to_owned()).collect()
}

fn limits() -> GatewaySettings {
    GatewaySettings { wait: Duration::from_millis(300), ..settings() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_gets_its_answer_and_nothing_else_comes_in() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
    let mut wrong = Vec::new();
    let cases: Vec<_> = FRAMING.iter().chain(CONVERSATION).collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (what, sent, want, want_seen) in cases {
        let sent = if *what == "a broken method" {
            sent.replacen('@', "\u{1}", 1)
        } else {
            (*sent).to_owned()
        };
        // Those who never get an answer have to go themselves.
        let say = async {
            match what.contains("cut") || what.contains("half") {
                true => gateway.say_and_go(&bytes(&sent)).await,
                false => gateway.say(&bytes(&sent)).await,
            }
        };
        let answers = timeout(Duration::from_secs(20), say).await;
        let answers = answers.unwrap_or_else(|_| "the connection stayed open".to_owned());
        let (found, seen) = (statuses(&answers), plain.seen());
        if found != *want || rendered(&seen) != *want_seen {
            wrong.push(format!("{what}: {found:?}, seen {:?}\n{answers}", rendered(&seen)));
        }
        for seen in seen {
            assert!(
                seen.headers.contains(&format!("authorization: bearer {KEY}")),
                "{what}: {seen:?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n---\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_between_two_ends_there() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
    let sent = "GET /api/cookies HTTP/1.1\nHost: localhost:1\nConnection: close, X-Private\nX-Private: 1\n\
                Cookie: a=b\nForwarded: for=x\nX-Forwarded-For: x\nX-Real-IP: x\nX-Homey-ID: other\n\
                Accept: */*\nX-HTTP-Method-Override: DELETE\nTE: trailers\nProxy-Authorization: x\n\n";
    let answer = gateway.say(&bytes(sent)).await;
    let want = [
        "accept: */*".to_owned(),
        format!("authorization: bearer {KEY}"),
        format!("host: {}", plain.address),
        "x-homey-id: plain".to_owned(),
    ];
    assert_eq!(plain.seen()[0].headers, want);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().skip(1).map(str::to_ascii_lowercase).collect();
    lines.retain(|line| !line.starts_with("date: "));
    lines.sort();
    let want = [
        "connection: close",
        "content-length: 2",
        "content-security-policy: sandbox",
        "x-content-type-options: nosniff",
        "x-kept: 1",
    ];
    assert_eq!(lines, want);
    assert_eq!(body, "ok");
    let answer = gateway.say(&bytes("GET /api/steers HTTP/1.1\n@\n\n")).await;
    let mut lines: Vec<_> = answer.lines().skip(1).map(str::to_ascii_lowercase).collect();
    lines.retain(|line| line.contains(": ") && !line.starts_with("date: "));
    lines.sort();
    assert_eq!(lines, want[..4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_http_is_reported_at_once() {
    let plain = Plain::start().await;
    // With a wait that a second try would use up.
    let limits = GatewaySettings { wait: Duration::from_secs(3600), ..settings() };
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), limits);
    for path in ["garbage", "two-framings", "packed", "two-lengths"] {
        let (status, body) = gateway.request(&format!("GET /api/{path}"), "", "").await;
        assert_eq!(status, 502, "{path}: {body}");
        assert!(body.contains("answer_unreadable") && body.contains("no valid HTTP"), "{body}");
        assert_eq!(plain.seen().len(), 1, "{path} is sent once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_arrive_as_they_were_sent_or_are_seen_to_be_cut() {
    let plain = Plain::start().await;
    let gateway = TestGateway::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
    for (path, want_head, want_body) in [
        ("chunked", "transfer-encoding: chunked", "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"),
        ("trailers", "transfer-encoding: chunked", "3\r\none\r\n0\r\nx-sum: 3\r\n\r\n"),
        ("until-closed", "transfer-encoding: chunked", "9\r\nall of it\r\n0\r\n\r\n"),
        ("hints", "content-length: 2", "ok"),
        ("204", "x-length: none", ""),
    ] {
        let sent = format!("GET /api/{path} HTTP/1.1\n@\nTE: trailers\n\n");
        let answer = gateway.say(&bytes(&sent)).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.to_ascii_lowercase().contains(want_head), "{path}: {head}");
        assert_eq!(body, want_body, "{path}");
    }
    for path in ["cut", "cut-chunks"] {
        let answer = gateway.say(&bytes(&format!("GET /api/{path} HTTP/1.1\n@\n\n"))).await;
        // As much of it as there was, or nothing, but never what looks whole.
        assert!(!answer.ends_with("0\r\n\r\n"), "{path}: {answer}");
        assert!(answer.len() < 200, "{path}: {answer}");
    }
}
