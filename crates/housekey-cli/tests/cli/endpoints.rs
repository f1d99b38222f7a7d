//! Every command that the list of endpoints of old names, on every dialect: it is there, it comes to
//! the operation of its line, and it prints what the printed request answers.

use housekey_emulator::{Dialect, Emulator};
use serde::Deserialize;
use serde_json::Value;

use crate::context::{Said, TestContext};
use crate::nouns::home;

#[derive(Deserialize)]
struct List {
    line: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    request: String,
    body: Option<String>,
    operation: Option<String>,
    command: String,
    dialects: Vec<String>,
}

fn lines() -> Vec<Line> {
    let list = include_str!("../../../housekey/catalogue/endpoints.toml");
    toml::from_str::<List>(list).expect("a list").line
}

/// What the placeholders stand for in a home.
fn ids(context: &TestContext) -> Vec<(&'static str, String)> {
    let id = |typed: &[&str]| {
        let said = context.run(&[typed, &["--jq", ".id"]].concat());
        assert_eq!(said.exit, 0, "{typed:?}\n{said}");
        said.stdout.trim().to_owned()
    };
    vec![
        ("<APP_ID>", "com.example.lumen".to_owned()),
        ("<DEVICE_ID>", id(&["devices", "get", "Floor lamp"])),
        ("<FLOW_ID>", id(&["flows", "get", "Say hello"])),
        ("<VARIABLE_ID>", id(&["variables", "get", "Guests"])),
        ("<USER_ID>", id(&["users", "get", "Sam"])),
        ("<ZONE_ID>", id(&["zones", "get", "Kitchen"])),
        ("<NODE_ID>", "4".to_owned()),
        ("<VALUE>", "21.5".to_owned()),
    ]
}

/// The command of a line, with `--json`.
fn run(context: &TestContext, line: &Line, ids: &[(&str, String)]) -> Said {
    let filled =
        |word: &str| ids.iter().fold(word.to_owned(), |word, (name, id)| word.replace(name, id));
    let words: Vec<String> = line.command.split(' ').map(filled).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.push("--json");
    if line.command == "system reboot" {
        words.push("--yes");
    }
    context.run(&words)
}

/// The printed request as it is, through `housekey api`.
fn request(context: &TestContext, line: &Line, ids: &[(&str, String)]) -> Said {
    let filled =
        |text: &str| ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    let (method, path) = line.request.split_once(' ').expect("method and path");
    let path = filled(path);
    match &line.body {
        Some(body) => context.run_with(&["api", method, &path, "--input", "-"], &filled(body)),
        None => context.run(&["api", method, &path]),
    }
}

/// The items of a collection in their order, whether they come by id or as an array: the printed path
/// may lead to the other form.
fn items(answer: &str, as_array: bool) -> Value {
    match serde_json::from_str(answer).expect("JSON") {
        Value::Object(items) if as_array => items.into_iter().map(|(_, item)| item).collect(),
        mut answer => {
            // Each write has an id and a time of its own.
            for key in ["transactionId", "transactionTime"] {
                if let Some(own) = answer.get_mut(key) {
                    *own = Value::Null;
                }
            }
            answer
        }
    }
}

fn check(context: &TestContext, dialect: Dialect, line: &Line, ids: &[(&str, String)]) {
    let Line { command, operation, dialects, .. } = line;
    let calls = |operation: &str| context.world().calls(operation);
    let is_known = dialects.contains(&dialect.to_string());
    if let Some(operation) = operation.as_ref().filter(|_| !is_known) {
        let said = run(context, line, ids);
        assert_eq!(said.exit, 2, "{dialect} {command}\n{said}");
        assert!(
            said.stderr.contains(&format!("has no {operation}")),
            "{dialect} {command}\n{said}"
        );
        return;
    }
    let before = operation.as_ref().map(|operation| calls(operation));
    let said = run(context, line, ids);
    let after = operation.as_ref().map(|operation| calls(operation));
    if let (Some(before), Some(after)) = (before, after) {
        assert_eq!(said.exit, 0, "{dialect} {command}\n{said}");
        assert!(after > before, "{dialect} {command} comes to {operation:?}");
    }
    let asked = request(context, line, ids);
    assert_eq!(said.exit, asked.exit, "{dialect} {command}\n{said}\n{asked}");
    if asked.exit == 0 {
        let is_array = [&said, &asked].iter().any(|said| said.stdout.starts_with('['));
        let (told, wanted) = (items(&said.stdout, is_array), items(&asked.stdout, is_array));
        // Advanced flows are a collection of their own, which the command shows as well.
        let is_more = command == "flows list";
        let told = if is_more { without_advanced(told) } else { told };
        assert_eq!(told, wanted, "{dialect} {command} and {}", line.request);
    }
}

fn without_advanced(mut flows: Value) -> Value {
    flows.as_object_mut().expect("by id").retain(|_, flow| flow.get("cards").is_none());
    flows
}

async fn check_all(dialect: Dialect) {
    let context = home(dialect).await;
    assert_eq!(context.run(&["zwave", "log", "on"]).exit, 0);
    let ids = ids(&context);
    let lines = lines();
    for line in lines.iter().filter(|line| line.command != "login") {
        check(&context, dialect, line, &ids);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_list_on_a_v2_homey() {
    check_all(Dialect::V2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_list_on_a_local_homey() {
    check_all(Dialect::Local).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_list_on_a_cloud_homey() {
    check_all(Dialect::Cloud).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_of_the_list_on_every_dialect() {
    let lines = lines();
    let login = lines.iter().find(|line| line.command == "login").expect("it is in the list");
    for dialect in Dialect::ALL {
        let context = TestContext::with(Emulator::builder().dialect(dialect)).await;
        assert_eq!(context.login(&[]).exit, 0, "{dialect}");
        let operation = login.operation.as_deref().expect("an operation");
        assert_eq!(context.world().calls(operation), 1, "{dialect}");
    }
}
