//! `/mcp` of the gateway: who may use it, what it refuses, and both kinds of revisions.

use serde_json::{Value, json};

use crate::gateway::tests::harness::{Emulated, TestGateway};
use crate::key::new_key;
use crate::mcp::Assistants;
use crate::settings::{AccessSettings, KeySettings, McpKeySettings, McpSettings};
use housekey_emulator::Emulator;

/// The revision without a handshake.
const STATELESS: &str = "2026-07-28";

/// A gateway for assistants, and the lines that name its keys.
struct Served {
    emulated: Emulated,
    gateway: TestGateway,
    keys: Vec<String>,
    _state: tempfile::TempDir,
}

struct Answer {
    status: u16,
    head: String,
    message: Value,
}

fn groups(groups: &[&str]) -> Option<McpKeySettings> {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Some(McpKeySettings { groups, expose: None, dry_run: false })
}

impl Served {
    /// With a key for each of these scopes.
    async fn with(keys: &[(&str, Option<McpKeySettings>)]) -> Self {
        Self::guarding(&[], keys).await
    }

    async fn guarding(guarded: &[&str], keys: &[(&str, Option<McpKeySettings>)]) -> Self {
        let emulated = Emulated::with(Emulator::builder()).await;
        let state = tempfile::tempdir().unwrap();
        let mut lines = Vec::new();
        let mut access = AccessSettings::default();
        for (place, (scope, mcp)) in keys.iter().enumerate() {
            let (key, hash) = new_key();
            lines.push(format!("Authorization: Bearer {}\r\n", key.expose()));
            let (name, scopes) = (format!("key {place}"), vec![scope.parse().unwrap()]);
            let (homeys, expires, mcp) = (None, None, mcp.clone());
            access.keys.push(KeySettings { name, hash, scopes, homeys, expires, mcp });
        }
        let served = vec![emulated.served(8)];
        let settings = McpSettings { guarded: guarded.iter().map(|&text| text.into()).collect() };
        let place = (state.path(), emulated.clock.clone() as _);
        let assistants = Assistants::new(&settings, &access.keys, &served, None, place);
        let clock = emulated.clock.clone();
        let gateway = TestGateway::with_routes(served, clock, &access, assistants.routes());
        Self { emulated, gateway, keys: lines, _state: state }
    }

