//! `housekey watch`, `devices watch` and `devices get --live`.

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::process::{Child, ChildStdout, Command};

use housekey_emulator::{Dialect, Interruption, Seen};
use insta::assert_snapshot;
use serde_json::Value;

use crate::context::TestContext;

const LAMP: &str = "Kitchen/Ceiling lamp";

/// A command that goes on until it is told to end.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(context: &TestContext, arguments: &[&str]) -> Self {
        let mut child = context.command(arguments).spawn().expect("started");
        let stdout = child.stdout.take().expect("a pipe");
        Self { child, lines: BufReader::new(stdout).lines() }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("no end").expect("text")
    }

    fn json(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("JSON")
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("sent").success());
    }

    /// Waits for its end: exit code, what is left on stdout, stderr.
    fn end(mut self) -> (Option<i32>, Vec<String>, String) {
        let rest = self.lines.map(|line| line.expect("text")).collect();
        let mut stderr = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("read");
        (self.child.wait().expect("ended").code(), rest, stderr)
    }
}

/// The id of the lamp.
fn lamp(context: &TestContext) -> String {
    context.run(&["devices", "get", LAMP, "--jq", ".id"]).stdout.trim().to_owned()
}

/// Waits until somebody listens to that device.
async fn listened(context: &TestContext, device: &str) {
    let uri = format!("homey:device:{device}");
    context.world().until(|seen| seen.subscriptions(&uri) == 1).await;
}

