//! At a terminal: what others wrote steers nothing, log lines are whole, and what is shown for people
//! there goes unchanged into a pipe.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::AsFd as _;
use std::process::Stdio;

use housekey_emulator::Dialect;
use nix::pty::{Winsize, openpty};
use serde_json::{Value, json};

use crate::context::TestContext;
use crate::fake;

/// What would steer a terminal or turn the order of what is read, each in a name of its own.
const STEERING: [&str; 8] =
    ["\u{1b}[2J", "\u{7f}", "\u{9b}2J", "\u{9d}0;x\u{9c}", "\u{202e}", "\u{2066}", "\r", "\u{7}"];

/// A Homey where every name, title, unit and value that a person wrote holds all of [`STEERING`].
fn hostile() -> TestContext {
    let bad = STEERING.concat();
    let name = move |of: &str| format!("{of}{bad}");
    let log = json!({"log": {
        "id": "homey:device:d:dim", "ownerUri": "homey:device:d", "ownerName": name("Lamp"),
        "title": name("Dim"), "units": "%", "type": "number", "lastValue": 0.5,
    }});
    let device = json!({
        "id": "d", "name": name("Lamp"), "zone": "z", "class": name("light"),
        "capabilities": ["dim", "text"],
        "capabilitiesObj": {
            "dim": {
                "id": "dim", "type": "number", "title": name("Dim"), "min": 0, "max": 1,
                "units": "%", "value": 0.5,
            },
            "text": {"id": "text", "type": "string", "title": "Text", "value": name("said")},
        },
    });
    let address = fake::homey(move |path, stream| {
        let item = |item: Value| json!({"i": item});
        let answer = match path.trim_end_matches('/').trim_start_matches("/api/manager/") {
            "system/ping" => json!(true),
            "system" => json!({
                "homeyVersion": "13.2.0", "homeyPlatform": "local", "homeyPlatformVersion": 2,
                "hostname": name("homey"),
            }),
            "zones/zone" => json!({"z": {"id": "z", "name": name("Attic"), "parent": null}}),
            "devices/device" => json!({"d": device}),
            "devices/device/d" => device.clone(),
            "insights/log" => log.clone(),
            path if path.ends_with("/entry") => {
                json!({"values": [{"t": "2026-01-30T00:00:00.000Z", "v": 0.5}]})
            }
            "flow/flow" => {
                json!({"f": {"id": "f", "name": name("Night"), "folder": "o", "trigger": {"id": name("card")}}})
            }
            "flow/flow/f" => {
                json!({"id": "f", "name": name("Night"), "trigger": {"id": name("card")}})
            }
            "flow/advancedflow" => json!({}),
            "flow/flowfolder" => json!({"o": {"id": "o", "name": name("Evening")}}),
            "logic/variable" => {
                item(json!({"id": "i", "name": name("v"), "type": "string", "value": name("x")}))
            }
            "logic/variable/i" => {
                json!({"id": "i", "name": name("v"), "type": "string", "value": name("x")})
            }
            "users/user" => item(json!({"id": "i", "name": name("Sam"), "role": name("owner")})),
            "apps/app" => item(json!({"id": "i", "name": name("App"), "version": name("1")})),
            "alarms/alarm" => item(json!({"id": "i", "name": name("Wake"), "time": name("7:30")})),
            "moods/mood" => item(json!({"id": "i", "name": name("Cosy"), "zone": "z"})),
            "notifications/notification" => {
                item(json!({"id": "i", "excerpt": name("Done"), "ownerName": name("Flow")}))
            }
            "images/image" => item(json!({"id": "i", "ownerUri": name("homey:app:x")})),
            "flowtoken/flowtoken" => {
                item(json!({"id": "i", "title": name("T"), "ownerName": name("Lamp")}))
            }
            "drivers/driver" => item(json!({"id": "i", "name": name("D"), "ownerName": name("A")})),
            "zones/zone/z" => json!({"id": "z", name("key"): name("value")}),
            _ => {
                let refusal = json!({"error": name("nothing"), "error_description": name("there")});
                return fake::answer(
                    stream,
                    404,
                    "application/json",
                    refusal.to_string().as_bytes(),
                );
            }
        };
        fake::answer(stream, 200, "application/json", answer.to_string().as_bytes())
    });
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", "a:b:c");
    context.set("TERM", "xterm-256color");
    context
}

