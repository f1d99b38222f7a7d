//! What goes through and what does not: each case with the answers it gets and what comes in behind.

use std::time::Duration;

use housekey::clock::SystemClock;
use tokio::time::timeout;

use super::house::{House, settings};
use super::plain::{KEY, Plain, Seen};
use crate::settings::GatewaySettings;

/// `what`, what is sent, the statuses that come back, what comes in behind: `METHOD target body`.
///
/// A line break is CR LF; `¶` is LF alone, `§` is CR alone, `∅` is NUL. `@` stands for a known host and
/// the wish that the connection is closed afterwards.
type Case = (&'static str, &'static str, &'static [u16], &'static [&'static str]);

const FRAMING: &[Case] = &[
    ("a read", "GET /api/x HTTP/1.1\n@\n\n", &[200], &["GET /api/x"]),
    ("a query", "GET /api/x?a=%2F..%2f&b HTTP/1.1\n@\n\n", &[200], &["GET /api/x?a=%2F..%2f&b"]),
    ("an old version", "GET /api/x HTTP/1.0\n@\n\n", &[200], &["GET /api/x"]),
    ("a body", "POST /api/x HTTP/1.1\n@\nContent-Length: 3\n\nabc", &[200], &["POST /api/x abc"]),
    ("an empty body", "POST /api/x HTTP/1.1\n@\nContent-Length: 0\n\n", &[200], &["POST /api/x"]),
    (
        "a body of a read",
        "GET /api/x HTTP/1.1\n@\nContent-Length: 3\n\nabc",
        &[200],
        &["GET /api/x abc"],
    ),
    (
        "chunks",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n2\nab\n1\nc\n0\n\n",
        &[200],
        &["POST /api/x abc"],
    ),
    (
        "chunks of a read",
        "GET /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n2\nab\n0\n\n",
        &[200],
        &["GET /api/x ab"],
    ),
    (
        "chunks in capitals",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: CHUNKED\n\nA\n0123456789\n0\n\n",
        &[200],
        &["POST /api/x 0123456789"],
    ),
    (
        "an extension of a chunk",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n2;a=b\nab\n0\n\n",
        &[200],
        &["POST /api/x ab"],
    ),
    (
        "trailers end here",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\nTrailer: authorization\n\n2\nab\n0\nAuthorization: x\n\n",
        &[200],
        &["POST /api/x ab"],
    ),
    // Two readings of where a request ends: chunks win, and nothing behind them is read.
    (
        "length, then chunks",
        "POST /api/x HTTP/1.1\nHost: localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\nGET /api/smuggled HTTP/1.1\n@\n\n",
        &[200],
        &["POST /api/x"],
    ),
    (
        "chunks, then length",
        "POST /api/x HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\nContent-Length: 4\n\n0\n\nGET /api/smuggled HTTP/1.1\n@\n\n",
        &[200],
        &["POST /api/x"],
    ),
    (
        "two lengths",
        "POST /api/x HTTP/1.1\nHost: localhost\nContent-Length: 3\nContent-Length: 30\n\nabcGET /api/smuggled HTTP/1.1\n@\n\n",
        &[400],
        &[],
    ),
    (
        "the same length twice",
        "POST /api/x HTTP/1.1\n@\nContent-Length: 3\nContent-Length: 3\n\nabc",
        &[200],
        &["POST /api/x abc"],
    ),
    ("a list of lengths", "POST /api/x HTTP/1.1\n@\nContent-Length: 3, 3\n\nabc", &[400], &[]),
    ("a length below zero", "POST /api/x HTTP/1.1\n@\nContent-Length: -1\n\n", &[400], &[]),
    ("a length with a sign", "POST /api/x HTTP/1.1\n@\nContent-Length: +3\n\nabc", &[400], &[]),
    ("a length in hex", "POST /api/x HTTP/1.1\n@\nContent-Length: 0x3\n\nabc", &[400], &[]),
    ("no length", "POST /api/x HTTP/1.1\n@\nContent-Length:\n\nabc", &[400], &[]),
    (
        "a length beyond all",
        "POST /api/x HTTP/1.1\n@\nContent-Length: 99999999999999999999\n\nabc",
        &[400],
        &[],
    ),
    ("another coding", "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: gzip\n\nabc", &[400], &[]),
    (
        "no coding",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: identity\nContent-Length: 3\n\nabc",
        &[400],
        &[],
    ),
    (
        "a coding like it",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: xchunked\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "chunks not last",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked, identity\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "packed chunks",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: gzip, chunked\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "chunks twice",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked, chunked\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "chunks of an old version",
        "POST /api/x HTTP/1.0\n@\nTransfer-Encoding: chunked\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "a space before the colon",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding : chunked\n\n0\n\n",
        &[400],
        &[],
    ),
    (
        "a folded line",
        "POST /api/x HTTP/1.1\n@\nX-Long: a\n Transfer-Encoding: chunked\n\n0\n\n",
        &[400],
        &[],
    ),
    ("a line without a colon", "GET /api/x HTTP/1.1\n@\nnonsense\n\n", &[400], &[]),
    ("a NUL in a value", "GET /api/x HTTP/1.1\n@\nX-A: a∅b\n\n", &[400], &[]),
    ("a CR in a value", "GET /api/x HTTP/1.1\n@\nX-A: a§Content-Length: 3\n\n", &[400], &[]),
    (
        "a chunk of no size",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\nzz\nab\n0\n\n",
        &[400],
        &[],
    ),
    (
        "a chunk below zero",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n-1\nab\n0\n\n",
        &[400],
        &[],
    ),
    (
        "a chunk beyond all",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\nfffffffffffffffff\nab\n0\n\n",
        &[400],
        &[],
    ),
    (
        "a chunk longer than told",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n1\nabc\n0\n\n",
        &[400],
        &[],
    ),
    (
        "LF behind the size of a chunk",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n2¶ab\n0\n\n",
        &[400],
        &[],
    ),
    ("a body that is cut", "POST /api/x HTTP/1.1\n@\nContent-Length: 30\n\nabc", &[400], &[]),
    (
        "chunks that are cut",
        "POST /api/x HTTP/1.1\n@\nTransfer-Encoding: chunked\n\n3\nabc\n",
        &[400],
        &[],
    ),
    ("half a head", "GET /api/x HTTP/1.1\n@", &[], &[]),
    (
        "lines that end with LF alone",
        "GET /api/x HTTP/1.1¶Host: localhost¶Connection: close¶¶",
        &[200],
        &["GET /api/x"],
    ),
];

const CONVERSATION: &[Case] = &[
    (
        "three at once",
        "GET /api/1 HTTP/1.1\nHost: localhost\n\nGET /api/2 HTTP/1.1\nHost: localhost\n\nGET /api/3 HTTP/1.1\n@\n\n",
        &[200, 200, 200],
        &["GET /api/1", "GET /api/2", "GET /api/3"],
    ),
    (
        "one behind a body",
        "POST /api/1 HTTP/1.1\nHost: localhost\nContent-Length: 3\n\nabcGET /api/2 HTTP/1.1\n@\n\n",
        &[200, 200],
        &["POST /api/1 abc", "GET /api/2"],
    ),
    ("one behind nonsense", "NONSENSE\n\nGET /api/smuggled HTTP/1.1\n@\n\n", &[400], &[]),
    (
        "one behind a refusal",
        "GET /api/../x HTTP/1.1\nHost: localhost\n\nGET /api/smuggled HTTP/1.1\n@\n\n",
        &[400],
        &[],
    ),
    (
        "one that asks to go on",
        "POST /api/x HTTP/1.1\n@\nExpect: 100-continue\nContent-Length: 3\n\nabc",
        &[100, 200],
        &["POST /api/x abc"],
    ),
    (
        "one that asks in vain",
        "POST /homeys/other/api/x HTTP/1.1\n@\nExpect: 100-continue\nContent-Length: 3\n\n",
        &[404],
        &[],
    ),
    ("an empty line before", "\n\nGET /api/x HTTP/1.1\n@\n\n", &[200], &["GET /api/x"]),
    ("HEAD", "HEAD /api/x HTTP/1.1\n@\n\n", &[200], &["HEAD /api/x"]),
    ("204", "GET /api/204 HTTP/1.1\n@\n\n", &[204], &["GET /api/204"]),
    ("304", "GET /api/304 HTTP/1.1\n@\n\n", &[304], &["GET /api/304"]),
    ("an answer in chunks", "GET /api/chunked HTTP/1.1\n@\n\n", &[200], &["GET /api/chunked"]),
    (
        "an answer with trailers",
        "GET /api/trailers HTTP/1.1\n@\n\n",
        &[200],
        &["GET /api/trailers"],
    ),
    (
        "an answer until the end",
        "GET /api/until-closed HTTP/1.1\n@\n\n",
        &[200],
        &["GET /api/until-closed"],
    ),
    ("hints before the answer", "GET /api/hints HTTP/1.1\n@\n\n", &[200], &["GET /api/hints"]),
    (
        "an upgrade that nobody wanted",
        "POST /api/switch HTTP/1.1\n@\nContent-Length: 0\n\n",
        &[502],
        &["POST /api/switch"],
    ),
    (
        "nonsense for an answer",
        "POST /api/garbage HTTP/1.1\n@\nContent-Length: 0\n\n",
        &[502],
        &["POST /api/garbage"],
    ),
    (
        "two lengths of an answer",
        "POST /api/two-lengths HTTP/1.1\n@\nContent-Length: 0\n\n",
        &[502],
        &["POST /api/two-lengths"],
    ),
    (
        "no answer to a write",
        "POST /api/silent-end HTTP/1.1\n@\nContent-Length: 0\n\n",
        &[502],
        &["POST /api/silent-end"],
    ),
    (
        "a token that is refused for good",
        "GET /api/refused HTTP/1.1\n@\n\n",
        &[503],
        &["GET /api/refused"],
    ),
    (
        "a WebSocket",
        "GET /api/x HTTP/1.1\nHost: localhost\nConnection: upgrade\nUpgrade: websocket\n\n",
        &[400],
        &[],
    ),
    (
        "HTTP/2, if you like",
        "GET /api/x HTTP/1.1\n@\nUpgrade: h2c\nHTTP2-Settings: x\n\n",
        &[200],
        &["GET /api/x"],
    ),
    ("HTTP/2, at once", "PRI * HTTP/2.0\n\nSM\n\n", &[], &[]),
    ("a later version", "GET /api/x HTTP/3.0\n@\n\n", &[400], &[]),
    ("the oldest version", "GET /api/x\n\n", &[400], &[]),
    ("a tunnel", "CONNECT localhost:80 HTTP/1.1\n@\n\n", &[400], &[]),
    ("an absolute target", "GET http://localhost/api/x HTTP/1.1\n@\n\n", &[200], &["GET /api/x"]),
    ("an absolute target elsewhere", "GET http://192.0.2.1/api/x HTTP/1.1\n@\n\n", &[403], &[]),
    (
        "an absolute target of another name",
        "GET http://127.0.0.1/api/x HTTP/1.1\n@\n\n",
        &[400],
        &[],
    ),
    (
        "an absolute target of another kind",
        "GET ftp://localhost/api/x HTTP/1.1\n@\n\n",
        &[400],
        &[],
    ),
    ("an asterisk", "OPTIONS * HTTP/1.1\n@\n\n", &[400], &[]),
    ("no host", "GET /api/x HTTP/1.1\nConnection: close\n\n", &[403], &[]),
    ("two hosts", "GET /api/x HTTP/1.1\n@\nHost: 127.0.0.1\n\n", &[403], &[]),
    ("another host", "GET /api/x HTTP/1.1\nHost: evil.example\nConnection: close\n\n", &[403], &[]),
    ("two spaces", "GET  /api/x HTTP/1.1\n@\n\n", &[400], &[]),
    ("a space in the target", "GET /api/x y HTTP/1.1\n@\n\n", &[400], &[]),
    ("a fragment", "GET /api/x#/../y HTTP/1.1\n@\n\n", &[200], &["GET /api/x"]),
    ("an unknown method", "BREW /api/x HTTP/1.1\n@\n\n", &[200], &["BREW /api/x"]),
    ("a broken method", "G@T /api/x HTTP/1.1\n@\n\n", &[400], &[]),
    ("a Homey by its name", "GET /homeys/home/api/x?y HTTP/1.1\n@\n\n", &[200], &["GET /api/x?y"]),
    ("no path of a Homey", "GET /homeys/home/app/x HTTP/1.1\n@\n\n", &[404], &[]),
    ("a name in dots", "GET /homeys/../api/x HTTP/1.1\n@\n\n", &[400], &[]),
    ("dots", "GET /api/a/../b HTTP/1.1\n@\n\n", &[400], &[]),
    ("encoded dots", "GET /api/a/%2e%2E/b HTTP/1.1\n@\n\n", &[400], &[]),
    ("dots at the end", "GET /api/a/.. HTTP/1.1\n@\n\n", &[400], &[]),
    ("dots and a parameter", "GET /api/..;a/b HTTP/1.1\n@\n\n", &[400], &[]),
    ("nothing between slashes", "GET /api//x HTTP/1.1\n@\n\n", &[400], &[]),
    ("a backslash", "GET /api/..%5cx HTTP/1.1\n@\n\n", &[400], &[]),
    ("a line break in a path", "GET /api/a%0d%0aX:b HTTP/1.1\n@\n\n", &[400], &[]),
    (
        "an encoded slash goes on as it is",
        "GET /api/a%2Fb HTTP/1.1\n@\n\n",
        &[200],
        &["GET /api/a%2Fb"],
    ),
];

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

fn told(seen: &[Seen]) -> Vec<String> {
    seen.iter().map(|seen| format!("{} {}", seen.line, seen.body).trim_end().to_owned()).collect()
}

fn limits() -> GatewaySettings {
    GatewaySettings { wait: Duration::from_millis(300), ..settings() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_gets_its_answer_and_nothing_else_comes_in() {
    let plain = Plain::start().await;
    let house = House::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
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
                true => house.say_and_go(&bytes(&sent)).await,
                false => house.say(&bytes(&sent)).await,
            }
        };
        let answers = timeout(Duration::from_secs(20), say).await;
        let answers = answers.unwrap_or_else(|_| "the connection stayed open".to_owned());
        let (found, seen) = (statuses(&answers), plain.seen());
        if found != *want || told(&seen) != *want_seen {
            wrong.push(format!("{what}: {found:?}, seen {:?}\n{answers}", told(&seen)));
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
    let house = House::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
    let sent = "GET /api/cookies HTTP/1.1\nHost: localhost:1\nConnection: close, X-Private\nX-Private: 1\n\
                Cookie: a=b\nForwarded: for=x\nX-Forwarded-For: x\nX-Real-IP: x\nX-Homey-ID: other\n\
                Accept: */*\nX-HTTP-Method-Override: DELETE\nTE: trailers\nProxy-Authorization: x\n\n";
    let answer = house.say(&bytes(sent)).await;
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
    assert_eq!(lines, ["connection: close", "content-length: 2", "x-kept: 1"]);
    assert_eq!(body, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_arrive_as_they_were_sent_or_are_seen_to_be_cut() {
    let plain = Plain::start().await;
    let house = House::of(vec![plain.served("home", 8)], SystemClock::shared(), limits());
    for (path, want_head, want_body) in [
        ("chunked", "transfer-encoding: chunked", "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"),
        ("trailers", "transfer-encoding: chunked", "3\r\none\r\n0\r\nx-sum: 3\r\n\r\n"),
        ("until-closed", "transfer-encoding: chunked", "9\r\nall of it\r\n0\r\n\r\n"),
        ("hints", "content-length: 2", "ok"),
        ("204", "x-length: none", ""),
    ] {
        let sent = format!("GET /api/{path} HTTP/1.1\n@\nTE: trailers\n\n");
        let answer = house.say(&bytes(&sent)).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.to_ascii_lowercase().contains(want_head), "{path}: {head}");
        assert_eq!(body, want_body, "{path}");
    }
    for path in ["cut", "cut-chunks"] {
        let answer = house.say(&bytes(&format!("GET /api/{path} HTTP/1.1\n@\n\n"))).await;
        // As much of it as there was, or nothing, but never what looks whole.
        assert!(!answer.ends_with("0\r\n\r\n"), "{path}: {answer}");
        assert!(answer.len() < 200, "{path}: {answer}");
    }
}
