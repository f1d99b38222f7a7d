//! The value of a variable that a sink writes reaches no caller, whichever way it is read.

use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey_emulator::Emulator;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::gateway::tests::wire::Wire;
use crate::key::new_key;
use crate::settings::{AccessSettings, KeySettings};

const NAME: &str = "accesstoken";

/// The value of the variable: a token that is not known elsewhere, like that of an earlier session.
const OLD: &str = "00000000-0000-4000-8000-000000000001:an-older-session:aaaabbbbccccddddeeeeffff0000111122223333";

/// A gateway with a key of those scopes, and a Homey with the variable.
async fn gateway(dialect: Dialect, scopes: &str) -> (Emulated, TestGateway, String, String) {
    let emulated = Emulated::with(Emulator::builder().dialect(dialect)).await;
    let served = emulated.served_with_variable(NAME);
    let variable = served.homey.logic().add_variable(NAME, OLD).await.unwrap();
    let (key, hash) = new_key();
    let key_settings = KeySettings {
        name: "caller".to_owned(),
        hash,
        scopes: vec![scopes.parse().unwrap()],
        homeys: None,
        expires: None,
        mcp: None,
    };
    let access = AccessSettings { keys: vec![key_settings], ..AccessSettings::default() };
    let clock = emulated.clock.clone();
    let gateway = TestGateway::guarded(vec![served], clock, settings(), &access, None);
    (emulated, gateway, key.expose().to_owned(), variable.id)
}

