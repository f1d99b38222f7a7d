//! A client of a server in this process, for a home of the emulator.

use housekey::catalogue::Dialect;
use housekey::clock::{SharedClock, SystemClock};
use housekey::http::Http;
use housekey::redaction::TokenVariables;
use housekey::{Homey, Secret};
use housekey_emulator::Emulator;
use housekey_mcp::{
    Approvals, Grant, Group, Groups, HomeSource, Options, Server, WriteLog, own_mirror,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines};

/// A client without a handshake, of a server with all groups.
pub(crate) struct Client {
    pub(crate) emulator: Emulator,
    pub(crate) homey: Homey,
    _state: tempfile::TempDir,
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    next: u64,
}

impl Client {
    pub(crate) async fn start() -> Self {
        Self::of(Emulator::builder().seed(1)).await
    }

    pub(crate) async fn of(builder: housekey_emulator::Builder) -> Self {
        Self::with(builder, |options| options).await
    }

    pub(crate) async fn with(
        builder: housekey_emulator::Builder,
        set_up: impl FnOnce(Options) -> Options,
    ) -> Self {
        Self::at(SystemClock::shared(), builder, set_up).await
    }

    /// One whose home and server have that clock.
    pub(crate) async fn at(
        clock: SharedClock,
        builder: housekey_emulator::Builder,
        set_up: impl FnOnce(Options) -> Options,
    ) -> Self {
        let emulator = builder.clock(clock.clone()).start().await.expect("a free port");
        let facts = emulator.facts();
        let address = facts.homey_url.parse().expect("a URL");
        let http = Http::new().expect("TLS");
        let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
        let state = tempfile::tempdir().expect("a directory");
        let mirror = own_mirror(homey.clone(), clock.clone(), TokenVariables::default());
        let source = HomeSource {
            name: "home".to_owned(),
            title: "Canal House".to_owned(),
            dialect: Dialect::Local,
            homey: homey.clone(),
            mirror,
        };
        let grant = Grant::of("test", Groups::of(Group::ALL), false);
        let options = Options {
            approvals: Some(Approvals::of(state.path())),
            log: Some(WriteLog::of(state.path())),
            state: Some(state.path().to_owned()),
            ..Options::default()
        };
        let server = Server::new(vec![source], clock, grant, set_up(options));
        let (input, output) = connect(&server);
        Self { emulator, homey, _state: state, input, output, next: 1 }
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.input.write_all(format!("{message}\n").as_bytes()).await.expect("sent");
    }

    pub(crate) async fn receive(&mut self) -> Value {
        let line = self.output.next_line().await.expect("read").expect("a message");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Sends a request, and waits for its answer.
    pub(crate) async fn request(&mut self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        });
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        let answer = self.receive().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Calls a tool: its whole result.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.request("tools/call", params).await;
        assert!(answer["result"].is_object(), "{tool}: {answer}");
        answer["result"].clone()
    }

    /// The text of a call that succeeds.
    pub(crate) async fn text(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        text(&result)
    }

    /// The text of a call that is refused.
    pub(crate) async fn refusal(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        text(&result)
    }

    /// The question to the user that a call comes to.
    pub(crate) async fn question(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["resultType"], "input_required", "{tool}: {result}");
        let form = &result["inputRequests"]["consent"]["params"];
        form["message"].as_str().expect("a text").to_owned()
    }

    /// Calls a tool, and agrees to its question where there is one.
    pub(crate) async fn agreed(&mut self, tool: &str, arguments: Value) -> (Option<String>, Value) {
        let result = self.call(tool, arguments.clone()).await;
        if result["resultType"] != "input_required" {
            return (None, result);
        }
        let question = result["inputRequests"]["consent"]["params"]["message"].as_str();
        let question = question.expect("a text").to_owned();
        let answer = json!({ "consent": { "action": "accept", "content": { "allow": true } } });
        let params = json!({ "name": tool, "arguments": arguments, "inputResponses": answer,
            "requestState": result["requestState"] });
        let answer = self.request("tools/call", params).await;
        (Some(question), answer["result"].clone())
    }

    /// Plans a change, makes it, and returns both texts.
    pub(crate) async fn planned(&mut self, tool: &str, arguments: Value) -> (String, String) {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let plan = result["structuredContent"]["plan"].as_str().expect("a plan").to_owned();
        assert!(text(&result).contains(&plan), "{result}");
        (text(&result), self.text(tool, json!({ "plan": plan })).await)
    }
}

fn connect(server: &Server) -> (DuplexStream, Lines<BufReader<DuplexStream>>) {
    let (input, server_input) = tokio::io::duplex(1 << 20);
    let (server_output, output) = tokio::io::duplex(1 << 20);
    tokio::spawn(Box::pin(server.clone().serve(server_input, server_output)));
    (input, BufReader::new(output).lines())
}

/// The text of a result.
pub(crate) fn text(result: &Value) -> String {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}")).to_owned()
}
