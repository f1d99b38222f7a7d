//! Edits: planned, made as planned, kept as they were before.

use housekey_emulator::Emulator;
use housekey_mcp::{Guarded, Options};
use serde_json::{Value, json};

use crate::client::{Client, text};
use crate::guarded::{device, unlocking_flow};

fn rename(kind: &str, id: &str, name: &str) -> Value {
    json!({ "changes": [{ "kind": kind, "action": "rename", "id": id, "set": { "name": name } }] })
}

#[tokio::test]
async fn a_change_is_planned_and_made() {
    let mut client = Client::start().await;
    let changes = json!({ "changes": [
        { "kind": "device", "action": "rename", "id": "Kitchen/Ceiling lamp", "set": { "name": "Big lamp" } },
        { "kind": "variable", "action": "set", "set": { "name": "Guests", "type": "number", "value": 2 } },
        { "kind": "folder", "action": "set", "set": { "name": "Night" } },
    ] });
    let lamp = device(&client, "Ceiling lamp").await;
    let (plan, done) = client.planned("homey_change", changes).await;
    assert!(plan.contains("name \"Ceiling lamp\" → \"Big lamp\""), "{plan}");
    assert!(plan.contains("Nothing is changed yet."), "{plan}");
    assert!(done.contains("done: create variable \"Guests\""), "{done}");
    let found = client.homey.devices().get_device(&lamp).value().await.expect("a device");
    assert_eq!(found["name"], "Big lamp");
    let backup =
        done.split("backup ").nth(1).and_then(|rest| rest.split(';').next()).expect("an id");
    let diff = client.text("homey_backup", json!({ "action": "diff", "backup": backup })).await;
    assert!(
        diff.contains("name \"Ceiling lamp\" → \"Big lamp\"")
            && diff.contains("+ variable \"Guests\""),
        "{diff}"
    );
    let list = client.text("homey_backup", json!({ "action": "list" })).await;
    assert!(list.contains(backup), "{list}");
}

#[tokio::test]
async fn a_plan_is_stale_after_a_change_and_good_once() {
    let mut client = Client::start().await;
    let planned = client.call("homey_change", rename("device", "Ceiling lamp", "One")).await;
    let plan = json!({ "plan": planned["structuredContent"]["plan"] });
    let lamp = device(&client, "Ceiling lamp").await;
    let noted = json!({ "note": "changed by a person" });
    client.homey.devices().update_device(&lamp, noted).value().await.expect("changed");
    let refused = client.refusal("homey_change", plan).await;
    assert!(refused.starts_with("stale plan: the home was changed"), "{refused}");
    assert_eq!(client.emulator.calls("devices.updateDevice"), 1);

    let planned = client.call("homey_change", rename("device", "Ceiling lamp", "Two")).await;
    let plan = json!({ "plan": planned["structuredContent"]["plan"] });
    let mut other = rename("device", "Ceiling lamp", "Three");
    other["plan"] = plan["plan"].clone();
    let refused = client.refusal("homey_change", other).await;
    assert!(refused.contains("not those of the plan"), "{refused}");
    let of_other_tool = client.refusal("homey_flow_save", plan.clone()).await;
    assert!(of_other_tool.starts_with("stale plan: "), "{of_other_tool}");
    client.text("homey_change", plan.clone()).await;
    let again = client.refusal("homey_change", plan).await;
    assert!(again.starts_with("stale plan: "), "{again}");
}

#[tokio::test]
async fn a_device_that_is_guarded_by_its_name_keeps_it() {
    let guarded = |options| Options { guarded: Guarded::of(["Kitchen/Ceiling lamp"]), ..options };
    let mut client = Client::with(Emulator::builder().seed(1), guarded).await;
    for set in [json!({ "name": "Other" }), json!({ "zone": "Hallway" })] {
        let changes = json!([{ "kind": "device", "action": "update", "id": "Kitchen/Ceiling lamp", "set": set }]);
        let planned = client.call("homey_change", json!({ "changes": changes })).await;
        assert!(text(&planned).contains("the user will have to agree"), "{planned}");
        let plan = json!({ "plan": planned["structuredContent"]["plan"] });
        let question = client.question("homey_change", plan).await;
        assert!(question.contains("\"Ceiling lamp\""), "{question}");
    }
    let planned = client.call("homey_change", rename("zone", "Kitchen", "Den")).await;
    assert!(text(&planned).contains("the user will have to agree"), "{planned}");
    assert_eq!(client.emulator.calls("devices.updateDevice"), 0);
}

#[tokio::test]
async fn what_cannot_be_changed_is_said() {
    let mut client = Client::start().await;
    for (change, wanted) in [
        (
            json!({ "kind": "device", "action": "delete", "id": "Ceiling lamp" }),
            "removed in the Homey app",
        ),
        (json!({ "kind": "user", "action": "delete", "id": "x" }), "`kind` takes one of"),
        (
            json!({ "kind": "flow", "action": "update", "id": "Good night", "set": { "enabled": true } }),
            "homey_flow_enable",
        ),
        (
            json!({ "kind": "zone", "action": "rename", "id": "Nowhere", "set": { "name": "x" } }),
            "There is no zone",
        ),
        (
            json!({ "kind": "zone", "action": "rename", "id": "Kitchen", "set": { "name": "" } }),
            "`name` takes",
        ),
        (
            json!({ "kind": "variable", "action": "set", "set": { "name": "x", "type": "number", "value": "y" } }),
            "a value of it",
        ),
        (
            json!({ "kind": "zone", "action": "burn", "id": "Kitchen", "set": { "name": "x" } }),
            "`action` takes one of",
        ),
        (
            json!({ "kind": "zone", "action": "rename", "id": "Kitchen", "order": 1 }),
            "it takes kind, action, id and set",
        ),
    ] {
        let refused = client.refusal("homey_change", json!({ "changes": [change] })).await;
        assert!(refused.contains(wanted), "{change}: {refused}");
    }
    let empty = client.refusal("homey_change", json!({})).await;
    assert_eq!(empty, "`changes` is required, or a `plan`.");
    let path = json!({ "action": "diff", "backup": "../../etc/passwd" });
    assert!(client.refusal("homey_backup", path).await.starts_with("There is no backup"));
}

