//! The question of plain HTTP at a sign-in: answered at a terminal, and never half.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::context::TestContext;
use crate::encrypted::account_knows;
use crate::secured::Secured;
use crate::terminal::Terminal;

const QUESTION: &str = "\"Canal House\" has no encrypted address in its network.";

/// An account whose Homey has plain HTTP in its network and an encrypted relay, which works.
async fn with_relay() -> TestContext {
    let mut context = TestContext::new().await;
    let relay = Secured::before(&context).await;
    relay.is_trusted_by(&mut context);
    account_knows(&context, &json!({"remoteUrl": relay.url}));
    context
}

/// Begins to sign in with the password, which is typed.
fn begin(context: &TestContext) -> (Terminal, std::process::Child) {
    let facts = context.facts();
    let login = ["login", "--email", &facts.email, "--client-id", &facts.client_id];
    // So wide that no line is broken.
    let mut terminal = Terminal::of(400);
    let child = terminal.start(context.command(&login));
    terminal.answer("Password:", &format!("{}\r", facts.password));
    (terminal, child)
}

fn settings(context: &TestContext) -> String {
    fs::read_to_string(context.directory().join("config/config.toml")).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_of_plain_http_is_no_unless_it_is_answered_yes() {
    for (keys, allowed) in [("\r", false), ("n\r", false), ("y\r", true)] {
        let context = with_relay().await;
        let (mut terminal, mut child) = begin(&context);
        terminal.answer(QUESTION, keys);
        terminal.hear("Signed in to \"Canal House\" as canal-house.");
        assert_eq!(child.wait().expect("ended").code(), Some(0), "{keys:?}");
        assert!(terminal.echoes(), "{keys:?}");
        let remembered = "[homeys.canal-house]\nplain_http = true\n";
        assert_eq!(settings(&context).contains(remembered), allowed, "{keys:?}");
        let status = context.run(&["status"]);
        assert_eq!(status.stdout.contains("unencrypted"), allowed, "{keys:?}: {status}");

        // The next sign-in knows what was allowed, and asks anew where it was not.
        let (mut terminal, mut child) = begin(&context);
        if !allowed {
            terminal.answer(QUESTION, "\r");
        }
        terminal.hear("Signed in to \"Canal House\" as canal-house.");
        let asked = allowed && terminal.heard.contains(QUESTION);
        assert!(!asked, "{keys:?}: {}", terminal.heard);
        assert_eq!(child.wait().expect("ended").code(), Some(0), "{keys:?}, again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_of_plain_http_ends_the_sign_in() {
    for keys in ["\u{3}", "y\u{3}", "\u{1b}"] {
        let context = with_relay().await;
        let before = context.stored();
        let (mut terminal, mut child) = begin(&context);
        terminal.answer(QUESTION, keys);
        terminal.hear("error: stopped; nothing was changed");
        assert_eq!(child.wait().expect("ended").code(), Some(1), "{keys:?}");
        assert!(terminal.echoes(), "{keys:?}");
        assert_eq!(context.stored(), before, "{keys:?}");
        for step in ["delegation.token", "users.login", "system.ping"] {
            assert_eq!(context.world().calls(step), 0, "{keys:?}: {step}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_at_the_question_of_plain_http_restores_the_echo() {
    let context = with_relay().await;
    let before = context.stored();
    let (mut terminal, mut child) = begin(&context);
    terminal.hear(QUESTION);
    terminal.wait_for_prompt();
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("sent").success());
    assert_eq!(child.wait().expect("ended").code(), None, "it ends by the signal");
    assert!(terminal.echoes());
    assert_eq!(context.stored(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_of_a_typed_address_ends_the_sign_in() {
    let context = TestContext::new().await;
    let before = context.stored();
    // This machine, but not by an address of its loopback.
    let address = context.facts().url.replace("http://127.0.0.1", "0.0.0.0");
    let login = ["login", "--api-key", "--address", &address];
    let mut terminal = Terminal::of(400);
    let mut child = terminal.start(context.command(&login));
    terminal.answer("which is not encrypted", "\u{3}");
    terminal.hear("error: stopped; nothing was changed");
    assert_eq!(child.wait().expect("ended").code(), Some(1));
    assert!(terminal.echoes());
    assert_eq!(context.stored(), before);
}
