//! `--dry-run`: every command that changes something prints its request, and the Homey gets nothing but reads.

use std::collections::BTreeSet;
use std::fs;

use housekey::catalogue::{self, Method};
use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{home, writes};
use crate::context::{Said, TestContext};
use crate::help;

/// What changes something, besides the table of all writes that are looked at, and the operation it comes to.
const MORE: &[(&[&str], &str)] = &[
    (&["devices", "set", "Floor lamp", "dim", "40%"], "devices.setCapabilityValue"),
    (&["devices", "on", "Floor lamp"], "devices.setCapabilityValue"),
    (&["devices", "off", "Floor lamp"], "devices.setCapabilityValue"),
    (&["devices", "toggle", "Floor lamp"], "devices.setCapabilityValue"),
    (&["flows", "disable", "Tea"], "flow.updateAdvancedFlow"),
    (&["flows", "enable", "Light in the dark"], "flow.updateFlow"),
    (&["flows", "rename", "Say hello", "Hi"], "flow.updateFlow"),
    (&["flows", "move", "Say hello", "Evening"], "flow.updateFlow"),
    (&["flows", "delete", "Tea"], "flow.deleteAdvancedFlow"),
    (&["variables", "create", "door", "1"], "logic.createVariable"),
    (&["variables", "set", "Guests", "3"], "logic.updateVariable"),
    (&["variables", "delete", "Guests"], "logic.deleteVariable"),
    (&["keys", "create", "grafana"], "users.createPersonalAccessToken"),
    (&["call", "zones.createZone", "zone:={\"name\": \"Attic\"}"], "zones.createZone"),
    (&["api", "POST", "/api/manager/zones/zone", "-f", "name=Attic"], "zones.createZone"),
];

/// Those that have tests of their own.
const APART: [&str; 12] = [
    "agent init",
    "agent install",
    "apply",
    "flows heal",
    "flows import",
    "flows undo",
    "homeys remove",
    "keys delete",
    "logout",
    "mcp",
    "migrate",
    "mqtt clean",
];

/// How many calls of the Homey were anything but reads.
fn writes(context: &TestContext) -> u64 {
    let is_write = |operation: &&catalogue::Operation| {
        operation.variants.iter().any(|variant| variant.method != Method::Get)
    };
    let names = catalogue::operations().iter().filter(is_write).map(|operation| operation.id);
    names.map(|name| context.world().calls(name)).sum()
}

/// Runs the command without a confirmation, which a dry run does not need.
pub(super) fn run(context: &TestContext, typed: &[&str], options: &[&str]) -> Said {
    let unconfirmed = typed.iter().copied().filter(|word| !matches!(*word, "-y" | "--yes"));
    let words: Vec<&str> =
        unconfirmed.chain(["--dry-run"]).chain(options.iter().copied()).collect();
    context.run(&words)
}