fn switch(context: &TestContext, on: bool) {
    let verb = if on { "on" } else { "off" };
    assert_eq!(context.run(&["devices", verb, LAMP]).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_watched_on_every_dialect() {
    for dialect in Dialect::ALL {
        let context = TestContext::with_key(dialect).await;
        let id = lamp(&context);
        let arguments = ["devices", "watch", LAMP, "--json", "--now", "--count", "4"];
        let mut watch = Running::start(&context, &arguments);
        let present = [watch.json(), watch.json()];
        assert_eq!(present[0]["change"], "present", "{dialect}: {present:?}");
        assert_eq!(
            (&present[1]["capability"], &present[1]["value"]),
            (&"onoff".into(), &false.into())
        );
        listened(&context, &id).await;
        switch(&context, true);
        let told = watch.json();
        for (key, want) in [
            ("name", "Ceiling lamp".into()),
            ("zone", "Kitchen".into()),
            ("id", id.into()),
            ("change", "value".into()),
            ("how", "live".into()),
            ("capability", "onoff".into()),
            ("previous", false.into()),
            ("value", Value::from(true)),
        ] {
            assert_eq!(told[key], want, "{dialect}: {key} of {told}");
        }
        switch(&context, false);
        assert_eq!(watch.json()["value"], false);
        assert_eq!(watch.end(), (Some(0), vec![], String::new()), "{dialect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_waits_until_something_holds() {
    let context = TestContext::with_key(Dialect::Local).await;
    let id = lamp(&context);
    let until = r#".capability == "onoff" and .value"#;
    let arguments = ["devices", "watch", LAMP, "--until", until, "--now"];
    let watch = Running::start(&context, &arguments);
    listened(&context, &id).await;
    switch(&context, true);
    let (exit, lines, stderr) = watch.end();
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "{lines:?}");
    assert!(
        lines.last().expect("a line").ends_with("  Kitchen/Ceiling lamp  onoff  on"),
        "{lines:?}"
    );
    // Now it holds from the start.
    assert_eq!(context.run(&arguments).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_in_time_is_a_failure() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["devices", "watch", "--until", "false", "--for", "0"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: what --until waits for did not happen within 0.0 s
    ");
    assert_snapshot!(context.run(&["watch", "zones", "--count", "1", "--for", "0"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: only 0 of 1 came within 0.0 s
    ");
    assert_snapshot!(context.run(&["watch", "zones", "--for", "0"]), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    let arguments = ["devices", "watch", LAMP, "--now", "--count", "1", "--until", ".nothing"];
    let said = context.run(&arguments);
    assert_eq!(said.exit, 1);
    assert_snapshot!(said.stderr, @"error: what --until waits for did not happen in the first 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_told_when_the_connection_is_back() {
    let context = TestContext::with_key(Dialect::Local).await;
    let id = lamp(&context);
    let mut watch = Running::start(&context, &["devices", "watch", LAMP]);
    listened(&context, &id).await;
    switch(&context, true);
    assert!(watch.line().ends_with("  Kitchen/Ceiling lamp  onoff  on"));
    context.world().interrupt(Interruption::Kick);
    switch(&context, false);
    assert!(watch.line().ends_with("  Kitchen/Ceiling lamp  onoff  off  (caught up)"));
    // Live again: asked to end while it waits for the next.
    listened(&context, &id).await;
    switch(&context, true);
    assert!(watch.line().ends_with("onoff  on"));
    watch.signal("-INT");
    let (exit, lines, stderr) = watch.end();
    assert_eq!((exit, lines.len()), (Some(0), 0));
    assert_snapshot!(stderr, @"
    the live connection was lost: the Homey ended the session of this connection; trying again within a second, then after longer pauses of up to 30 s
    reading what was missed: the Homey ended the session of this connection
    live again
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_shown_as_the_homey_tells_them() {
    let context = TestContext::with_key(Dialect::Local).await;
    let until = r#".event == "zone.delete""#;
    let arguments = ["watch", "zones", "homey:manager:logic", "--json", "--until", until];
    let mut watch = Running::start(&context, &arguments);
    let uris = ["homey:manager:zones", "homey:manager:logic"];
    context.world().until(|seen| uris.iter().all(|uri| seen.subscriptions(uri) == 1)).await;
    assert_eq!(context.run(&["zones", "create", "Attic"]).exit, 0);
    let told = watch.json();
    let keys: Vec<&str> = told.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["at", "uri", "event", "data"]);
    assert_eq!((&told["uri"], &told["event"]), (&uris[0].into(), &"zone.create".into()));
    assert_eq!(told["data"]["name"], "Attic");
    context.world().interrupt(Interruption::Drop);
    // Asked for a second time, and given: none at all may be over before anybody looks.
    let asked = |seen: &Seen| seen.calls("realtime.subscribe") == 4;
    context
        .world()
        .until(|seen| asked(seen) && uris.iter().all(|uri| seen.subscriptions(uri) == 1))
        .await;
    assert_eq!(context.run(&["zones", "delete", "Attic", "--yes"]).exit, 0);
    let (exit, lines, stderr) = watch.end();
    assert_eq!((exit, lines.len()), (Some(0), 1), "{lines:?}");
    let notes: Vec<&str> = stderr.lines().collect();
    assert!(notes[0].starts_with("the live connection was lost: "), "{notes:?}");
    assert_eq!(notes[1..], ["live again; events in between are lost"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_is_no_error() {
    let context = TestContext::with_key(Dialect::Local).await;
    let id = lamp(&context);
    for command in [&["devices", "watch"][..], &["watch"]] {
        let mut child = context.command(command).spawn().expect("started");
        drop(child.stdout.take());
        listened(&context, &id).await;
        switch(&context, true);
        switch(&context, false);
        let output = child.wait_with_output().expect("ended");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_shown_and_then_what_changes() {
    let context = TestContext::with_key(Dialect::V2).await;
    let id = lamp(&context);
    for (further, before, after) in [
        (&["onoff"][..], "false", "true"),
        (&["onoff", "--json"], "false", "true"),
        (&["--jq", ".capabilitiesObj.onoff.value"], "false", "true"),
        (&["--jq", "empty, .name"], "Ceiling lamp", "Ceiling lamp"),
    ] {
        let arguments = [&["devices", "get", "--live", LAMP], further].concat();
        let mut live = Running::start(&context, &arguments);
        assert_eq!(live.line(), before, "{further:?}");
        listened(&context, &id).await;
        switch(&context, true);
        assert_eq!(live.line(), after, "{further:?}");
        live.signal("-TERM");
        assert_eq!(live.end().0, Some(0), "{further:?}");
        switch(&context, false);
    }
    let mut live = Running::start(&context, &["devices", "get", "--live", LAMP]);
    let shown: Vec<String> = (0..5).map(|_| live.line()).collect();
    assert!(shown[0].starts_with("Kitchen/Ceiling lamp  light  "), "{shown:?}");
    listened(&context, &id).await;
    switch(&context, true);
    assert!(live.line().ends_with("  onoff  on"));
    assert_eq!(context.run(&["devices", "delete", LAMP, "--yes"]).exit, 0);
    let (exit, _, stderr) = live.end();
    assert_eq!(exit, Some(1));
    assert_snapshot!(stderr, @r#"error: the device "Ceiling lamp" is gone"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_and_missing_rights_are_told() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["watch", "zone"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `zone` is neither a manager nor a URI
    hint: did you mean zones?
    ");
    assert_snapshot!(context.run(&["devices", "watch", "--until", ".a |"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: --until does not understand `.a |`: it ends where term should follow
    hint: the language is that of jq, as in `--jq '.[].name'`
    ");
    let key = context.world().new_api_key(&["homey.zone.readonly"]);
    context.set("HOMEY_TOKEN", &key);
    assert_eq!(context.run(&["watch", "zones", "--for", "0"]).exit, 0);
    let said = context.run(&["watch", "logic", "--for", "10"]);
    assert_eq!(said.exit, 1, "{said}");
    context.set("HOMEY_TOKEN", "a:b:c");
    assert_eq!(context.run(&["watch", "zones"]).exit, 4);
    assert_eq!(context.run(&["devices", "watch"]).exit, 4);
}
