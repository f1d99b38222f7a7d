//! What needs a person, by whichever way it would be reached.

use serde_json::{Value, json};

use crate::client::Client;

/// The id of a device.
pub(crate) async fn device(client: &Client, name: &str) -> String {
    let devices = client.homey.devices().get_devices().value().await.expect("devices");
    let devices = devices.as_object().expect("an object");
    let found = devices.iter().find(|(_, device)| device["name"] == name);
    found.map(|(id, _)| id.clone()).expect("a device")
}

/// A flow that waits for a new variable and unlocks the front door. Returns the id of the variable.
pub(crate) async fn unlocking_flow(client: &Client, enabled: bool) -> String {
    let lock = device(client, "Front door lock").await;
    let body = json!({ "name": "Door", "type": "boolean", "value": false });
    let variable = client.homey.logic().create_variable(body).value().await.expect("created");
    let id = variable["id"].as_str().expect("an id").to_owned();
    let flow = json!({
        "name": "Unlocks", "enabled": enabled,
        "trigger": { "id": "homey:manager:logic:variable_changed",
            "args": { "variable": { "id": id, "name": "Door" } } },
        "conditions": [],
        "actions": [{ "id": format!("homey:device:{lock}:unlock"), "group": "then", "args": {} }],
    });
    let made: Value = client.homey.flow().create_flow(flow).value().await.expect("created");
    assert!(made["id"].is_string(), "{made}");
    id
}

#[tokio::test]
async fn a_variable_that_unlocks_a_door_needs_a_person() {
    let mut client = Client::start().await;
    unlocking_flow(&client, true).await;
    let set = json!({ "variable": "Door", "value": true });
    let question = client.question("homey_variable_set", set).await;
    assert!(question.contains("\"Front door lock\""), "{question}");
    assert_eq!(client.emulator.calls("logic.updateVariable"), 0);
}

#[tokio::test]
async fn a_variable_for_which_no_enabled_flow_waits_is_set() {
    let mut client = Client::start().await;
    unlocking_flow(&client, false).await;
    let set = json!({ "variable": "Door", "value": true });
    let text = client.text("homey_variable_set", set).await;
    assert_eq!(text, "done: \"Door\" is true");
}
