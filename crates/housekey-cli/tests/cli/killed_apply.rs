//! `housekey apply` is killed at any instant, and the next one finishes what it began.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use housekey_emulator::Dialect;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::context::TestContext;

/// How often it is killed, unless `HOUSEKEY_KILLS` says otherwise.
const KILLS: u32 = 10;

/// New flows in the files, each starting the next.
const NEW: usize = 6;

/// The name and state of each flow.
fn flows(context: &TestContext) -> BTreeMap<String, Vec<bool>> {
    let said = context.run(&["flows", "list", "--json"]);
    assert_eq!(said.exit, 0, "{said}");
    let list: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let all: Vec<&Value> = match &list {
        Value::Object(items) => items.values().collect(),
        list => list.as_array().expect("flows").iter().collect(),
    };
    let mut flows = BTreeMap::<_, Vec<bool>>::new();
    for flow in all {
        let name = flow["name"].as_str().expect("a name").to_owned();
        flows.entry(name).or_default().push(flow["enabled"] == true);
    }
    flows
}

/// Backs the home up and edits the files: new flows and a variable, one flow renamed, one removed.
fn edited(context: &TestContext, home: &Path) {
    let at = home.display().to_string();
    assert_eq!(context.run(&["backup", "create", &at]).exit, 0);
    for number in 0..NEW {
        let flow = json!({
            "id": format!("0f0e0d0c-0000-4000-8000-{number:012}"),
            "name": format!("New {number}"),
            "enabled": number % 2 == 0,
            "trigger": { "id": "homey:manager:flow:programmatic_trigger", "args": {} },
            "conditions": [],
            "actions": [{ "id": "homey:manager:flow:programmatic_trigger", "group": "then",
                "args": { "flow": { "id": format!("0f0e0d0c-0000-4000-8000-{:012}", (number + 1) % NEW), "name": "Next" } } }],
        });
        fs::write(home.join(format!("flows/New {number}.json")), flow.to_string())
            .expect("written");
    }
    let night = home.join("flows/Evening/Good night.json");
    let text = fs::read_to_string(&night).expect("a flow");
    fs::write(&night, text.replace("\"name\": \"Good night\"", "\"name\": \"Sleep well\""))
        .expect("written");
    fs::remove_file(home.join("flows/Say hello.json")).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_is_killed_at_any_instant_is_finished_by_the_next() {
    #[allow(clippy::disallowed_methods, reason = "only a test reads it")]
    let kills = std::env::var("HOUSEKEY_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills = kills.unwrap_or(KILLS);
    let context = TestContext::with_key(Dialect::Local).await;
    let before = flows(&context);
    let mut want = before.clone();
    let night = want.remove("Good night").expect("a flow");
    want.insert("Sleep well".to_owned(), night);
    want.remove("Say hello").expect("a flow");
    want.extend((0..NEW).map(|number| (format!("New {number}"), vec![number % 2 == 0])));

    let mut whole = Duration::ZERO;
    let mut cut_off = 0;
    for kill in 0..=kills {
        context.world().reset().expect("as it was");
        let home = context.directory().join(format!("home-{kill}"));
        edited(&context, &home);
        let at = home.display().to_string();
        let apply = ["apply", &at, "--yes", "--prune"];
        if kill == 0 {
            // The first is not killed: it says how long one takes.
            let start = Instant::now();
            let said = context.run(&apply);
            whole = start.elapsed();
            assert_eq!(said.exit, 0, "{said}");
        } else {
            let mut child = context.command(&apply).spawn().expect("started");
            let part: f64 = rand::random();
            tokio::time::sleep(whole.mul_f64(part)).await;
            child.kill().expect("killed");
            let status = child.wait().expect("ended");
            cut_off += u32::from(!status.success());
            let said = context.run(&apply);
            assert_eq!(said.exit, 0, "killed after {part} of {whole:?}\n{said}");
        }
        assert_eq!(flows(&context), want, "nothing twice, nothing lost; kill {kill}");
        let again = context.run(&["plan", &at, "--prune", "--exit-code"]);
        assert_eq!(again.exit, 0, "kill {kill}\n{again}");
        // Each new flow starts the next one by the id that it was given.
        let check = context.run(&["flows", "check", "--severity", "error"]);
        assert_eq!(check.exit, 0, "kill {kill}\n{check}");
    }
    assert!(cut_off * 2 > kills, "{cut_off} of {kills} were cut off");
}