/// Checks that a dry run of the command prints the request of the operation and what it would say, and that
/// the Homey gets no write.
pub(super) fn check(context: &TestContext, typed: &[&str], operation: &str, said: Option<&str>) {
    let before = writes(context);
    let dry = run(context, typed, &[]);
    assert_eq!(dry.exit, 0, "{typed:?}\n{dry}");
    if let Some(said) = said {
        let told =
            format!("Nothing is sent. Without --dry-run: {said} (Homey \"http://HOMEY/\")\n");
        assert_eq!(dry.stderr, told, "{typed:?}");
    }
    let json = run(context, typed, &["--json", "--quiet"]);
    assert_eq!((json.exit, json.stderr.as_str()), (0, ""), "{typed:?}\n{json}");
    let request: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let [method, path] = ["method", "path"].map(|key| request[key].as_str().expect("a text"));
    assert!(dry.stdout.starts_with(&format!("{method} {path}\n")), "{typed:?}\n{dry}");
    let found = catalogue::find(operation).expect("an operation");
    let is_its = |variant: &catalogue::Variant| {
        let begin = variant.path.split(':').next().unwrap_or_default();
        variant.method.as_str() == method && path.contains(begin)
    };
    assert!(found.variants.iter().any(is_its), "{typed:?} is not {operation}: {method} {path}");
    assert_eq!(writes(context), before, "{typed:?} sends something");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing_and_writes_no_file() {
    let context = home(Dialect::Local).await;
    for (typed, operation) in MORE {
        check(&context, typed, operation, None);
    }
    assert!(!context.directory().join("state").exists(), "a backup is kept");
}

#[test]
fn every_command_with_a_dry_run_is_checked() {
    let mut told = String::new();
    help::tree(&TestContext::alone(), &[], &mut told);
    let has_it = |help: &&str| help.contains("--dry-run");
    let command = |help: &str| help.lines().next().map(|line| line.replace(" --help", ""));
    let found: BTreeSet<String> =
        told.split("$ housekey ").filter(has_it).filter_map(command).collect();
    let typed = writes::WRITES.iter().map(|write| write.typed);
    let checked: Vec<String> = typed
        .chain(MORE.iter().map(|(typed, _)| *typed))
        .map(|typed| typed.join(" "))
        .chain(APART.map(str::to_owned))
        .collect();
    let is_checked = |command: &&String| {
        checked.iter().any(|typed| *typed == **command || typed.starts_with(&format!("{command} ")))
    };
    let left_out: Vec<_> = found.iter().filter(|command| !is_checked(command)).collect();
    assert!(left_out.is_empty(), "not checked: {left_out:?}");
    assert!(found.len() > 50, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_shown_for_people_and_for_programs() {
    let context = home(Dialect::Local).await;
    assert_snapshot!(context.run(&["devices", "set", "Floor lamp", "dim", "40%", "--dry-run"]), @r#"
    exit: 0
    stdout:
    PUT /api/manager/devices/device/b47b29a1-aa1a-4f5a-8ecb-edc1657e7280/capability/dim
    {
      "value": 0.4
    }
    stderr:
    Nothing is sent. Without --dry-run: Living room/Floor lamp: 75 % -> dim 40 % (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["devices", "off", "--class", "light", "--zone", "Bedroom", "--dry-run"]), @r#"
    exit: 0
    stdout:
    PUT /api/manager/devices/device/aedd7f89-b3bd-47c5-a352-bee221da5ff8/capability/onoff
    {
      "value": false
    }
    stderr:
    Nothing is sent. Without --dry-run: Bedroom/Bedroom lamp: off -> off (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["devices", "set", "Floor lamp", "dim", "40%", "--dry-run", "--json"]), @r#"
    exit: 0
    stdout:
    {"method":"PUT","path":"/api/manager/devices/device/b47b29a1-aa1a-4f5a-8ecb-edc1657e7280/capability/dim","body":{"value":0.4}}
    stderr:
    Nothing is sent. Without --dry-run: Living room/Floor lamp: 75 % -> dim 40 % (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["flows", "delete", "Tea", "--dry-run", "--json"]), @r#"
    exit: 0
    stdout:
    {"method":"DELETE","path":"/api/manager/flow/advancedflow/3cf742fa-9b50-4277-bf2b-a5ee1bb4f565","body":null}
    stderr:
    Nothing is sent. Without --dry-run: The flow Tea is deleted (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["devices", "set", "--class", "light", "onoff", "on", "--dry-run", "--jq", ".body.value"]), @r#"
    exit: 0
    stdout:
    true
    true
    true
    true
    true
    stderr:
    Nothing is sent. Without --dry-run: Living room/Floor lamp: on -> on (Homey "http://HOMEY/")
    Nothing is sent. Without --dry-run: Kitchen/Ceiling lamp: on -> on (Homey "http://HOMEY/")
    Nothing is sent. Without --dry-run: Bedroom/Bedroom lamp: off -> on (Homey "http://HOMEY/")
    Nothing is sent. Without --dry-run: Garden/Garden lights: on -> on (Homey "http://HOMEY/")
    Nothing is sent. Without --dry-run: Bathroom/Bathroom lamp: off -> on (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["api", "/api/manager/zones/zone?token=secret", "--dry-run"]), @r#"
    exit: 0
    stdout:
    GET /api/manager/zones/zone?token=***
    stderr:
    Nothing is sent to "http://HOMEY/".
    "#);
    assert_snapshot!(context.run(&["call", "zones.createZone", "--dry-run"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: zones.createZone needs `zone`, which takes an object
    hint: `housekey operations zones.createZone` explains it
    ");
    assert_snapshot!(context.run(&["zones", "create", "Attic", "--parent", "Kichen", "--dry-run"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no zone "Kichen"
    hint: did you mean Home/Kitchen?
    "#);
    assert_snapshot!(context.run(&["zones", "list", "--dry-run"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: unexpected argument '--dry-run' found

    Usage: housekey zones list [OPTIONS]

    For more information, try '--help'.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_not_printed() {
    let context = home(Dialect::Local).await;
    let secret = "0420-hunter2";
    for (typed, piped) in [
        (&["variables", "set", "Guests", "-", "--dry-run"][..], "42042"),
        (&["variables", "create", "door", "-", "--dry-run"], secret),
        (&["apps", "settings", "set", "Lumen", "code", "-", "--dry-run"], secret),
        (&["apps", "settings", "set", "Lumen", "password", secret, "--dry-run"], ""),
        (&["variables", "create", "accesstoken", secret, "--dry-run"], ""),
        (
            &["call", "logic.createVariable", "variable:=@-", "--dry-run"],
            "{\"name\": \"accesstoken\", \"value\": \"0420-hunter2\"}",
        ),
        (&["api", "POST", "/api/x", "-f", "password=0420-hunter2", "--dry-run"], ""),
    ] {
        let said = context.run_with(typed, piped);
        assert_eq!(said.exit, 0, "{typed:?}\n{said}");
        let printed = said.to_string();
        assert!(!printed.contains(secret) && !printed.contains("42042"), "{typed:?}\n{said}");
        assert!(said.stdout.contains(": \"***\""), "{typed:?}\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_tells_the_request_of_each_flow() {
    let context = home(Dialect::Local).await;
    let exported = context.run(&["flows", "export", "Say hello", "Tea"]).stdout;
    let mut flows: Value = serde_json::from_str(&exported).expect("JSON");
    flows[1]["name"] = json!("Green tea");
    flows[1]["id"] = json!("another");
    fs::write(context.directory().join("flows.json"), flows.to_string()).expect("written");
    let before = writes(&context);
    let file = context.directory().join("flows.json").display().to_string();
    assert_snapshot!(context.run(&["flows", "import", &file, "--dry-run"]), @"
    exit: 0
    stdout:
    FLOW       KIND      WOULD BE
    Say hello  standard  left as it is
    Green tea  advanced  made
    stderr: nothing
    ");
    let filter = "map([.would_be, .method, .path, .body.name])";
    assert_snapshot!(context.run(&["flows", "import", &file, "--dry-run", "--jq", filter]).stdout, @r#"[["left as it is",null,null,null],["made","POST","/api/manager/flow/advancedflow","Green tea"]]"#);
    assert_eq!(writes(&context), before);
}
