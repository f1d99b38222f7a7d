//! Flows of both kinds: shown, and changed so that nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::home;
use crate::context::TestContext;

/// What a command prints, as JSON.
fn json(context: &TestContext, typed: &[&str]) -> Value {
    let said = context.run(&[typed, &["--json"]].concat());
    assert_eq!(said.exit, 0, "{typed:?}\n{said}");
    serde_json::from_str(&said.stdout).expect("JSON")
}

/// The flow as it is, without what the Homey tells of it.
fn flow(context: &TestContext, name: &str) -> Value {
    json(context, &["flows", "get", name])
}

/// The backups there are, the oldest first.
fn backups(context: &TestContext) -> Vec<PathBuf> {
    let homey = context.directory().join("state/backups").join(context.facts().cloud_id);
    let entries = fs::read_dir(homey).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).expect("read")).expect("JSON")
}

/// Without the name of the file, which has the time in it.
fn undated(text: &str) -> String {
    let line = |line: &str| match line.split_once("flow-") {
        Some((before, rest)) => {
            let after = rest.split_once(".json").map_or("", |(_, after)| after);
            format!("{before}FILE{after}\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_kinds_are_listed_and_shown() {
    let context = home(Dialect::Local).await;
    assert_snapshot!(context.run(&["flows", "list"]), @"
    exit: 0
    stdout:
    FOLDER   NAME               KIND      STATE  ID
    Evening  Good night         standard  on     1e99dc45-4db9-4243-88b8-77d64e4b7756
    Evening  Light in the dark  standard  off    8816fc79-187e-4a0f-8710-ca42e9da2d68
    -        Say hello          standard  on     5c025f4c-4bc9-4c80-bcf8-79d65f88d10d
    -        Tea                advanced  on     3cf742fa-9b50-4277-bf2b-a5ee1bb4f565
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "list", "--kind", "advanced"]), @"
    exit: 0
    stdout:
    FOLDER  NAME  KIND      STATE  ID
    -       Tea   advanced  on     3cf742fa-9b50-4277-bf2b-a5ee1bb4f565
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "get", "Light in the dark"]), @"
    exit: 0
    stdout:
    Evening/Light in the dark  standard  off  8816fc79-187e-4a0f-8710-ca42e9da2d68

    PART  CARD                                      WITH
    when  Hallway/Motion sensor: alarm_motion_true
    if    logic: lt                                 comparator 20, of Hallway/Motion sensor: measure_luminance
    then  Living room/Floor lamp: on
    then  Living room/Floor lamp: off               after 5 min
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["flows", "get", "Tea"]), @"
    exit: 0
    stdout:
    Tea  advanced  on  3cf742fa-9b50-4277-bf2b-a5ee1bb4f565

    #  TYPE    CARD                                WITH                            NEXT
    1  start                                                                       3
    2  note                                        Start it when the kettle is on
    3  delay                                       10 min                          4
    4  action  notifications: create_notification  text The tea is ready
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_both_kinds_as_one_collection() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        let of = |kind| json(&context, &["flows", "list", "--kind", kind]);
        let (mut both, advanced) = (of("standard"), of("advanced"));
        let all = both.as_object_mut().expect("by id");
        all.extend(advanced.as_object().expect("by id").clone());
        assert_eq!(json(&context, &["flows", "list"]), both, "{dialect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_the_flow_as_it_was_and_all_else_of_it() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        for (name, update) in
            [("Light in the dark", "flow.updateFlow"), ("Tea", "flow.updateAdvancedFlow")]
        {
            let before = flow(&context, name);
            let kept = backups(&context).len();
            let verb = if before["enabled"] == true { "disable" } else { "enable" };
            let said = context.run(&["flows", verb, name]);
            let is = if verb == "enable" { "on" } else { "off" };
            assert_eq!((said.exit, said.stdout.as_str()), (0, ""), "{dialect}\n{said}");
            assert!(said.stderr.contains(&format!("{name} is {is} now")), "{dialect}\n{said}");
            assert_eq!(context.world().calls(update), 1, "{dialect}");
            let mut wanted = before.clone();
            wanted["enabled"] = json!(verb == "enable");
            assert_eq!(flow(&context, name), wanted, "{dialect}: only that has changed");

            let all = backups(&context);
            assert_eq!(all.len(), kept + 1, "{dialect}");
            let newest = all.iter().find(|path| read(path)["name"] == name).expect("a backup");
            assert_eq!(read(newest), before, "{dialect}: as it was");
            let mode = |path: &std::path::Path| {
                fs::metadata(path).expect("there").permissions().mode() & 0o777
            };
            assert_eq!(mode(newest), 0o600);
            assert_eq!(mode(newest.parent().expect("a directory")), 0o700);

            let again = context.run(&["flows", verb, name]);
            assert!(
                again.stderr.contains(&format!("{name} is {is} already")),
                "{dialect}\n{again}"
            );
            assert_eq!(context.world().calls(update), 1, "{dialect}: nothing was written");
            assert_eq!(backups(&context).len(), kept + 1, "{dialect}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_are_renamed_moved_and_deleted() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        for (typed, told) in [
            (
                &["flows", "rename", "Good night", "Sleep"][..],
                "Evening/Good night is called Sleep now",
            ),
            (&["flows", "move", "Sleep", "--top"], "Evening/Sleep is in no folder now"),
            (&["flows", "move", "Sleep", "Evening"], "Sleep is in Evening now"),
            (&["flows", "move", "Tea", "Evening"], "Tea is in Evening now"),
            (&["flows", "delete", "Evening/Tea", "--yes"], "The flow Evening/Tea is deleted"),
        ] {
            let said = context.run(typed);
            assert_eq!(said.exit, 0, "{dialect} {typed:?}\n{said}");
            assert!(said.stderr.contains(told), "{dialect} {typed:?}\n{said}");
        }
        assert_eq!(backups(&context).len(), 5, "{dialect}");
        assert_eq!(
            context.run(&["flows", "get", "Evening/Sleep", "--jq", ".enabled"]).stdout,
            "true\n"
        );
        assert_eq!(context.run(&["flows", "list", "--jq", "length"]).stdout, "3\n", "{dialect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_can_be_brought_back_on_every_dialect() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        let run = |typed: &[&str]| {
            let said = context.run(typed);
            assert_eq!(said.exit, 0, "{dialect} {typed:?}\n{said}");
            said
        };
        let told = run(&["flows", "export", "--all", "--output", "flows.json"]).stderr;
        assert_eq!(told, "flows.json holds 4 flows\n", "{dialect}");
        let before = json(&context, &["flows", "list"]);
        let (tea, night) = (flow(&context, "Tea"), flow(&context, "Good night"));
        assert_eq!(json(&context, &["flows", "export", "Tea"]), tea, "{dialect}: one is itself");
        assert_eq!(json(&context, &["flows", "export", "Tea", "Good night"]), json!([tea, night]));

        run(&["flows", "rename", "Good night", "Sleep"]);
        run(&["flows", "disable", "Tea"]);
        run(&["flows", "delete", "Say hello", "--yes"]);
        let plan = run(&["flows", "import", "flows.json", "--dry-run", "--jq", ".[].would_be"]);
        assert_eq!(plan.stdout, "changed\nmade\nleft as it is\nchanged\n", "{dialect}");
        let kept = backups(&context).len();
        let updates = || {
            ["flow.updateFlow", "flow.updateAdvancedFlow", "flow.createFlow"]
                .map(|operation| context.world().calls(operation))
        };
        let written = updates();
        let imported = run(&["flows", "import", "flows.json"]);
        assert_eq!(updates(), [written[0] + 1, written[1] + 1, written[2] + 1], "{dialect}");
        assert_eq!(backups(&context).len(), kept + 2, "{dialect}");
        for told in [
            "The flow Good night is changed",
            "The flow Say hello is made",
            "The flow Light in the dark is the same already",
            "The flow Tea is changed",
        ] {
            assert!(imported.stderr.contains(told), "{dialect}: {told}\n{imported}");
        }
        // The one that was deleted has a new id and nothing else that is new.
        let named = |all: &Value| {
            let mut flows: Vec<Value> = all.as_object().expect("by id").values().cloned().collect();
            for flow in &mut flows {
                let fields = flow.as_object_mut().expect("a flow");
                fields.remove("order");
                if fields["name"] == "Say hello" {
                    fields.remove("id");
                }
            }
            flows.sort_by_key(|flow| flow["name"].to_string());
            flows
        };
        assert_eq!(named(&json(&context, &["flows", "list"])), named(&before), "{dialect}");
        run(&["flows", "import", "flows.json", "--new"]);
        assert_eq!(run(&["flows", "list", "--jq", "length"]).stdout, "8\n", "{dialect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_back_what_was_deleted() {
    let context = home(Dialect::V2).await;
    let before = flow(&context, "Tea");
    assert_eq!(context.run(&["flows", "delete", "Tea", "--yes"]).exit, 0);
    let text = fs::read_to_string(&backups(&context)[0]).expect("read");
    let said = context.run_with(&["flows", "import", "-", "--jq", ".[].name"], &text);
    assert_eq!((said.exit, said.stdout.as_str()), (0, "Tea\n"), "{said}");
    assert_eq!(flow(&context, "Tea")["cards"], before["cards"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_keeps_something_else_is_told() {
    let context = home(Dialect::Local).await;
    let mut other = flow(&context, "Light in the dark");
    other["enabled"] = json!(true);
    let there = other.clone();
    other["conditions"][0]["args"]["comparator"] = json!(30);
    other["actions"] = json!([]);
    context.world().script("flow.getFlow").reply(200).body(there);
    context.world().script("flow.updateFlow").reply(200);
    context.world().script("flow.getFlow").reply(200).body(other);
    let said = context.run(&["flows", "disable", "Light in the dark"]).to_string();
    assert_snapshot!(undated(&said), @"
    exit: 1
    stdout: nothing
    stderr:
    The flow as it was is kept in $HOME/state/backups/ff6a4bbf2a760b2c536ae76c/FILE
    error: the Homey did not keep the flow as it was sent: enabled, conditions.0.args.comparator, actions differ
    hint: `housekey flows import $HOME/state/backups/ff6a4bbf2a760b2c536ae76c/FILE` puts back what was there
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_backup_nothing_is_changed() {
    let mut context = home(Dialect::Local).await;
    fs::write(context.directory().join("file"), "no directory").expect("written");
    context.set("HOUSEKEY_STATE", "file");
    let said = context.run(&["flows", "disable", "Tea"]).to_string();
    assert_snapshot!(undated(&said), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot keep a backup of the flow in file/backups/ff6a4bbf2a760b2c536ae76c/FILE
      caused by: Not a directory (os error 20)
    hint: nothing was changed; make room there, or set HOUSEKEY_STATE to another directory
    ");
    assert_eq!(context.run(&["flows", "delete", "Tea", "--yes"]).exit, 1);
    for operation in ["flow.updateAdvancedFlow", "flow.deleteAdvancedFlow"] {
        assert_eq!(context.world().calls(operation), 0, "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_mistake_changes_nothing() {
    let context = home(Dialect::Local).await;
    let good =
        json!({ "name": "A", "trigger": { "id": "homey:manager:flow:programmatic_trigger" } });
    let told = |content: &str| {
        fs::write(context.directory().join("flows.json"), content).expect("written");
        let said = context.run(&["flows", "import", "flows.json"]);
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{content}\n{said}");
        said.stderr
    };
    assert_snapshot!(told("{\"name\": "), @"
    error: flows.json is not JSON: line 1, column 9
    hint: nothing was sent
    ");
    assert_snapshot!(told("[]"), @"
    error: there is no flow in flows.json
    hint: `housekey flows export` writes such a file
    ");
    assert_snapshot!(told(&json!([good, { "name": "B" }]).to_string()), @"
    error: flow 2 of flows.json: `B` has neither a `trigger` nor `cards`
    hint: nothing was sent
    ");
    assert_snapshot!(context.run(&["flows", "import", "missing.json"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot read missing.json
      caused by: No such file or directory (os error 2)
    ");
    for operation in ["flow.createFlow", "flow.getFlows"] {
        assert_eq!(context.world().calls(operation), 0, "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_here_is_told() {
    let context = home(Dialect::Local).await;
    let foreign = json!({
        "name": "From elsewhere",
        "folder": "00000000-0000-4000-8000-000000000000",
        "trigger": { "id": "homey:device:elsewhere:alarm_motion_true", "args": {} },
        "conditions": [],
        "actions": [],
    });
    let said = context.run_with(&["flows", "import", "-"], &foreign.to_string());
    assert_snapshot!(said, @r#"
    exit: 0
    stdout: nothing
    stderr:
    The folder of From elsewhere is not on this Homey
    The flow From elsewhere is made (Homey "http://HOMEY/")
    It is broken: some of its cards or devices are not on "http://HOMEY/"
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_without_advanced_flows_still_has_the_others() {
    for (dialect, status, body, told) in [
        (
            Dialect::V2,
            500,
            json!({ "code": 500, "error": "missing_api_method", "error_description": "no" }),
            "",
        ),
        (Dialect::Local, 404, json!({ "error": "Not Found" }), ""),
        (
            Dialect::Local,
            402,
            json!({ "error": "Not unlocked" }),
            "Advanced flows are left out: the Homey refused flow.getAdvancedFlows: Not unlocked (402)\n",
        ),
    ] {
        let context = home(dialect).await;
        context.world().script("flow.getAdvancedFlows").reply(status).body(body).times(2);
        let people = context.run(&["flows", "list"]);
        assert_eq!((people.exit, people.stderr.as_str()), (0, told), "{status}\n{people}");
        assert_eq!(
            people.stdout.lines().count(),
            4,
            "{status}: a heading and three flows\n{people}"
        );
        let programs = context.run(&["flows", "list", "--jq", "length"]);
        assert_eq!((programs.exit, programs.stdout.as_str()), (0, "3\n"), "{status}\n{programs}");
    }
}
