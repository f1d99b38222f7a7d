//! What a command waits for: shown at a terminal after a second, and gone before anything is printed.

use std::time::Duration;

use crate::announcer::announce;
use crate::context::TestContext;
use crate::terminal::Terminal;

/// Signed in to a Homey that takes its time for the list of devices.
async fn slow() -> TestContext {
    let mut context = TestContext::signed_in().await;
    context.set("TERM", "xterm-256color");
    delay(&context, "devices.getDevices");
    context
}

fn delay(context: &TestContext, call: &str) {
    context.world().script(call).delay(Duration::from_millis(2200));
}

/// Runs it at a terminal of 80 columns, and returns all that was written there.
fn at_terminal(context: &TestContext, arguments: &[&str]) -> String {
    let terminal = Terminal::of(80);
    let mut child = terminal.start(context.command(arguments));
    assert_eq!(child.wait().expect("ended").code(), Some(0), "{arguments:?}");
    terminal.rest()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_homey_is_named_until_it_answers() {
    let mut context = slow().await;
    let shown = at_terminal(&context, &["devices", "list"]);
    let waiting = "Waiting for \"Canal House\" at 127.0.0.1:";
    assert!(shown.contains(waiting) && shown.contains("… 1 s"), "{shown:?}");
    assert!(shown.contains("\u{1b}[36m⠋\u{1b}[0m Waiting"), "{shown:?}");
    // The line is cleared, and the table begins at its start.
    let (_, after) = shown.rsplit_once("Waiting").expect("waited");
    let (cleared, _) = after.split_once("ZONE").expect("a table");
    assert!(cleared.contains("\r\u{1b}[2K"), "{cleared:?}");

    context.set("NO_COLOR", "1");
    delay(&context, "devices.getDevices");
    let shown = at_terminal(&context, &["devices", "list"]);
    assert!(shown.contains(waiting) && !shown.contains("\u{1b}[36m"), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_where_a_line_cannot_be_cleared_or_is_not_wanted() {
    let mut context = slow().await;
    let quiet = at_terminal(&context, &["devices", "list", "--quiet"]);
    context.set("TERM", "dumb");
    delay(&context, "devices.getDevices");
    let dumb = at_terminal(&context, &["devices", "list"]);
    for shown in [quiet, dumb] {
        assert!(shown.contains("Ceiling lamp") && !shown.contains("Waiting"), "{shown:?}");
        assert!(!shown.contains("\u{1b}[2K"), "{shown:?}");
    }
    context.set("TERM", "xterm-256color");
    delay(&context, "devices.getDevices");
    assert_eq!(context.run(&["devices", "list"]).stderr, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_counted_has_a_bar() {
    let mut context = TestContext::signed_in().await;
    context.set("TERM", "xterm-256color");
    context
        .world()
        .script("devices.setCapabilityValue")
        .delay(Duration::from_millis(1500))
        .times(3);
    let lamps = ["Kitchen/Ceiling lamp", "Living room/Floor lamp", "Bedroom/Bedroom lamp"];
    let shown = at_terminal(&context, &[&["devices", "on", "--yes"], &lamps[..]].concat());
    assert!(shown.contains("━") && shown.contains("Setting devices: 1 of 3… 1 s"), "{shown:?}");
    for lamp in lamps {
        let (before, _) = shown.split_once(&format!("{lamp}: on (Homey")).expect("set");
        let begins = before.is_empty() || before.ends_with('\n') || before.ends_with("\u{1b}[2K");
        assert!(begins, "{lamp} begins its line: {shown:?}");
    }
    announce(&mut context, &[("Beach Cabin", 4859)]);
    let shown = at_terminal(&context, &["homeys", "discover", "--seconds", "2"]);
    assert!(shown.contains("━"), "{shown:?}");
    assert!(shown.contains("Looking for Homeys in this network… 1 s"), "{shown:?}");
    assert!(shown.contains("Beach Cabin"), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_shown_what_is_watched() {
    let mut context = TestContext::signed_in().await;
    context.set("TERM", "xterm-256color");
    for (arguments, what) in [
        (&["watch"][..], "every event of \"Canal House\""),
        (&["watch", "zones", "flow"], "zones, flow of \"Canal House\""),
        (&["devices", "watch"], "all devices of \"Canal House\""),
        (&["devices", "watch", "Floor lamp"], "Living room/Floor lamp of \"Canal House\""),
    ] {
        let arguments = [arguments, &["--for", "2s"]].concat();
        let shown = at_terminal(&context, &arguments);
        let said = format!("Watching {what}. Ctrl-C ends it.");
        assert!(shown.contains(&said), "{arguments:?}: {shown:?}");
        // What is watched for may never come.
        assert!(!shown.contains("Waiting"), "{arguments:?}: {shown:?}");
        assert!(!context.run(&arguments).stderr.contains("Watching"), "{arguments:?}");
    }
}
