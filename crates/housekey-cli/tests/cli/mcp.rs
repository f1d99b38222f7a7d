//! `housekey mcp`: an assistant that talks to the real program.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};

use housekey_emulator::Dialect;
use serde_json::{Value, json};

use crate::agent::{HOMEY, Running, write};
use crate::context::TestContext;

/// An assistant, and the program that it has started.
struct Assistant {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What each request carries besides its arguments.
    meta: Option<Value>,
    next: u64,
}

/// The revision without a handshake.
const STATELESS: &str = "2026-07-28";

impl Assistant {
    fn start(context: &TestContext, arguments: &[&str]) -> Self {
        let mut child = context.command(arguments).spawn().expect("started");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output, meta: None, next: 1 }
    }

    /// An assistant that has shaken hands, as clients did until the middle of 2026.
    fn with_handshake(context: &TestContext, arguments: &[&str], capabilities: &Value) -> Self {
        let mut assistant = Self::start(context, arguments);
        let client = json!({ "name": "test", "version": "1" });
        let params = json!({
            "protocolVersion": "2025-06-18", "capabilities": capabilities, "clientInfo": client,
        });
        let answer = assistant.request("initialize", params);
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18", "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "housekey");
        assistant.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        assistant
    }

    /// One whose requests stand alone.
    fn stateless(context: &TestContext, arguments: &[&str], capabilities: &Value) -> Self {
        let mut assistant = Self::start(context, arguments);
        assistant.meta = Some(json!({
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": capabilities,
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        }));
        assistant
    }

    fn send(&mut self, message: &Value) {
        let input = self.input.as_mut().expect("open");
        writeln!(input, "{message}").expect("written");
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message: {line:?}"))
    }

    /// Sends a request, and waits for its answer.
    fn request(&mut self, method: &str, mut params: Value) -> Value {
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Calls a tool: its text, and whether it is an error.
    fn call(&mut self, tool: &str, arguments: Value) -> (String, bool) {
        let answer = self.request("tools/call", json!({ "name": tool, "arguments": arguments }));
        let result = &answer["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
        (text.to_owned(), result["isError"] == true)
    }

    fn text(&mut self, tool: &str, arguments: Value) -> String {
        let (text, is_error) = self.call(tool, arguments);
        assert!(!is_error, "{text}");
        text
    }

    /// Leaves, and says how the program ended.
    fn leave(mut self) -> (i32, String) {
        drop(self.input.take());
        let output = self.child.wait_with_output().expect("ended");
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_revisions_are_spoken() {
    let context = TestContext::with_key(Dialect::Local).await;
    let mut old = Assistant::with_handshake(&context, &["mcp"], &json!({}));
    let mut new = Assistant::stateless(&context, &["mcp"], &json!({}));
    let about = new.request("server/discover", json!({}));
    let about = &about["result"];
    assert_eq!(
        (&about["resultType"], about["ttlMs"].is_u64()),
        (&json!("complete"), true),
        "{about}"
    );
    assert!(
        about["supportedVersions"].as_array().is_some_and(|all| all.contains(&json!(STATELESS)))
    );
    let list = new.request("tools/list", json!({}));
    assert_eq!(list["result"]["ttlMs"], 300_000, "{list}");
    assert_eq!(list["result"]["cacheScope"], "private");
    let names = |list: &Value| -> Vec<String> {
        let tools = list["result"]["tools"].as_array().expect("tools");
        tools.iter().map(|tool| tool["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&list), names(&old.request("tools/list", json!({}))));
    assert!(
        names(&list).iter().all(|name| name != "homey_device_set"),
        "reading is all by default"
    );
    for assistant in [&mut old, &mut new] {
        let overview = assistant.text("homey_home_overview", json!({}));
        assert!(overview.contains("zone \"Kitchen\""), "{overview}");
        let unknown = assistant.request("tools/call", json!({ "name": "homey_unlock" }));
        assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
        let (text, is_error) = assistant.call("homey_device_get", json!({ "device": "Nothing" }));
        assert_eq!((text.as_str(), is_error), ("There is no device \"Nothing\".", true));
    }
    for assistant in [old, new] {
        assert_eq!(assistant.leave(), (0, String::new()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_read() {
    let context = TestContext::with_key(Dialect::Local).await;
    let mut assistant = Assistant::with_handshake(&context, &["mcp"], &json!({}));
    let lamp =
        json!({ "device": "Kitchen/Ceiling lamp", "include": ["flows", "settings", "driver"] });
    for (tool, arguments, wanted) in [
        (
            "homey_devices_search",
            json!({ "zone": "Kitchen" }),
            "\"Kitchen\" / \"Ceiling lamp\" · light · ",
        ),
        ("homey_devices_search", json!({ "where": "measure_battery<101" }), " devices"),
        ("homey_device_get", lamp, "number 0 to 1"),
        ("homey_flows_list", json!({ "q": "night" }), "\"Good night\" · standard"),
        ("homey_flow_get", json!({ "flow": "Good night" }), "\nwhen \""),
        ("homey_flow_get", json!({ "flow": "Good night", "format": "json" }), "\"trigger\":{"),
        ("homey_flow_audit", json!({}), " flows"),
        ("homey_doctor", json!({}), "this client may: read; not allowed: control, edit, admin"),
    ] {
        let text = assistant.text(tool, arguments.clone());
        assert!(text.contains(wanted), "{tool} {arguments}: {text}");
    }
}

const LAMP: &str = "Kitchen/Ceiling lamp";
const LOCK: &str = "Hallway/Front door lock";

fn dim(value: f64) -> Value {
    json!({ "device": LAMP, "capability": "dim", "value": value })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_says_what_came_of_it() {
    let context = TestContext::with_key(Dialect::Local).await;
    let arguments = ["mcp", "--allow", "control"];
    let mut assistant = Assistant::with_handshake(&context, &arguments, &json!({}));
    for (value, wanted) in [
        (0.33, "done: \"Kitchen\" / \"Ceiling lamp\" · dim=0.33 · "),
        (0.33, "unchanged: \"Kitchen\" / \"Ceiling lamp\" · dim=0.33 · "),
    ] {
        let text = assistant.text("homey_device_set", dim(value));
        assert!(text.starts_with(wanted), "{text}");
    }
    assert_eq!(
        context.world().calls("devices.setCapabilityValue"),
        1,
        "the same again is not sent"
    );
    let (text, is_error) = assistant.call("homey_device_set", dim(33.0));
    assert!(is_error && text.starts_with("refused: ") && text.contains("from 0 to 1"), "{text}");
    assistant.leave();
    let log = context.run(&["mcp", "log", "--json"]);
    let log: Value = serde_json::from_str(&log.stdout).expect("JSON");
    let results: Vec<_> =
        log.as_array().expect("a list").iter().map(|one| &one["result"]).collect();
    assert_eq!(results.len(), 3, "{results:?}");
    assert!(results[0].as_str().is_some_and(|result| result.starts_with("done: ")), "{results:?}");
    assert_eq!((&log[0]["client"], &log[0]["arguments"]["value"]), (&json!("test"), &json!(0.33)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing() {
    let context = TestContext::with_key(Dialect::Local).await;
    let arguments = ["mcp", "--allow", "control", "--dry-run"];
    let mut assistant = Assistant::with_handshake(&context, &arguments, &json!({}));
    let text = assistant.text("homey_device_set", dim(0.33));
    assert!(text.starts_with("dry run, nothing is sent. It would: set "), "{text}");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), 0);
}

fn unlock() -> Value {
    let arguments =
        json!({ "device": LOCK, "capability": "locked", "value": false, "confirm": true });
    json!({ "name": "homey_device_set", "arguments": arguments })
}

/// The lock is open during the day of the test.
async fn locked(context: &TestContext) {
    let said = context.run(&["devices", "set", LOCK, "locked", "true"]);
    assert_eq!(said.exit, 0, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_needs_a_person() {
    let context = TestContext::with_key(Dialect::Local).await;
    locked(&context).await;
    let before = context.world().calls("devices.setCapabilityValue");
    let arguments = ["mcp", "--allow", "control"];
    let mut assistant = Assistant::stateless(&context, &arguments, &json!({ "elicitation": {} }));
    let question = assistant.request("tools/call", unlock());
    let question = &question["result"];
    assert_eq!(question["resultType"], "input_required", "{question}");
    let form = &question["inputRequests"]["consent"];
    assert_eq!(form["method"], "elicitation/create", "{form}");
    let text = form["params"]["message"].as_str().unwrap_or_default();
    assert!(text.contains("locked=false") && text.contains("\"Front door lock\""), "{text}");
    let answered = |state: &Value, allow: bool| {
        let mut again = unlock();
        again["requestState"] = state.clone();
        again["inputResponses"] =
            json!({ "consent": { "action": "accept", "content": { "allow": allow } } });
        again
    };
    let forged = assistant.request("tools/call", answered(&json!("00"), true));
    assert_eq!(forged["result"]["isError"], true, "{forged}");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), before, "nothing was sent");
    let state = &question["requestState"];
    let done = assistant.request("tools/call", answered(state, true));
    let text = done["result"]["content"][0]["text"].as_str().unwrap_or_default();
    assert!(text.starts_with("done: "), "{done}");
    let again = assistant.request("tools/call", answered(state, true));
    assert_eq!(again["result"]["isError"], json!(false), "it is open already: {again}");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_client_shows_the_question() {
    let context = TestContext::with_key(Dialect::Local).await;
    locked(&context).await;
    let arguments = ["mcp", "--allow", "control"];
    let mut assistant =
        Assistant::with_handshake(&context, &arguments, &json!({ "elicitation": {} }));
    for (content, wanted) in [(json!({ "allow": false }), true), (json!({ "allow": true }), false)]
    {
        assistant.send(
            &json!({ "jsonrpc": "2.0", "id": 90, "method": "tools/call", "params": unlock() }),
        );
        let question = assistant.receive();
        assert_eq!(question["method"], "elicitation/create", "{question}");
        let result = json!({ "action": "accept", "content": content });
        assistant.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }));
        let answer = assistant.receive();
        assert_eq!(answer["result"]["isError"], wanted, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_approval() {
    let context = TestContext::with_key(Dialect::Local).await;
    locked(&context).await;
    let arguments = ["mcp", "--allow", "control"];
    let mut assistant = Assistant::with_handshake(&context, &arguments, &json!({}));
    for (deny, wanted) in [(true, true), (false, false)] {
        assistant.send(
            &json!({ "jsonrpc": "2.0", "id": 90, "method": "tools/call", "params": unlock() }),
        );
        let waiting = loop {
            let said = context.run(&["mcp", "approve", "--json"]);
            let waiting: Value = serde_json::from_str(&said.stdout).expect("JSON");
            match waiting.get(0) {
                Some(waiting) => break waiting.clone(),
                None => std::thread::yield_now(),
            }
        };
        assert!(
            waiting["call"].as_str().is_some_and(|call| call.contains("Front door lock")),
            "{waiting}"
        );
        let id = waiting["id"].as_str().expect("an id");
        let mut answer = vec!["mcp", "approve", id];
        answer.extend(deny.then_some("--deny"));
        assert_eq!(context.run(&answer).exit, 0);
        let result = assistant.receive();
        assert_eq!(result["result"]["isError"], wanted, "{result}");
    }
    assert_eq!(context.run(&["mcp", "approve", "00000000"]).exit, 2, "nothing waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_at_once_is_no_error() {
    let context = TestContext::with_key(Dialect::Local).await;
    for stdin in ["", "no message\n", "{}\n"] {
        let said = context.run_with(&["mcp"], stdin);
        assert_eq!(said.exit, 0, "{stdin:?}: {said}");
        assert!(!said.stderr.contains("panic"), "{said}");
    }
}

/// Lines of the log would break the protocol.
#[tokio::test(flavor = "multi_thread")]
async fn standard_output_holds_messages_alone() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    context.set("HOUSEKEY_LOG", "trace");
    let mut assistant = Assistant::with_handshake(&context, &["mcp"], &json!({}));
    assistant.text("homey_home_overview", json!({}));
    let (exit, stderr) = assistant.leave();
    assert_eq!(exit, 0);
    assert!(stderr.contains("TRACE") || stderr.contains("DEBUG"), "{stderr}");
}

/// One connection to the Homey serves the agent and the assistants of its user.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_runs_serves_the_assistant() {
    let context = TestContext::signed_in().await;
    let lamp = "[mcp]\nguarded = [\"Kitchen/Ceiling lamp\"]\n";
    write(&context, &format!("listen = \"127.0.0.1:0\"\n{HOMEY}{lamp}"));
    let mut agent = Running::start(&context, &[]);
    agent.hear(&["ready"]);
    let arguments = ["mcp", "--allow", "control"];
    let mut reads = Vec::new();
    for _ in 0..2 {
        let mut assistant =
            Assistant::stateless(&context, &arguments, &json!({ "elicitation": {} }));
        let overview = assistant.text("homey_home_overview", json!({}));
        assert!(overview.contains("zone \"Kitchen\""), "{overview}");
        let call = json!({ "name": "homey_device_set", "arguments": dim(0.33) });
        let question = assistant.request("tools/call", call);
        assert_eq!(question["result"]["resultType"], "input_required", "{question}");
        assert_eq!(assistant.leave(), (0, String::new()));
        reads.push(context.world().calls("devices.getDevices"));
    }
    assert_eq!(reads[0], reads[1], "the agent follows the home for all of them");
    let mut assistant = Assistant::with_handshake(&context, &arguments, &json!({}));
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
    let mut rest = String::new();
    assert_eq!(assistant.output.read_line(&mut rest).expect("the end"), 0, "{rest}");
    let output = assistant.child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the agent has stopped"));
}

/// What the settings of the agent guard counts without it as well.
#[tokio::test(flavor = "multi_thread")]
async fn the_settings_guard_without_an_agent() {
    let context = TestContext::signed_in().await;
    let directory = context.directory().join("config");
    std::fs::create_dir_all(&directory).expect("made");
    let file = directory.join("agent.toml");
    let lamp = "[mcp]\nguarded = [\"*/dim\"]\n";
    std::fs::write(&file, format!("listen = \"127.0.0.1:0\"\n{HOMEY}{lamp}")).expect("written");
    let arguments = ["mcp", "--allow", "control"];
    let mut assistant = Assistant::stateless(&context, &arguments, &json!({ "elicitation": {} }));
    let call = json!({ "name": "homey_device_set", "arguments": dim(0.33) });
    let question = assistant.request("tools/call", call);
    assert_eq!(question["result"]["resultType"], "input_required", "{question}");
    std::fs::write(&file, "[mcp]\nguarded = 3\n").expect("written");
    let said = context.run(&["mcp"]);
    assert_eq!(said.exit, 2, "{said}");
    assert!(said.stderr.contains("agent.toml is wrong"), "{said}");
}
