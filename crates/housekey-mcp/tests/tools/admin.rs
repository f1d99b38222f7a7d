//! The tools for administrators: what they do, and what they do not.

use housekey::client::RawCall;
use serde_json::{Value, json};

use crate::client::Client;
use crate::guarded::{device, unlocking_flow};

#[tokio::test]
async fn an_app_is_restarted_and_a_script_needs_a_person() {
    let mut client = Client::start().await;
    let apps = client.homey.apps().get_apps().value().await.expect("apps");
    let (id, _) = apps.as_object().and_then(|apps| apps.iter().next()).expect("an app");
    let text = client.text("homey_app_restart", json!({ "app": id })).await;
    assert!(text.starts_with("done: "), "{text}");
    assert_eq!(client.emulator.calls("apps.restartApp"), 1);
    let list = RawCall::get("/api/app/com.athom.homeyscript/script");
    let scripts: Value = client.homey.raw_as(&list).await.expect("scripts");
    let (id, _) = scripts.as_object().and_then(|all| all.iter().next()).expect("a script");
    let question = client.question("homey_script_run", json!({ "script": id })).await;
    assert!(question.contains("a script, which may do anything"), "{question}");
}

#[tokio::test]
async fn a_raw_call_is_guarded_like_any_other() {
    let mut client = Client::start().await;
    let (lamp, lock) =
        (device(&client, "Ceiling lamp").await, device(&client, "Front door lock").await);
    let set = |device: &str, capability: &str, value: Value| {
        json!({ "operation": "devices.setCapabilityValue",
            "arguments": { "deviceId": device, "capabilityId": capability, "value": value } })
    };
    client.text("homey_api", set(&lamp, "dim", json!(0.3))).await;
    assert_eq!(client.emulator.calls("devices.setCapabilityValue"), 1);
    let variable = unlocking_flow(&client, true).await;
    let flows = client.homey.flow().get_flows().value().await.expect("flows");
    let (flow, _) = flows
        .as_object()
        .and_then(|all| all.iter().find(|(_, one)| one["name"] == "Unlocks"))
        .expect("a flow");
    let path = |method: &str, path: String| json!({ "method": method, "path": path, "body": { "value": true } });
    for call in [
        set(&lock, "locked", json!(false)),
        path("PUT", format!("/api/manager/devices/device/{lock}/capability/locked")),
        path("PUT", format!("/api/manager/devices/device/{lock}/capability/%6cocked/")),
        path("PUT", format!("/api/manager/Devices/device/{lock}/capability/locked")),
        path("POST", format!("/api/manager/flow/flow/{flow}/trigger")),
        path("PUT", format!("/api/manager/logic/variable/{variable}")),
        path("POST", "/api/app/com.athom.homeyscript/script/x/run".to_owned()),
        path("PUT", format!("/api/manager/flow/flow/{flow}")),
        json!({ "operation": "flow.deleteFlow", "arguments": { "id": flow } }),
    ] {
        client.question("homey_api", call).await;
    }
    assert_eq!(client.emulator.calls("devices.setCapabilityValue"), 1);
}

#[tokio::test]
async fn a_path_that_would_be_another_one_on_its_way_is_refused() {
    let mut client = Client::start().await;
    let (lamp, lock) =
        (device(&client, "Ceiling lamp").await, device(&client, "Front door lock").await);
    let capability = format!("/api/manager/devices/device/{lamp}/capability");
    for path in [
        format!("{capability}/x\\%2e%2e\\%2e%2e\\%2e%2e\\{lock}\\capability\\locked"),
        format!("{capability}/%2e%2e%5c{lock}"),
        format!("{capability}/%2E./locked"),
        format!("{capability}/on%2foff"),
        format!("/api/manager/devices/device/{lock}/capability/lock\ted"),
        format!("/api/manager/devices/device/{lock}/capability/lock\ned"),
        format!("{capability}/onoff#x"),
    ] {
        let call = json!({ "method": "PUT", "path": path, "body": { "value": false } });
        let text = client.refusal("homey_api", call).await;
        assert!(text.contains("`path`"), "{path:?}: {text}");
    }
    let sessions = "/api/manager/devices/device/x\\%2e%2e\\%2e%2e\\%2e%2e\\sessions\\session";
    client.refusal("homey_api", json!({ "path": sessions })).await;
    assert_eq!(client.emulator.calls("devices.setCapabilityValue"), 0);
}

#[tokio::test]
async fn what_is_not_known_needs_a_person() {
    let mut client = Client::start().await;
    for operation in ["flow.triggerFlow", "flow.triggerAdvancedFlow", "moods.setMood"] {
        let call = json!({ "operation": operation, "arguments": { "id": "unknown" } });
        client.question("homey_api", call).await;
    }
    let arguments = json!({ "id": "unknown", "value": true });
    let call = json!({ "operation": "logic.updateVariable", "arguments": arguments });
    client.question("homey_api", call).await;
}

#[tokio::test]
async fn some_calls_are_never_sent() {
    let mut client = Client::start().await;
    for call in [
        json!({ "operation": "flow.testFlow", "arguments": {} }),
        json!({ "operation": "devices.deleteDevice", "arguments": { "id": "x" } }),
        json!({ "operation": "users.deleteUser", "arguments": { "id": "x" } }),
        json!({ "operation": "sessions.getSessions" }),
        json!({ "operation": "system.reboot" }),
        json!({ "method": "POST", "path": "/api/manager/flow/flow/test", "body": {} }),
        json!({ "method": "POST", "path": "/api/manager/users/login", "body": {} }),
        json!({ "path": "/manager/devices" }),
        json!({ "path": "/api/../x" }),
        json!({ "operation": "devices.getDevices", "path": "/api/manager/devices/device" }),
        json!({ "operation": "devices.explode" }),
        json!({}),
    ] {
        client.refusal("homey_api", call).await;
    }
}

#[tokio::test]
async fn answers_hold_no_secrets() {
    let mut client = Client::start().await;
    let secrets = client.emulator.secrets();
    for operation in [
        "users.getUsers",
        "users.getUserMe",
        "system.getInfo",
        "logic.getVariables",
        "devices.getDevices",
        "apps.getApps",
    ] {
        let result = client.call("homey_api", json!({ "operation": operation })).await;
        let text = result.to_string();
        assert!(text.len() < 8_000 * 4 + 2_000, "{operation}: {} bytes", text.len());
        assert!(
            secrets.iter().all(|secret| !text.contains(secret.as_str())),
            "{operation}: {text}"
        );
    }
}