#[tokio::test]
async fn a_variable_is_deleted_with_the_flows_that_use_it_named() {
    let mut client = Client::start().await;
    let id = unlocking_flow(&client, true).await;
    let delete = json!({ "changes": { "kind": "variable", "action": "delete", "id": "Door" } });
    let (plan, done) = client.planned("homey_change", delete).await;
    assert!(plan.contains("used by 1 flow: \"Unlocks\""), "{plan}");
    assert!(done.starts_with("done: delete variable \"Door\""), "{done}");
    let variables = client.homey.logic().get_variables().value().await.expect("variables");
    assert!(variables[&id].is_null());
}

#[tokio::test]
async fn a_value_that_unlocks_a_door_needs_a_person_here_too() {
    let mut client = Client::start().await;
    unlocking_flow(&client, true).await;
    let change =
        json!([{ "kind": "variable", "action": "set", "id": "Door", "set": { "value": true } }]);
    let planned = client.call("homey_change", json!({ "changes": change })).await;
    let plan = json!({ "plan": planned["structuredContent"]["plan"] });
    client.question("homey_change", plan).await;
}

/// A flow that sets a device, to be saved.
async fn flow(client: &Client, name: &str, of: &str, card: &str) -> Value {
    let device = device(client, of).await;
    json!({ "flow": {
        "name": name,
        "trigger": { "id": "homey:manager:presence:user_enter", "args": {} },
        "actions": [{ "id": format!("homey:device:{device}:{card}"), "group": "then", "args": {} }],
    } })
}

#[tokio::test]
async fn a_new_flow_is_disabled_and_in_a_folder_of_its_own() {
    let mut client = Client::start().await;
    let flow = flow(&client, "Welcome", "Ceiling lamp", "on").await;
    let (plan, done) = client.planned("homey_flow_save", flow).await;
    assert!(plan.contains("create the folder \"Assistant\""), "{plan}");
    assert!(plan.contains("create the standard flow \"Welcome\", disabled\n  when \""), "{plan}");
    assert!(done.contains("the flow \"Welcome\" is "), "{done}");
    let outline = client.text("homey_flow_get", json!({ "flow": "Assistant/Welcome" })).await;
    assert!(outline.starts_with("\"Assistant\" / \"Welcome\" · standard · off · "), "{outline}");
    let on = json!({ "flow": "Welcome", "enabled": true });
    let text = client.text("homey_flow_enable", on.clone()).await;
    assert!(text.starts_with("done: enable the flow \"Assistant\" / \"Welcome\""), "{text}");
    let again = client.text("homey_flow_enable", on).await;
    assert!(again.starts_with("unchanged"), "{again}");
}

#[tokio::test]
async fn a_flow_is_changed_as_it_was_read() {
    let mut client = Client::start().await;
    let read =
        client.text("homey_flow_get", json!({ "flow": "Good night", "format": "json" })).await;
    let json = read.split_once('\n').expect("two lines").1;
    let mut flow: Value = serde_json::from_str(json).expect("JSON");
    let same = client.text("homey_flow_save", json!({ "flow": flow })).await;
    assert_eq!(same, "Nothing to change: it is so already.");
    flow["name"] = "Sleep well".into();
    let (plan, done) = client.planned("homey_flow_save", json!({ "flow": flow })).await;
    assert!(plan.contains("name: Good night → Sleep well"), "{plan}");
    assert!(done.starts_with("done: change the flow "), "{done}");
    flow["enabled"] = false.into();
    let refused = client.refusal("homey_flow_save", json!({ "flow": flow })).await;
    assert!(refused.contains("homey_flow_enable"), "{refused}");
}

#[tokio::test]
async fn a_flow_that_unlocks_a_door_is_enabled_by_a_person() {
    let mut client = Client::start().await;
    let flow = flow(&client, "Open", "Front door lock", "unlock").await;
    client.planned("homey_flow_save", flow).await;
    let on = json!({ "flow": "Open", "enabled": true, "confirm": true });
    let question = client.question("homey_flow_enable", on).await;
    assert!(question.contains("enable the flow \"Assistant\" / \"Open\""), "{question}");
    assert_eq!(client.emulator.calls("flow.updateFlow"), 0);
}

#[tokio::test]
async fn a_flow_that_would_not_work_is_not_planned() {
    let mut client = Client::start().await;
    let mut flow = flow(&client, "Wrong", "Ceiling lamp", "on").await;
    flow["flow"]["actions"][0]["id"] =
        "homey:device:00000000-0000-4000-8000-000000000000:on".into();
    let refused = client.refusal("homey_flow_save", flow).await;
    assert!(refused.starts_with("Not planned, it would not work:\nHK"), "{refused}");
    let empty = client.refusal("homey_flow_save", json!({ "flow": { "name": "x" } })).await;
    assert!(empty.contains("A new flow needs name, trigger, actions"), "{empty}");
}
