//! Resources, prompts, completion and notices.

use serde_json::{Value, json};

use crate::client::Client;
use crate::guarded::device;

#[tokio::test]
async fn resources_are_listed_and_read() {
    let mut client = Client::start().await;
    let list = client.request("resources/list", json!({})).await["result"].clone();
    assert_eq!((&list["ttlMs"], &list["cacheScope"]), (&json!(300_000), &json!("private")));
    let all = list["resources"].as_array().expect("resources").clone();
    assert!(all.iter().any(|one| one["title"] == "\"Kitchen\""), "{list}");
    assert!(all.iter().all(|one| !one["uri"].as_str().unwrap_or_default().contains("/device/")));
    for one in &all {
        let read = client.request("resources/read", json!({ "uri": one["uri"] })).await;
        let text = read["result"]["contents"][0]["text"].as_str().unwrap_or_default();
        assert!(!text.is_empty() && read["result"]["ttlMs"].is_u64(), "{read}");
    }
    let lamp = device(&client, "Ceiling lamp").await;
    let read = client
        .request("resources/read", json!({ "uri": format!("homey://home/device/{lamp}") }))
        .await;
    assert!(
        read["result"]["contents"][0]["text"].as_str().unwrap().contains("\"Ceiling lamp\""),
        "{read}"
    );
    let templates = client.request("resources/templates/list", json!({})).await;
    assert_eq!(templates["result"]["resourceTemplates"].as_array().map(Vec::len), Some(4));
    for uri in ["homey://home/device/none", "homey://other/overview", "file:///etc/passwd"] {
        let read = client.request("resources/read", json!({ "uri": uri })).await;
        assert_eq!(read["error"]["code"], -32602, "{read}");
    }
}

#[tokio::test]
async fn prompts_are_filled_and_completed() {
    let mut client = Client::start().await;
    let list = client.request("prompts/list", json!({})).await;
    let names: Vec<&Value> = list["result"]["prompts"]
        .as_array()
        .expect("prompts")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["morning_report", "why", "energy_week", "flow_checkup", "build_flow"]);
    let why = json!({ "name": "why", "arguments": { "device": "Kitchen/Ceiling lamp" } });
    let prompt = client.request("prompts/get", why).await;
    let text = prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap_or_default();
    assert!(text.contains("Device: \"Kitchen/Ceiling lamp\""), "{prompt}");
    let missing = client.request("prompts/get", json!({ "name": "why" })).await;
    assert_eq!(missing["error"]["code"], -32602, "{missing}");
    let complete = json!({ "ref": { "type": "ref/prompt", "name": "why" }, "argument": { "name": "device", "value": "ceil" } });
    let values = client.request("completion/complete", complete).await;
    assert_eq!(
        values["result"]["completion"]["values"],
        json!(["Kitchen/Ceiling lamp"]),
        "{values}"
    );
    let uri = "homey://{homey}/device/{id}";
    let complete = json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": "id", "value": "ceiling" } });
    let values = client.request("completion/complete", complete).await;
    let lamp = device(&client, "Ceiling lamp").await;
    assert_eq!(values["result"]["completion"]["values"], json!([lamp]), "{values}");
}

#[tokio::test]
async fn a_change_of_a_device_is_noticed() {
    let mut client = Client::start().await;
    client.text("homey_doctor", json!({})).await;
    let lamp = device(&client, "Ceiling lamp").await;
    let uri = format!("homey://home/device/{lamp}");
    let wanted = json!([uri, "homey://other/device/x", "homey://home/flow/x"]);
    let params = json!({ "notifications": { "resourceSubscriptions": wanted }, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    client.send(&json!({ "jsonrpc": "2.0", "id": 900, "method": "subscriptions/listen", "params": params })).await;
    let first = client.receive().await;
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged", "{first}");
    assert_eq!(first["params"]["notifications"]["resourceSubscriptions"], json!([uri]), "{first}");
    let devices = client.homey.devices();
    devices.set_capability_value(&lamp, "dim", json!(0.77)).await.expect("set");
    let notice = client.receive().await;
    assert_eq!(notice["method"], "notifications/resources/updated", "{notice}");
    assert_eq!(notice["params"]["uri"], uri, "{notice}");
}
