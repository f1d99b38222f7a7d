//! Every tool once, as `docs/mcp-transcript.md` shows it. `HOUSEKEY_TEST_WRITE=1` writes that page.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use housekey::clock::ManualClock;
use housekey_emulator::Emulator;
use housekey_mcp::Options;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Client, text};
use crate::guarded::device;
use crate::past::Recorded;

/// The most characters of an answer on the page.
const SHOWN: usize = 900;

const HEAD: &str = "# A conversation with every tool

An assistant with all groups, at a virtual home. A test makes these calls and compares their answers with this page;
`HOUSEKEY_TEST_WRITE=1` writes it. Long answers are cut here. *Question* is what the user is shown, who agrees.
";

fn calls(lamp: &str) -> Vec<(&'static str, Value)> {
    let flow = json!({
        "name": "Welcome",
        "trigger": { "id": "homey:manager:presence:user_enter", "args": {} },
        "actions": [{ "id": format!("homey:device:{lamp}:on"), "group": "then", "args": {} }],
    });
    let rename = json!([{ "kind": "device", "action": "rename", "id": "Kitchen/Ceiling lamp",
        "set": { "name": "Big lamp" } }]);
    vec![
        ("homey_home_overview", json!({ "include": ["zones", "presence", "moods", "variables"] })),
        ("homey_devices_search", json!({ "zone": "Kitchen", "class": "light" })),
        ("homey_device_get", json!({ "device": "Front door lock", "include": ["flows"] })),
        ("homey_flows_list", json!({ "limit": 3 })),
        ("homey_flow_get", json!({ "flow": "Good night" })),
        ("homey_flow_audit", json!({ "limit": 2 })),
        ("homey_flowcards", json!({ "q": "text variable", "kind": "action" })),
        ("homey_flowcards", json!({ "card": "homey:manager:logic:set_variable_text" })),
        (
            "homey_history",
            json!({ "device": "Weather station", "capability": "measure_temperature",
            "from": "2026-03-09", "to": "2026-03-10" }),
        ),
        ("homey_events", json!({})),
        ("homey_doctor", json!({})),
        (
            "homey_device_set",
            json!({ "device": "Kitchen/Ceiling lamp", "capability": "dim", "value": 0.33 }),
        ),
        (
            "homey_device_set",
            json!({ "device": "Front door lock", "capability": "locked", "value": "TOGGLE" }),
        ),
        ("homey_mood_set", json!({ "mood": "MOOD" })),
        ("homey_variable_set", json!({ "variable": "Guests", "value": 4 })),
        ("homey_flow_start", json!({ "flow": "Good night" })),
        ("homey_flow_save", json!({ "flow": flow })),
        ("homey_flow_save", json!({ "plan": "PLAN" })),
        ("homey_flow_enable", json!({ "flow": "Welcome", "enabled": true })),
        ("homey_change", json!({ "changes": rename })),
        ("homey_change", json!({ "plan": "PLAN" })),
        ("homey_backup", json!({ "action": "diff", "backup": "BACKUP" })),
        ("homey_backup", json!({ "action": "create" })),
        ("homey_app_restart", json!({ "app": "com.athom.homeyscript" })),
        ("homey_script_run", json!({ "script": "SCRIPT" })),
        ("homey_api", json!({ "operation": "zones.getZones" })),
    ]
}

/// The name of some item of a list.
fn some_name(items: &Value) -> String {
    let item = items.as_object().and_then(|items| items.values().next()).expect("an item");
    item["name"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn every_tool_is_used() {
    let clock = Arc::new(ManualClock::at("2026-03-10T11:00:00Z".parse().expect("a time")));
    let recorded = Arc::new(Recorded::default());
    let history = recorded.clone();
    let set_up = |options| Options { history: Some(history), ..options };
    let mut client = Client::at(clock.clone(), Emulator::builder().seed(1), set_up).await;
    let lamp = device(&client, "Ceiling lamp").await;
    let lock = device(&client, "Front door lock").await;
    recorded.device.lock().expect("unlocked").clone_from(&lock);
    let locked = client.homey.devices().get_device(&lock).value().await.expect("a device");
    let toggled = locked["capabilitiesObj"]["locked"]["value"] != true;
    let mood = some_name(&client.homey.moods().get_moods().value().await.expect("moods"));
    let scripts = housekey::client::RawCall::get("/api/app/com.athom.homeyscript/script");
    let script = some_name(&client.homey.raw_as(&scripts).await.expect("scripts"));
    let mut page = HEAD.to_owned();
    let mut used = BTreeSet::new();
    let (mut plan, mut backup) = (String::new(), String::new());
    for (tool, mut arguments) in calls(&lamp) {
        used.insert(tool);
        let shown = arguments.to_string().replace("\"TOGGLE\"", &toggled.to_string());
        let shown =
            shown.replace("MOOD", &mood).replace("SCRIPT", &script).replace("BACKUP", &backup);
        arguments = serde_json::from_str(&shown.replace("PLAN", &plan)).expect("JSON");
        clock.advance(SignedDuration::from_millis(10));
        let (question, result) = client.agreed(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let values = &result["structuredContent"];
        if let Some(id) = values["plan"].as_str() {
            id.clone_into(&mut plan);
        }
        if let Some(id) = values["backup"].as_str() {
            id.clone_into(&mut backup);
        }
        let question = question.map(|text| format!("\n*Question*: {text}\n")).unwrap_or_default();
        let mut answer = text(&result);
        if !plan.is_empty() {
            answer = answer.replace(&plan, "PLAN");
        }
        if answer.chars().count() > SHOWN {
            let cut: String = answer.chars().take(SHOWN).collect();
            let whole = cut.rsplit_once('\n').map_or(&*cut, |(whole, _)| whole);
            answer = format!("{whole}\n…");
        }
        write!(page, "\n`{tool}` `{shown}`\n{question}\n```text\n{answer}\n```\n")
            .expect("written");
    }
    let list = client.request("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().expect("tools").clone();
    let tools: BTreeSet<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(used, tools, "each tool is used");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mcp-transcript.md");
    #[expect(clippy::disallowed_methods, reason = "only a test reads it")]
    let writes = std::env::var_os("HOUSEKEY_TEST_WRITE").is_some();
    if writes {
        std::fs::write(&path, &page).expect("written");
    }
    let written = std::fs::read_to_string(&path).expect("the page");
    assert!(
        written == page,
        "docs/mcp-transcript.md is out of date: run with HOUSEKEY_TEST_WRITE=1\n{page}"
    );
}