    async fn send(&self, method: &str, lines: &str, body: &str) -> Answer {
        let host = match lines.contains("Host: ") {
            true => String::new(),
            false => format!("Host: {}\r\n", self.gateway.address),
        };
        let text = format!(
            "{method} /mcp HTTP/1.1\r\n{host}Connection: close\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n{lines}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = self.gateway.say(text.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        // Of a stream, the last event that holds anything.
        let data = body.lines().filter_map(|line| line.strip_prefix("data: ")).next_back();
        let message = serde_json::from_str(data.unwrap_or(body)).unwrap_or(Value::Null);
        Answer { status, head: head.to_owned(), message }
    }

    /// A request that stands alone.
    async fn request(&self, key: usize, method: &str, params: Value) -> Answer {
        let name = params["name"].as_str().map(|name| format!("Mcp-Name: {name}\r\n"));
        let lines = format!(
            "{}MCP-Protocol-Version: {STATELESS}\r\nMcp-Method: {method}\r\n{}",
            self.keys[key],
            name.unwrap_or_default()
        );
        self.send("POST", &lines, &request(method, params, STATELESS, &json!({}))).await
    }

    async fn call(&self, key: usize, tool: &str, arguments: Value) -> String {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.request(key, "tools/call", params).await;
        let text = &answer.message["result"]["content"][0]["text"];
        text.as_str().unwrap_or_else(|| panic!("{}: {}", answer.status, answer.message)).to_owned()
    }
}

fn request(method: &str, mut params: Value, version: &str, capabilities: &Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": capabilities,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_refused_as_the_protocol_says() {
    let served = Served::with(&[("readonly", groups(&["read"])), ("readonly", None)]).await;
    let list = request("tools/list", json!({}), STATELESS, &json!({}));
    let other = request("tools/list", json!({}), "2099-01-01", &json!({}));
    let unknown = request("tools/invent", json!({}), STATELESS, &json!({}));
    let version = format!("MCP-Protocol-Version: {STATELESS}\r\n");
    let header = |method: &str| format!("{version}Mcp-Method: {method}\r\n");
    let key = &*served.keys[0];
    let large = " ".repeat(housekey_mcp::LARGEST_MESSAGE + 1);
    for (what, method, lines, body, want, code) in [
        ("no key", "POST", header("tools/list"), &list, 401, None),
        ("a wrong key", "POST", "Authorization: Bearer x\r\n".to_owned(), &list, 401, None),
        ("a key without mcp", "POST", served.keys[1].clone(), &list, 403, None),
        ("origin", "POST", format!("{key}Origin: https://evil.example\r\n"), &list, 403, None),
        ("host", "POST", format!("{key}Host: evil.example\r\n"), &list, 403, None),
        ("a header", "POST", key.to_owned() + &header("tools/call"), &list, 400, Some(-32020)),
        ("no header", "POST", key.to_owned() + &version, &list, 400, Some(-32020)),
        (
            "a version",
            "POST",
            format!("{key}MCP-Protocol-Version: 2099-01-01\r\nMcp-Method: tools/list\r\n"),
            &other,
            400,
            Some(-32022),
        ),
        ("a method", "POST", key.to_owned() + &header("tools/invent"), &unknown, 404, Some(-32601)),
        ("GET", "GET", key.to_owned() + &version, &String::new(), 405, None),
        ("DELETE", "DELETE", key.to_owned() + &version, &String::new(), 405, None),
        ("PUT", "PUT", key.to_owned(), &list, 405, None),
        ("too large", "POST", key.to_owned(), &large, 413, None),
    ] {
        let answer = served.send(method, &lines, body).await;
        assert_eq!(answer.status, want, "{what}: {} {}", answer.head, answer.message);
        if let Some(code) = code {
            assert_eq!(answer.message["error"]["code"], code, "{what}");
        }
    }
    let refused = served.send("POST", "", &list).await;
    assert!(refused.head.contains("www-authenticate: Bearer"), "{}", refused.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_stands_alone_is_answered() {
    let served = Served::with(&[
        ("readonly", groups(&["read", "control"])),
        ("control", groups(&["control"])),
    ])
    .await;
    for method in ["server/discover", "tools/list"] {
        let answer = served.request(0, method, json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.message);
        let result = &answer.message["result"];
        assert!(result["ttlMs"].is_u64() && result["cacheScope"].is_string(), "{result}");
        assert!(!answer.head.contains("mcp-session-id"), "{}", answer.head);
    }
    let overview = served.call(0, "homey_home_overview", json!({})).await;
    assert!(overview.contains("zone \"Kitchen\""), "{overview}");
    // The scopes of the key count besides the group.
    let dim = json!({ "device": "Kitchen/Ceiling lamp", "capability": "dim", "value": 0.33 });
    let text = served.call(0, "homey_device_set", dim.clone()).await;
    assert_eq!(text, "The key of this client lacks the scope homey.device.control.");
    let text = served.call(1, "homey_device_set", dim).await;
    assert!(text.starts_with("done: "), "{text}");
    assert_eq!(served.emulated.world.calls("devices.setCapabilityValue"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_handshake_has_a_session_of_its_key() {
    let served =
        Served::with(&[("readonly", groups(&["read"])), ("readonly", groups(&["read"]))]).await;
    let key = &served.keys[0];
    let about = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        },
    });
    let answer = served.send("POST", key, &about.to_string()).await;
    assert_eq!(answer.message["result"]["protocolVersion"], "2025-06-18", "{}", answer.message);
    let session = answer.head.lines().find(|line| line.starts_with("mcp-session-id: "));
    let session =
        format!("{}\r\nMCP-Protocol-Version: 2025-06-18\r\n", session.expect("a session"));
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string();
    let lines = format!("{key}{session}");
    assert_eq!(served.send("POST", &lines, &ready).await.status, 202);
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }).to_string();
    let answer = served.send("POST", &lines, &list).await;
    assert!(answer.message["result"]["tools"].is_array(), "{}", answer.message);
    let foreign = served.send("POST", &format!("{}{session}", served.keys[1]), &list).await;
    assert_eq!(foreign.status, 404, "the session of another key");
    assert_eq!(served.send("DELETE", &lines, "").await.status, 202);
    assert_eq!(served.send("POST", &lines, &list).await.status, 404, "it has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_the_devices_of_its_list() {
    let expose = Some(vec!["Kitchen/*".to_owned()]);
    let few = McpKeySettings { expose, ..groups(&["read", "control"]).unwrap() };
    let dry = McpKeySettings { dry_run: true, ..groups(&["control"]).unwrap() };
    let served = Served::guarding(
        &["Kitchen/Ceiling lamp"],
        &[("full", Some(few)), ("full", Some(dry)), ("full", groups(&["control"]))],
    )
    .await;
    let seen = served.call(0, "homey_devices_search", json!({ "limit": 500 })).await;
    assert!(seen.contains("\"Ceiling lamp\"") && !seen.contains("\"Hallway\""), "{seen}");
    let lock = json!({ "device": "Front door lock", "capability": "locked", "value": true });
    let text = served.call(0, "homey_device_set", lock).await;
    assert!(text.contains("no device \"Front door lock\""), "{text}");
    let dim = json!({ "device": "Kitchen/Ceiling lamp", "capability": "dim", "value": 0.33 });
    let text = served.call(1, "homey_device_set", dim.clone()).await;
    assert!(
        text.starts_with("dry run, ") && text.contains("the user would have to agree"),
        "{text}"
    );
    assert_eq!(served.emulated.world.calls("devices.setCapabilityValue"), 0);
    // What the settings guard needs a person: a question, where the client shows one.
    let params = json!({ "name": "homey_device_set", "arguments": dim });
    let body = request("tools/call", params, STATELESS, &json!({ "elicitation": {} }));
    let lines = format!(
        "{}MCP-Protocol-Version: {STATELESS}\r\nMcp-Method: tools/call\r\nMcp-Name: homey_device_set\r\n",
        served.keys[2]
    );
    let answer = served.send("POST", &lines, &body).await;
    assert_eq!(answer.message["result"]["resultType"], "input_required", "{}", answer.message);
}
