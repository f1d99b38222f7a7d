//! Answers that are no refusal: said in the right words, with whether it is tried again, and with
//! every token left as it is.

use housekey_emulator::{Dialect, Emulator, Failure, Quirk};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::agent::{HOMEY, Running, write};
use crate::context::{NAME, TestContext};

const ZONES: &str = "zones.getZones";

#[tokio::test(flavor = "multi_thread")]
async fn a_command_says_that_it_does_not_try_again_and_what_to_do() {
    let context = TestContext::with_key(Dialect::Local).await;
    context.world().script(ZONES).reply(503).times(100);
    assert_snapshot!(context.run(&["zones", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey could not answer zones.getZones: status 503
    hint: no further try is made; wait a little, then try again
    ");
    let context = TestContext::with_key(Dialect::Local).await;
    context.world().script(ZONES).reply(503).header("Retry-After", "120").times(100);
    assert_snapshot!(context.run(&["zones", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey could not answer zones.getZones: status 503
    hint: no further try is made; wait 120 s, then try again
    ");
    let context = TestContext::with_key(Dialect::Local).await;
    context.world().script(ZONES).fail(Failure::HomeyOffline).times(100);
    assert_snapshot!(context.run(&["zones", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey is offline, as its relay says, and did not get zones.getZones: Homey Is Not Connected (417)
    hint: no further try is made; wait a little, then try again
    ");
    for failure in [Failure::HomeyOffline, Failure::NotActivated] {
        let context = TestContext::with_key(Dialect::Local).await;
        context.world().script("system.ping").fail(failure).times(100);
        let said = context.run(&NAME);
        assert_eq!(said.exit, 1, "{said}");
        assert!(!said.stderr.contains("refused"), "{said}");
        assert!(said.stderr.contains("\nhint: no further try is made; "), "{said}");
        assert!(said.stderr.ends_with(", then try again\n"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_homey_does_not_have_is_1_and_a_name_that_nothing_has_is_2() {
    let context = TestContext::with_key(Dialect::Local).await;
    let id = "00000000-0000-4000-8000-000000000000";
    let path = format!("/api/manager/devices/device/{id}");
    let argument = format!("id={id}");
    for command in [&["api", "GET", &path][..], &["call", "devices.getDevice", &argument]] {
        let said = context.run(command);
        assert_eq!(said.exit, 1, "{command:?}: {said}");
        assert!(said.stderr.contains("(404)"), "{command:?}: {said}");
    }
    for noun in ["devices", "zones", "flows", "variables", "users"] {
        let said = context.run(&[noun, "get", "No such name"]);
        assert_eq!((said.exit, &*said.stdout), (2, ""), "{noun}: {said}");
        assert!(said.stderr.starts_with("error: there is no "), "{noun}: {said}");
    }
}

/// 417, and 503 before it is activated: tokens stay as they are, and serve once it is back.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_outlive_a_homey_that_is_offline_or_starting() {
    for quirk in [Quirk::HomeyOffline, Quirk::NotActivated] {
        let context = TestContext::signed_in().await;
        let before = context.stored();
        assert!(!before.is_empty());
        context.world().quirk(quirk, true);
        for command in [&NAME[..], &["devices", "list"], &["devices", "on", "Floor lamp"]] {
            let said = context.run(command);
            assert_eq!((said.exit, &*said.stdout), (1, ""), "{quirk:?}: {command:?}: {said}");
            assert!(!said.stderr.contains("run `housekey login"), "{quirk:?}: {command:?}: {said}");
        }
        assert_eq!(context.stored(), before, "{quirk:?}");
        context.world().quirk(quirk, false);
        let said = context.run(&NAME);
        assert_eq!((said.exit, &*said.stdout), (0, "Canal House\n"), "{quirk:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_says_when_it_tries_again() {
    let life = SignedDuration::from_secs(2);
    let builder = Emulator::builder().dialect(Dialect::V2).session_life(life);
    let context = TestContext::with(builder).await;
    assert_eq!(context.login(&[]).exit, 0);
    context.world().script("users.login").reply(503).header("Retry-After", "600").times(1000);
    write(&context, HOMEY);
    let mut agent = Running::start(&context, &["--log", "json"]);
    let line = agent.hear(&["the token is not renewed"]);
    let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    let next = line["next_attempt"].as_str().expect("when");
    let status = context.run(&["agent", "status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    let trouble = &status["homeys"][0]["trouble"];
    let [at, told] = ["at", "next_attempt_at"]
        .map(|key| trouble[key].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()))
        .map(|time| time.expect("a time"));
    assert!(next.parse::<jiff::Timestamp>().is_ok(), "{next}");
    let wait_s = told.duration_since(at).as_secs();
    assert!((590..=600).contains(&wait_s), "as the Homey asks: {wait_s} s");
    let shown = context.run(&["agent", "status"]).stdout;
    assert!(shown.contains("\n  next attempt in 9 min\n"), "{shown}");
    assert!(!shown.contains("try again") && !shown.contains("no further try"), "{shown}");
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_fails_says_when_it_is_tried_again_unless_it_is_not() {
    let context = TestContext::signed_in().await;
    let sink = "[[sink]]\nhomey = \"canal-house\"\nkind = \"command\"\nrun = [\"false\"]\n";
    write(&context, &format!("{HOMEY}{sink}"));
    let once = context.run(&["agent", "run", "--config", "agent.toml", "--once"]);
    assert_eq!(once.exit, 1, "{once}");
    assert!(once.stdout.contains("false ended with "), "{once}");
    assert!(!once.stdout.contains("next attempt"), "{once}");
    let mut agent = Running::start(&context, &[]);
    agent.hear(&["not given", "next_attempt="]);
    let shown = context.run(&["agent", "status"]).stdout;
    assert!(shown.contains("\n  next attempt "), "{shown}");
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
}
