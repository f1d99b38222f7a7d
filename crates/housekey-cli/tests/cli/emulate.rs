//! `housekey emulate`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};

use serde_json::Value;

use crate::context::TestContext;

/// Starts it and waits for its line.
fn start(context: &TestContext, further: &[&str]) -> (Child, Value) {
    let arguments = [&["emulate", "--json"], further].concat();
    let mut child = context.command(&arguments).spawn().expect("started");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("JSON"))
}

/// Sends a signal and waits for the end.
fn stop(mut child: Child, signal: &str) -> (Option<i32>, String) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("sent").success());
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("read");
    (child.wait().expect("ended").code(), stderr)
}

#[test]
fn it_says_when_it_is_ready_and_ends_when_it_is_asked_to() {
    for signal in ["-INT", "-TERM"] {
        let context = TestContext::alone();
        let (child, facts) = start(&context, &[]);
        for key in [
            "url",
            "accounts_url",
            "api_url",
            "homey_url",
            "email",
            "password",
            "client_id",
            "client_secret",
            "redirect_uri",
            "cloud_id",
            "api_key",
            "personal_access_token",
        ] {
            assert!(facts[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {facts}");
        }
        assert!(facts.get("otp_secret").is_some_and(Value::is_null), "{facts}");
        assert_eq!(stop(child, signal), (Some(0), String::new()), "{signal}");
    }
}

#[test]
fn its_flags_shape_the_home() {
    let mut context = TestContext::alone();
    let flags = ["--homeys", "2", "--devices", "7", "--dialect", "v2", "--otp", "--seed", "5"];
    let (child, facts) = start(&context, &flags);
    assert!(facts["otp_secret"].is_string());
    assert_eq!(facts["homeys"].as_array().map(Vec::len), Some(2));
    assert_eq!(facts["homeys"][0]["dialect"], "v2");
    let text = |key: &str| facts[key].as_str().expect("text").to_owned();
    context.set("HOMEY_ADDRESS", &text("homey_url"));
    context.set("HOMEY_TOKEN", &text("api_key"));
    assert_eq!(context.run(&["devices", "list"]).stdout.lines().count(), 8);
    stop(child, "-TERM");
}

#[test]
fn a_messy_home_has_every_fault_that_the_check_finds() {
    let mut context = TestContext::alone();
    let (child, facts) = start(&context, &["--home", "messy"]);
    let text = |key: &str| facts[key].as_str().expect("text").to_owned();
    context.set("HOMEY_ADDRESS", &text("homey_url"));
    context.set("HOMEY_TOKEN", &text("api_key"));
    assert_eq!(context.run(&["flows", "list"]).stdout.lines().count(), 261);
    let said =
        context.run(&["flows", "check", "--json", "--jq", "[.findings[].code] | unique | length"]);
    assert_eq!((said.exit, said.stdout.trim()), (3, "34"), "{said}");
    stop(child, "-TERM");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let context = TestContext::alone();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = taken.local_addr().expect("an address").port().to_string();
    let said = context.run(&["emulate", "--port", &port]).to_string().replace(&port, "PORT");
    insta::assert_snapshot!(said, @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot listen on port PORT
      caused by: cannot listen on 127.0.0.1:PORT: Address already in use (os error 98)
    hint: take another with `--port`, or 0 for any that is free
    ");
}

#[test]
fn a_person_is_told_how_to_sign_in() {
    let context = TestContext::alone();
    let mut child = context.command(&["emulate", "--otp"]).spawn().expect("started");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    for line in stdout.lines() {
        let line = line.expect("a line");
        text.push_str(&line);
        text.push('\n');
        if line == "Ctrl-C stops it." {
            break;
        }
    }
    for expected in ["password ", "two-factor ", "housekey login --email", "/_emulator/"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    stop(child, "-INT");
}
