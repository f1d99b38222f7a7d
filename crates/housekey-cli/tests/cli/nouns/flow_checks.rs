//! What looks at all flows: what uses an item, flows in words, pictures, and the check.

use std::fs;

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::home;
use crate::context::TestContext;

fn json(context: &TestContext, typed: &[&str], exit: i32) -> Value {
    let said = context.run(&[typed, &["--json"]].concat());
    assert_eq!(said.exit, exit, "{typed:?}\n{said}");
    serde_json::from_str(&said.stdout).expect("JSON")
}

fn id_of(context: &TestContext, noun: &str, name: &str) -> String {
    let filter = format!(".[] | select(.name == \"{name}\") | .id");
    let said = context.run(&[noun, "list", "--jq", &filter]);
    said.stdout.trim().trim_matches('"').to_owned()
}

/// Imports a flow that turns a lamp on and sets a variable.
fn add_flow(context: &TestContext, name: &str, lamp: &str, variable: &str) {
    let flow = json!({
        "name": name, "enabled": true,
        "trigger": { "id": "homey:manager:cron:time_exactly", "args": { "time": "07:00" } },
        "conditions": [],
        "actions": [
            { "id": format!("homey:device:{lamp}:dim"), "args": { "dim": 0.4 }, "group": "then" },
            { "id": "homey:manager:logic:set_variable_number", "group": "then",
                "args": { "variable": { "id": variable, "name": "Guests" }, "value": "2" } },
        ],
    });
    let path = context.directory().join("flow.json");
    fs::write(&path, flow.to_string()).expect("written");
    let said = context.run(&["flows", "import", &path.display().to_string()]);
    assert_eq!(said.exit, 0, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_are_shown_in_words_and_found_by_what_they_use() {
    let context = home(Dialect::Local).await;
    assert_snapshot!(context.run(&["flows", "show", "Light in the dark"]), @"
    exit: 0
    stdout:
    Evening/Light in the dark  standard  off

    when  Hallway/Motion sensor: Motion turned on
    and   ‹Hallway/Motion sensor: Luminance› is less than 20
    then  Living room/Floor lamp: On
          Living room/Floor lamp: Off, after 5 min
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "show", "Tea"]), @"
    exit: 0
    stdout:
    Tea  advanced  on

    when  started by hand
    then  wait 10 min
    then  Create a notification “The tea is ready”
    note  “Start it when the kettle is on”
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "uses", "Living room/Floor lamp"]), @"
    exit: 0
    stdout:
    NAME                       KIND       ACCESS  CARD
    Evening/Light in the dark  flow       write   then: Living room/Floor lamp: On
                                                  then: Living room/Floor lamp: Off, after 5 min
    Living room/Cinema         mood       write   -
    Living room/Cosy           mood       write   -
    Wall                       dashboard  read    -
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "grep", "tea"]), @"
    exit: 0
    stdout:
    NAME  KIND           CARD
    Tea   advanced flow  then: Create a notification “The tea is ready”
    stderr: nothing
    ");
    let reads = json(&context, &["flows", "uses", "Motion sensor", "--reads"], 0);
    assert_eq!(reads[0]["name"], "Light in the dark");
    assert_eq!((&reads[0]["access"], &reads[0]["certainty"]), (&json!("read"), &json!("sure")));
    assert_eq!(json(&context, &["flows", "uses", "Motion sensor", "--writes"], 0), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_several_kinds_needs_a_kind() {
    let context = home(Dialect::Local).await;
    let said = context.run(&["variables", "create", "Kitchen", "1"]);
    assert_eq!(said.exit, 0, "{said}");
    assert_snapshot!(context.run(&["flows", "uses", "Kitchen"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: "Kitchen" can be several things
    hint: there is: variable Kitchen, zone Home/Kitchen; choose one with --kind
    "#);
    let said = context.run(&["flows", "uses", "Kitchen", "--kind", "variable", "--quiet"]);
    assert_eq!(said.exit, 0, "{said}");
    assert_eq!(context.run(&["flows", "uses", "No such thing"]).exit, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_go_to_files() {
    let context = home(Dialect::Local).await;
    let network = context.run(&["flows", "graph"]);
    assert_eq!(network.exit, 0, "{network}");
    assert!(network.stdout.starts_with("<svg") && network.stdout.contains("Floor lamp"));
    let drawn = context.run(&["flows", "show", "Tea", "--svg"]);
    assert!(drawn.stdout.starts_with("<svg") && drawn.stdout.contains("wait 10 min"), "{drawn}");
    assert_eq!(context.run(&["flows", "show", "Good night", "--svg"]).exit, 2);
    assert_snapshot!(context.run(&["flows", "graph", "Light in the dark", "--format", "mermaid"]), @r#"
    exit: 0
    stdout:
    flowchart LR
        n0(["Hallway/Motion sensor"])
        n1(["Living room/Floor lamp"])
        n2["Evening/Light in the dark"]:::off
        n0 --> n2
        n2 --> n1
        classDef off stroke-dasharray: 5 4
        classDef gone stroke:#cf222e,stroke-dasharray: 5 4
    stderr: nothing
    "#);
    let graph = json(&context, &["flows", "graph"], 0);
    assert!(graph["nodes"].as_array().is_some_and(|nodes| nodes.len() >= 6), "{graph}");
    assert!(graph["links"].as_array().is_some_and(|links| links.len() == 2), "{graph}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_finds_what_is_missing_by_its_last_name() {
    let context = home(Dialect::Local).await;
    let (lamp, guests) =
        (id_of(&context, "devices", "Ceiling lamp"), id_of(&context, "variables", "Guests"));
    add_flow(&context, "Morning", &lamp, &guests);
    let tidy = json(&context, &["flows", "check", "--severity", "warning"], 0);
    assert_eq!(tidy["findings"], json!([]));
    let said = context.run(&["api", "DELETE", &format!("/api/manager/devices/device/{lamp}")]);
    assert_eq!(said.exit, 0, "{said}");
    assert_snapshot!(context.run(&["flows", "check", "--severity", "error"]), @r#"
    exit: 3
    stdout:
    Morning  flow
      HK101 error    the device "Kitchen/Ceiling lamp" is not there
                     Kitchen/Ceiling lamp (missing): Dim 0.4

    1 error in 5 flows
    stderr: nothing
    "#);
    let found = json(&context, &["flows", "check", "--format", "json"], 3);
    let finding = &found["findings"][0];
    assert_eq!(finding["code"], "HK101");
    assert_eq!((&finding["severity"], &finding["flow"]), (&json!("error"), &json!("Morning")));
    assert_eq!(
        finding["missing"],
        json!({ "kind": "device", "id": lamp, "name": "Kitchen/Ceiling lamp" })
    );
    let sarif = context.run(&["flows", "check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&sarif.stdout).expect("JSON");
    assert_eq!((sarif.exit, &log["runs"][0]["results"][0]["ruleId"]), (3, &json!("HK101")));

    let list = context.directory().join("audit.toml");
    fs::write(&list, "[[ignore]]\ncode = \"HK101\"\nflow = \"Morning\"\n").expect("written");
    let list = list.display().to_string();
    let ignored = json(&context, &["flows", "check", "--ignore", &list, "--severity", "error"], 0);
    assert_eq!((&ignored["findings"], &ignored["ignored"]), (&json!([]), &json!(1)));
    fs::write(&list, "[[ignore]]\ncode = \"HK1\"\n").expect("written");
    assert_eq!(context.run(&["flows", "check", "--ignore", &list]).exit, 2);
}
