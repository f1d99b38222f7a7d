//! After a final refusal every command says so, and a token that is dead is handed to no one.

use std::time::Duration;

use housekey_emulator::{Emulator, Expire};
use insta::assert_snapshot;
use tokio::time::{Instant, sleep};

use crate::context::{NAME, TestContext};

/// Signed in, and everything ended: the next command that needs a token meets the final refusal.
async fn ended() -> TestContext {
    let context = TestContext::signed_in().await;
    for what in [Expire::Session, Expire::Access, Expire::Refresh] {
        context.world().expire(what);
    }
    assert_eq!(context.run(&NAME).exit, 4);
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_says_that_the_sign_in_has_ended() {
    let context = ended().await;
    assert_snapshot!(context.run(&["status"]), @"
    exit: 4
    stdout:
    ACCOUNT                 STATE       HOMEYS       KEPT IN
    robin.vale@example.org  signed out  canal-house  file

    HOMEY        TITLE        SIGNED IN BY            STATE                    KEPT IN
    canal-house  Canal House  robin.vale@example.org  signed out, unencrypted  file

    Kept in $HOME/state/credentials
    stderr:
    warning: signed out: the account cloud refused to renew the access: The refresh token is unknown, used or revoked.
    error: signed out of everything that is stored
    hint: run `housekey login`
    ");
    assert_snapshot!(context.run(&["accounts", "list"]).stdout, @"
    ACCOUNT                 ACCESS      TWO-FACTOR  HOMEYS       CLOUD            OAUTH CLIENT
    robin.vale@example.org  signed out  no          canal-house  HOMEY  3e4d339a4a5aa4c8d18de07e
    ");
    let states = "[.accounts[].state, .homeys[].state]";
    assert_snapshot!(context.run(&["status", "--jq", states]).stdout, @r#"["signed-out","signed-out"]"#);
    assert_snapshot!(context.run(&["token"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: signed out: the account cloud refused to renew the access: The refresh token is unknown, used or revoked.
    hint: run `housekey login`
    ");
    for command in [
        &["token", "--min-life", "1m"][..],
        &["token", "--format", "env"],
        &["token", "--json"],
        &["exec", "--", "true"],
        &["exec", "--min-life", "1m", "--", "true"],
    ] {
        let said = context.run(command);
        assert_eq!((said.exit, &*said.stdout), (4, ""), "{command:?}: {said}");
        assert!(said.stderr.contains("signed out: the account cloud"), "{command:?}: {said}");
    }
    // And that it is good again.
    assert_eq!(context.login(&["-q"]).exit, 0);
    assert_snapshot!(context.run(&["status", "--jq", states]), @r#"
    exit: 0
    stdout:
    ["signed-in","signed-in"]
    stderr: nothing
    "#);
    assert_eq!(context.run(&["token"]).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_lives_on_after_the_refusal_is_handed_out_with_a_warning() {
    let context = TestContext::signed_in().await;
    context.world().expire(Expire::Access);
    context.world().expire(Expire::Refresh);
    // The session is good, and cannot be renewed.
    assert_eq!(context.run(&["token", "--min-life", "1h"]).exit, 0, "long enough");
    assert_eq!(context.run(&["token", "--min-life", "30h"]).exit, 4);
    let said = context.run(&["token"]);
    assert_eq!((said.exit, said.stdout.lines().count()), (0, 1), "{said}");
    let lines: Vec<_> = said.stderr.lines().collect();
    assert!(lines[0].starts_with("warning: signed out: the account cloud refused"), "{said}");
    assert!(lines[1].ends_with(": run `housekey login`."), "{said}");
    assert_eq!(context.run(&NAME).exit, 0);
    let states = "[.accounts[].state, .homeys[].state]";
    let said = context.run(&["status", "--jq", states]);
    assert_eq!(said.stdout, "[\"signed-out\",\"signed-out\"]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_that_was_refused_is_not_handed_out_until_the_homey_takes_it() {
    let context = TestContext::signed_in().await;
    let key = context.run(&["keys", "create", "mine", "--preset", "full"]).stdout;
    let address = context.facts().homey_url;
    let login = ["login", "--api-key", "--address", &address, "--name", "by-key"];
    assert_eq!(context.run_with(&login, &key).exit, 0);
    let named = |command: &[&str]| context.run(&[command, &["--homey", "by-key"]].concat());
    let state =
        || context.run(&["status", "--jq", ".homeys[] | select(.name == \"by-key\").state"]);

    // One refusal that the Homey does not stand by costs nothing.
    context.world().script("zones.getZones").reply(401).times(1);
    assert_eq!(named(&["zones", "list"]).exit, 0);
    assert_eq!(state().stdout, "signed-in\n");

    assert_eq!(context.run(&["keys", "delete", "mine", "-y", "--homey", "canal-house"]).exit, 0);
    assert_eq!(named(&["zones", "list"]).exit, 4);
    assert_eq!(state().stdout, "signed-out\n");
    assert_snapshot!(named(&["token"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: the Homey does not take this token: the API key was removed on the Homey
    hint: run `housekey login`, or make a new API key on the Homey
    ");
    assert_snapshot!(context.run(&["status"]).stderr, @"warning: signed out: the Homey does not take the API key any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_password_that_the_homey_refuses_is_tried_once() {
    let context = TestContext::signed_in().await;
    let facts = context.facts();
    let set = |password: &str| {
        let user = format!(r#"{{"username": "robin", "password": "{password}"}}"#);
        std::fs::write(context.directory().join("user.json"), user).expect("written");
        let path = "/api/manager/users/user/me/local-credentials";
        let put = ["api", "PUT", path, "--input", "user.json", "--homey", "canal-house"];
        assert_eq!(context.run(&put).exit, 0);
    };
    set("made-up secret");
    let address = ["--address", &facts.homey_url, "--name", "mine", "--remember"];
    let login = [&["login", "--local-user", "robin"][..], &address].concat();
    assert_eq!(context.run_with(&login, "made-up secret").exit, 0);
    set("another");
    context.world().expire(Expire::Session);
    for _ in 0..2 {
        assert_eq!(context.run(&["zones", "list", "--homey", "mine"]).exit, 4);
    }
    assert_eq!(context.world().calls("users.loginLocal"), 2, "at the login, and once after");
    let state = ["status", "--jq", ".homeys[] | select(.name == \"mine\").state"];
    assert_eq!(context.run(&state).stdout, "signed-out\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_that_was_taken_back_is_said_to_have_ended() {
    let mut context = TestContext::new().await;
    let token = context.facts().personal_access_token;
    context.unset("HOUSEKEY_CLIENT_SECRET");
    assert_eq!(context.run_with(&["login", "--pat", "-q"], &token).exit, 0);
    context.world().expire(Expire::Session);
    let refusal = serde_json::json!({"error": "invalid_token"});
    context.world().script("delegation.token").reply(401).body(refusal).times(9);
    assert_eq!(context.run(&NAME).exit, 4);
    let states = "[.accounts[].state, .homeys[].state]";
    assert_eq!(
        context.run(&["status", "--jq", states]).stdout,
        "[\"signed-out\",\"signed-out\"]\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_notices_what_another_program_was_refused_and_that_it_signed_in() {
    let context = TestContext::with(Emulator::builder()).await;
    assert_eq!(context.login(&["-q"]).exit, 0);
    let settings = "[[homey]]\nname = \"canal-house\"\n";
    std::fs::write(context.directory().join("agent.toml"), settings).expect("written");
    let mut agent =
        context.command(&["agent", "run", "--config", "agent.toml"]).spawn().expect("started");
    // The agent looks at its clock once a minute, and only then without this.
    let until = async |want: &str| {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(40) {
            let said = context.run(&["agent", "status", "--jq", ".homeys[].state"]);
            if said.stdout.trim() == want {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("the agent does not say {want}");
    };
    until("fresh").await;
    for what in [Expire::Session, Expire::Access, Expire::Refresh] {
        context.world().expire(what);
    }
    assert_eq!(context.run(&NAME).exit, 4);
    until("signed-out").await;
    assert_eq!(context.login(&["-q"]).exit, 0);
    until("fresh").await;
    assert_eq!(context.run(&["agent", "stop"]).exit, 0);
    assert!(agent.wait().expect("ended").success());
}