fn homey(emulated: &Emulated) -> Homey {
    emulated.served(1).homey
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_over_http_holds_it() {
    for dialect in [Dialect::V2, Dialect::Local, Dialect::Cloud] {
        for scopes in ["readonly", "full"] {
            let (emulated, gateway, key, id) = gateway(dialect, scopes).await;
            let lines =
                format!("X-Housekey-Key: {key}\r\nRange: bytes=0-40\r\nAccept-Encoding: gzip\r\n");
            let json_lines = format!("{lines}Content-Type: application/json\r\n");
            let token = format!("homey%3Amanager%3Alogic%3A{id}");
            let (value, name) = (json!({ "value": OLD }), json!({ "name": "renamed" }));
            let mut seen = 0;
            for (request, body) in [
                ("GET /api/manager/logic/variable".to_owned(), Value::Null),
                ("GET /homeys/home/api/manager/logic/variable/".to_owned(), Value::Null),
                (format!("GET /api/manager/logic/variable/{id}"), Value::Null),
                (format!("HEAD /api/manager/logic/variable/{id}"), Value::Null),
                ("GET /api/manager/logic/state".to_owned(), Value::Null),
                ("GET /api/manager/flowtoken/flowtoken".to_owned(), Value::Null),
                (format!("GET /api/manager/flowtoken/flowtoken/{token}"), Value::Null),
                (format!("GET /api/manager/flowtoken/flowtoken/{token}/value"), Value::Null),
                (
                    format!("GET /api/manager/flowtoken/flowtoken/homey%3Amanager%3Alogic/{id}"),
                    Value::Null,
                ),
                ("GET /api/manager/insights/log".to_owned(), Value::Null),
                ("GET /api/manager/LOGIC/variable".to_owned(), Value::Null),
                ("GET /api/logic/variable".to_owned(), Value::Null),
                (format!("PUT /api/manager/logic/variable/{id}"), value.clone()),
                (format!("PUT /api/manager/logic/variable/{id}"), name),
                ("GET /api/manager/logic/variable".to_owned(), Value::Null),
                (format!("GET /api/manager/logic/variable/{id}"), Value::Null),
                (
                    "POST /api/manager/logic/variable".to_owned(),
                    json!({ "name": NAME, "type": "string", "value": OLD }),
                ),
            ] {
                let body = if body.is_null() { String::new() } else { body.to_string() };
                let (status, answer) = gateway.request(&request, &json_lines, &body).await;
                assert!(!answer.contains(&OLD[40..]), "{dialect} {scopes} {request}: {answer}");
                if status == 200 && answer.contains("***") {
                    seen += 1;
                }
            }
            // Reads alone, and reads and writes.
            let least = if scopes == "full" { 7 } else { 3 };
            assert!(seen >= least, "{dialect} {scopes}: masked in {seen} answers");
            let held = homey(&emulated).logic().get_variables().await.unwrap();
            let kept = held.iter().find(|variable| variable.id == id).unwrap();
            assert_eq!(kept.value(), OLD, "the Homey keeps it");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_was_renamed_before_anyone_looked_is_known_by_its_id() {
    let (emulated, gateway, key, id) = gateway(Dialect::Local, "readonly").await;
    let lines = format!("X-Housekey-Key: {key}\r\n");
    let read = format!("GET /api/manager/logic/variable/{id}");
    // Its id was learned from the sink, or from any response.
    gateway.request("GET /api/manager/logic/variable", &lines, "").await;
    let renamed = json!({ "name": "something else", "value": OLD });
    homey(&emulated).logic().update_variable(&id, renamed).await.unwrap();
    for request in [&*read, "GET /api/manager/logic/variable"] {
        let (status, answer) = gateway.request(request, &lines, "").await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("something else") && answer.contains("***"), "{answer}");
        assert!(!answer.contains(OLD), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_variables_are_answered_byte_for_byte() {
    let (emulated, gateway, key, _) = gateway(Dialect::Local, "readonly").await;
    let made = homey(&emulated).logic().add_variable("scene", "evening").await.unwrap();
    let path = format!("/api/manager/logic/variable/{}", made.id);
    let (status, through) =
        gateway.request(&format!("GET {path}"), &format!("X-Housekey-Key: {key}\r\n"), "").await;
    assert_eq!(status, 200);
    let direct = homey(&emulated)
        .call_bytes("logic.getVariable", &housekey::args! { "id" => made.id })
        .await;
    assert_eq!(through.as_bytes(), direct.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_of_the_live_connection_holds_it() {
    for dialect in [Dialect::V2, Dialect::Local] {
        let (emulated, gateway, key, id) = gateway(dialect, "full").await;
        let (mut wire, _) = Wire::joined(&gateway, &key).await;
        let call = |number: u8, operation: &str, args: Value| {
            let call = json!(["api", { "uri": "homey:manager:logic", "operation": operation, "args": args }]);
            format!("42/api,{number}{call}")
        };
        for (number, operation, args) in [
            (1, "getVariables", json!({})),
            (2, "getVariable", json!({ "id": id })),
            (3, "updateVariable", json!({ "id": id, "variable": { "value": OLD } })),
        ] {
            let begins = format!("43/api,{number}[");
            let answer = wire.call(&call(number, operation, args), &begins).await;
            assert!(
                answer.contains("***") && !answer.contains(OLD),
                "{dialect} {operation}: {answer}"
            );
        }
        let subscribed =
            wire.call(r#"42/api,4["subscribe","homey:manager:logic"]"#, "43/api,4[").await;
        assert_eq!(subscribed, "43/api,4[null]");
        let renamed = json!({ "name": "something else", "value": OLD.to_uppercase() });
        homey(&emulated).logic().update_variable(&id, renamed).await.unwrap();
        let event = wire.next(r#"42/api,["homey:manager:logic""#).await;
        assert!(event.contains("something else") && event.contains("***"), "{dialect}: {event}");
        assert!(!event.to_lowercase().contains(OLD), "{dialect}: {event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_sent_event_holds_it() {
    let (emulated, gateway, key, id) = gateway(Dialect::Local, "readonly").await;
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let request = format!(
        "GET /events?uri=homey:manager:logic HTTP/1.1\r\nHost: localhost\r\nX-Housekey-Key: {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    while !lines.next_line().await.unwrap().unwrap().starts_with("event: ready") {}
    let logic = emulated.served(1).homey;
    for (number, name) in ["renamed", NAME, "renamed again"].into_iter().enumerate() {
        let change = json!({ "name": name, "value": format!("{OLD}{number}") });
        logic.logic().update_variable(&id, change).await.unwrap();
        let outcome = loop {
            let line = lines.next_line().await.unwrap().expect("it goes on");
            assert!(!line.contains(OLD), "{line}");
            if line.contains(&format!(r#""name":"{name}""#)) {
                break line;
            }
        };
        assert!(outcome.contains(r#""value":"***""#), "{outcome}");
    }
    // A new one of that name.
    logic.logic().add_variable(NAME, OLD).await.unwrap();
    loop {
        let line = lines.next_line().await.unwrap().expect("it goes on");
        assert!(!line.contains(OLD), "{line}");
        if line.contains(r#""change":"added""#) {
            break;
        }
    }
}
