//! No secret is ever printed, but by the commands that are there to print one.

use housekey_emulator::{Emulator, Expire};

use crate::context::{Said, TestContext};

/// Everything that was said, and by which command.
struct Heard<'a> {
    context: &'a TestContext,
    said: Vec<(String, Said)>,
}

impl Heard<'_> {
    fn run(&mut self, arguments: &[&str]) {
        self.with(arguments, "");
    }

    fn with(&mut self, arguments: &[&str], stdin: &str) {
        let said = self.context.run_with(arguments, stdin);
        self.said.push((arguments.join(" "), said));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_said_with_the_loudest_log() {
    let mut context = TestContext::with(Emulator::builder().otp(true)).await;
    context.set("HOUSEKEY_LOG", "trace");
    let facts = context.facts();
    let code = context.world().otp_code().expect("a code");
    let mut heard = Heard { context: &context, said: Vec::new() };
    let login = |password: &str, further: &[&str], heard: &mut Heard<'_>| {
        let (email, client) = (facts.email.as_str(), facts.client_id.as_str());
        let common = ["login", "--email", email, "--client-id", client, "--password-stdin"];
        heard.with(&[&common, further].concat(), password);
    };
    login(&facts.password, &[], &mut heard);
    login(&facts.password, &["--otp", "wrong"], &mut heard);
    context
        .world()
        .script("oauth2.token.authorization_code")
        .reply(400)
        .body(serde_json::json!({ "error": "invalid_grant", "error_description": "no" }));
    login(&facts.password, &["--otp", &code], &mut heard);
    login(&facts.password, &["--otp", &code, "--json"], &mut heard);
    let by_key = ["login", "--api-key", "--address", &facts.homey_url, "--name", "by-key"];
    heard.with(&by_key, &facts.api_key);
    heard.run(&["homeys", "use", "canal-house"]);
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["accounts", "list", "--json"],
        &["homeys", "list", "--json"],
        &["devices", "list", "--json"],
        &["devices", "on", "Ceiling lamp"],
        &["devices", "set", "Ceiling lamp", "dim", "7"],
        &["zones", "list"],
        &["users", "list", "--json"],
        &["variables", "list", "--json"],
        &["system", "info", "--json"],
        &["keys", "list", "--json"],
        &["api", "GET", "/api/manager/sessions/session/me", "--include"],
        &["api", "GET", "/api/manager/nothing"],
    ] {
        heard.run(arguments);
    }
    context.world().expire(Expire::Session);
    context.world().expire(Expire::Access);
    heard.run(&["zones", "list"]);
    context.world().expire(Expire::All);
    heard.run(&["zones", "list"]);
    heard.run(&["zones", "list", "--homey", "by-key"]);
    heard.run(&["logout", "--all"]);

    let secrets = context.world().secrets();
    assert!(secrets.len() > 10, "there is something to look for: {}", secrets.len());
    for (command, said) in &heard.said {
        for (stream, text) in [("stdout", &said.stdout), ("stderr", &said.stderr)] {
            for secret in &secrets {
                // Short ones, such as codes of six digits, would be found by chance.
                let found = secret.len() >= 8 && text.contains(secret.as_str());
                assert!(!found, "`housekey {command}` shows {secret} on {stream}:\n{text}");
            }
        }
    }
    let logged = heard.said.iter().any(|(_, said)| said.stderr.contains("DEBUG housekey"));
    assert!(logged, "there was a log to search");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_silent_unless_it_is_asked_for() {
    let context = TestContext::signed_in().await;
    assert!(context.run(&["zones", "list"]).stderr.is_empty());
}
