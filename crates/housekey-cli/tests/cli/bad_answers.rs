//! Homeys that are away, and answers that are none: the error says which, with its exit code, and
//! nothing is half written.

use std::io::{self, Write as _};
use std::net::{TcpListener, TcpStream};

use insta::assert_snapshot;

use crate::context::TestContext;
use crate::fake;

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    /// A web page: some router or proxy speaks.
    Page,
    /// It stops half-way.
    Cut,
    /// 200 MB, told at once.
    Large,
    /// 200 MB, of which nothing is told before.
    Endless,
    /// JSON of another kind.
    Other,
}

const JSON: &str = "application/json";
const LARGE: usize = 200_000_000;

fn send(wrong: Wrong, stream: &mut TcpStream) -> io::Result<()> {
    let block = [b' '; 64 * 1024];
    match wrong {
        Wrong::Page => fake::answer(stream, 200, "text/html", b"<html>Log in to Wi-Fi</html>"),
        Wrong::Other => fake::answer(stream, 200, JSON, b"true"),
        Wrong::Cut => {
            fake::head(stream, 200, JSON)?;
            stream.write_all(b"Content-Length: 1000\r\n\r\n{\"half\": {\"id\": ")
        }
        Wrong::Large => {
            fake::head(stream, 200, JSON)?;
            write!(stream, "Content-Length: {LARGE}\r\n\r\n")?;
            (0..LARGE / block.len()).try_for_each(|_| stream.write_all(&block))
        }
        Wrong::Endless => {
            fake::head(stream, 200, JSON)?;
            stream.write_all(b"Transfer-Encoding: chunked\r\n\r\n")?;
            (0..LARGE / block.len()).try_for_each(|_| {
                write!(stream, "{:x}\r\n", block.len())?;
                stream.write_all(&block)?;
                stream.write_all(b"\r\n")
            })
        }
    }
}

/// A Homey of which a part answers wrongly: alarms, flows, and the bytes of its only image.
fn homey(wrong: Wrong) -> (TestContext, String) {
    let address = fake::homey(move |path, stream| {
        let right = match path.trim_end_matches('/') {
            "/api/manager/system/ping" => "true",
            "/api/manager/system" => {
                r#"{"homeyVersion":"13.2.0","homeyPlatform":"local","homeyPlatformVersion":2}"#
            }
            "/api/manager/images/image" => r#"{"door":{"id":"door","url":"/api/image/door"}}"#,
            "/api/manager/devices/device" | "/api/manager/zones/zone" => "{}",
            _ => return send(wrong, stream),
        };
        fake::answer(stream, 200, JSON, right.as_bytes())
    });
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", "a:b:c");
    (context, address)
}

/// What every command that reads says to it, which is the same.
fn told(wrong: Wrong) -> String {
    let (context, address) = homey(wrong);
    let mut told = Vec::new();
    for typed in [
        &["alarms", "list"][..],
        &["alarms", "list", "--json"],
        &["alarms", "list", "--jq", ".[].name"],
        &["call", "alarms.getAlarms"],
        &["alarms", "get", "Weekdays"],
        &["flows", "export", "--all", "--output", "flows.json"],
        &["images", "get", "door", "--output", "door.png"],
    ] {
        // An image may well be a single word.
        if matches!(wrong, Wrong::Other) && (typed[0] == "call" || typed.contains(&"--json")) {
            continue;
        }
        let said = context.run(typed);
        assert_eq!((said.exit, said.stdout.as_str()), (1, ""), "{wrong:?} {typed:?}\n{said}");
        assert!(context.stored().is_empty(), "{wrong:?} {typed:?} writes no file");
        told.push(said.stderr);
    }
    if !matches!(wrong, Wrong::Page | Wrong::Other) {
        assert!(told.iter().all(|other| *other == told[0]), "{wrong:?}: {told:#?}");
    }
    told[0].replace(address.trim_start_matches("http://"), "HOMEY")
}

#[test]
fn a_web_page_is_no_answer() {
    assert_snapshot!(told(Wrong::Page), @"
    error: HOMEY answered 200 with a body that is not JSON
    hint: check that HOMEY is the address meant, and not a router or a proxy
    ");
}

#[test]
fn json_of_another_kind_is_no_answer() {
    assert_snapshot!(told(Wrong::Other), @"
    error: the Homey did not answer with alarms
      caused by: invalid type: boolean `true`, expected an object of items by id, or an array of items at line 1 column 4
    hint: look at the answer itself with `--json`
    ");
}

#[test]
fn an_answer_that_stops_half_way_is_none() {
    assert_snapshot!(told(Wrong::Cut), @"
    error: HOMEY broke off its answer
      caused by: end of file before message length reached
    hint: try again; if it changed something, look first whether it already did
    ");
}

#[test]
fn two_hundred_megabytes_are_not_taken_in() {
    let large = told(Wrong::Large);
    assert_snapshot!(large, @"
    error: HOMEY answered with more than 64 MiB
    hint: request less at once
    ");
    assert_eq!(told(Wrong::Endless), large);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_is_offline_is_named() {
    let mut context = TestContext::signed_in().await;
    let facts = context.facts();
    let before = context.stored();
    context.switch_off();
    let read = context.run(&["zones", "list"]);
    assert_snapshot!(read.to_string().replace(&facts.url, "http://HOMEY"), @r#"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey "Canal House" cannot be reached at any of its addresses
    hint: look whether it is switched on and online, or allow plain HTTP with `housekey homeys add 'Canal House' --plain-http` (while signing in: `housekey login --plain-http`); http://HOMEY/: nothing listens there; http://homey-ff6a4bbf2a760b2c536ae76c.local/: not tried: it is plain HTTP, which is not allowed for this Homey
    "#);
    let write = context.run(&["devices", "on", "Floor lamp"]);
    assert_eq!(write.to_string(), read.to_string());
    assert_eq!(context.run(&["token"]).exit, 0, "a token that is still good needs nobody");
    assert_eq!(context.stored(), before);
    let mut context = TestContext::alone();
    let port = TcpListener::bind("127.0.0.1:0").expect("bound").local_addr().expect("an address");
    context.set("HOMEY_ADDRESS", &format!("http://{port}"));
    context.set("HOMEY_TOKEN", "a:b:c");
    let said = context.run(&["zones", "list"]);
    assert_eq!((said.exit, said.stdout.as_str()), (1, ""), "{said}");
    assert!(said.stderr.starts_with(&format!("error: cannot reach {port}\n")), "{said}");
}