/// Runs it with stdout and stderr at a terminal of 120 columns: its exit code, and all that went there.
fn at_terminal(context: &TestContext, arguments: &[&str]) -> (Option<i32>, String) {
    let size = Winsize { ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&size, None).expect("a terminal");
    let end = || Stdio::from(terminal.slave.as_fd().try_clone_to_owned().expect("a second end"));
    let mut command = context.command(arguments);
    command.stdin(Stdio::null()).stdout(end()).stderr(end());
    let mut child = command.spawn().expect("started");
    // Only the program holds the other end from here on, so that reading ends with it.
    drop((command, terminal.slave));
    let (mut all, mut master) = (Vec::new(), File::from(terminal.master));
    // Linux reports the end of a terminal as an error.
    let _ = master.read_to_end(&mut all);
    let exit = child.wait().expect("ended").code();
    (exit, String::from_utf8(all).expect("text").replace("\r\n", "\n"))
}

/// The text without the styles that we write ourselves.
fn without_styles(text: &str) -> String {
    let styles = ["0", "1", "2", "31", "32", "36", "90"];
    styles.iter().fold(text.to_owned(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

fn is_harmless(text: &str) -> bool {
    without_styles(text).chars().all(|letter| match letter {
        '\n' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        letter => !letter.is_control(),
    })
}

/// Everything that prints what others wrote: lists, headings, hints, errors, JSON, charts.
const PRINTS: &[&[&str]] = &[
    &["devices", "list"],
    &["devices", "list", "--json"],
    &["devices", "list", "--jq", ".[].name"],
    &["devices", "get", "d"],
    &["devices", "get", "d", "--json"],
    &["devices", "get", "d", "text"],
    &["devices", "get", "d", "text", "--json"],
    &["devices", "get", "nothing"],
    &["devices", "get", "d", "nothing"],
    &["devices", "drivers"],
    &["zones", "list"],
    &["zones", "get", "z"],
    &["zones", "get", "nothing"],
    &["flows", "list"],
    &["flows", "list", "--json"],
    &["flows", "get", "f"],
    &["flows", "export", "f"],
    &["folders", "list"],
    &["variables", "list"],
    &["variables", "get", "i"],
    &["variables", "delete", "i"],
    &["users", "list"],
    &["apps", "list"],
    &["alarms", "list"],
    &["moods", "list"],
    &["notifications", "list"],
    &["images", "list"],
    &["tokens", "list"],
    &["insights", "list"],
    &["insights", "get", "homey:device:d:dim"],
    &["insights", "get", "homey:device:d:dim", "--plot"],
    &["insights", "get", "homey:device:d:dim", "--csv"],
    &["insights", "get", "homey:device:d:dim", "--svg", "-"],
    &["system", "info"],
    &["api", "GET", "/api/manager/zones/zone"],
    &["api", "GET", "/api/manager/nothing"],
    &["call", "zones.getZones"],
    &["weather"],
];

#[test]
fn nothing_of_others_steers_a_terminal() {
    let context = hostile();
    for typed in PRINTS {
        let (exit, text) = at_terminal(&context, typed);
        assert!(matches!(exit, Some(0..=2)) && !text.is_empty(), "{typed:?}: {exit:?}\n{text:?}");
        assert!(is_harmless(&text), "{typed:?}\n{text:?}");
    }
}

#[test]
fn into_a_pipe_goes_what_the_homey_sent() {
    let context = hostile();
    let bad = STEERING.concat();
    let printed = |typed: &[&str]| {
        let output = context.command(typed).output().expect("ended");
        assert_eq!(output.status.code(), Some(0), "{typed:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(printed(&["devices", "list", "--jq", ".[].name"]), format!("Lamp{bad}\n"));
    assert_eq!(printed(&["devices", "get", "d", "text"]), format!("said{bad}\n"));
    assert_eq!(printed(&["variables", "get", "i"]), format!("x{bad}\n"));
    let json: Value = serde_json::from_str(&printed(&["zones", "list", "--json"])).expect("JSON");
    assert_eq!(json["z"]["name"], format!("Attic{bad}"));
    // A table has one line for each item, and changes nothing else.
    let table = printed(&["devices", "list"]);
    assert_eq!(table.lines().count(), 2, "{table:?}");
    assert!(table.contains(&format!("Lamp{}", bad.replace('\r', "\u{fffd}"))), "{table:?}");
    // At a terminal JSON is the same value, with what would steer it escaped.
    let (_, shown) = at_terminal(&context, &["zones", "list", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&shown).expect("JSON"), json);
}

#[tokio::test(flavor = "multi_thread")]
async fn log_lines_at_a_terminal_are_whole() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    context.set("TERM", "xterm-256color");
    context.set("HOUSEKEY_LOG", "debug");
    let (exit, text) = at_terminal(&context, &["zones", "list"]);
    assert_eq!(exit, Some(0), "{text}");
    assert!(text.contains(" DEBUG housekey"), "{text}");
    assert!(!text.contains("ansi"), "{text}");
    context.unset("HOMEY_ADDRESS");
    context.unset("HOMEY_TOKEN");
    assert_eq!(context.login(&[]).exit, 0);
    let settings = "[[homey]]\nname = \"canal-house\"\n[[sink]]\nhomey = \"canal-house\"\n\
         kind = \"file\"\npath = \"home.token\"\n";
    std::fs::write(context.directory().join("agent.toml"), settings).expect("written");
    let once = ["agent", "run", "--config", "agent.toml", "--once", "--log", "json"];
    let (exit, text) = at_terminal(&context, &once);
    assert_eq!(exit, Some(0), "{text}");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('{')).collect();
    assert!(!lines.is_empty(), "{text}");
    for line in &lines {
        serde_json::from_str::<Value>(line).unwrap_or_else(|why| panic!("{why}: {line:?}\n{text}"));
    }
    assert!(is_harmless(&text) && !text.contains("ansi"), "{text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_gets_styles_and_a_pipe_does_not() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    context.set("TERM", "xterm-256color");
    let wrong: &[&str] = &["zones", "get", "nothing"];
    for (typed, style) in [
        (&["zones", "list"][..], "\u{1b}[1mZONE"),
        (&["insights", "get", "Thermostat/measure_temperature", "--plot"], "\u{1b}[36m"),
        (wrong, "\u{1b}[31merror:\u{1b}[0m"),
    ] {
        let (_, text) = at_terminal(&context, typed);
        assert!(text.contains(style) && is_harmless(&text), "{typed:?}\n{text:?}");
        let piped = context.run(typed);
        assert!(!piped.to_string().contains('\u{1b}'), "{typed:?}\n{piped}");
    }
    context.set("NO_COLOR", "1");
    let (_, text) = at_terminal(&context, wrong);
    assert!(text.starts_with("error: ") && !text.contains('\u{1b}'), "{text:?}");
    context.unset("NO_COLOR");
    context.unset("HOMEY_ADDRESS");
    context.unset("HOMEY_TOKEN");
    let (exit, text) = at_terminal(&context, &["demo"]);
    assert_eq!(exit, Some(0), "{text}");
    assert!(text.contains("\u{1b}[32m✓\u{1b}[0m") && is_harmless(&text), "{text:?}");
}
