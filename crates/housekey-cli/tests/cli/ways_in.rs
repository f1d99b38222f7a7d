//! The ways in besides password and API key: the browser, tokens that others made, credentials that
//! are kept, and a sign-in that becomes a key.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Child;

use housekey_emulator::{Dialect, Emulator, Expire, Quirk};
use insta::assert_snapshot;
use serde_json::json;

use crate::browser::Browser;
use crate::context::{Said, TestContext};

const NAME: [&str; 4] = ["system", "name", "--jq", "."];

/// Without the lines of the six steps, which other tests look at.
fn without_steps(said: &Said) -> String {
    let lines = said.stderr.lines().filter(|line| !line.ends_with(" ms"));
    format!("exit: {}\n{}", said.exit, lines.collect::<Vec<_>>().join("\n"))
}

/// Starts a login in the browser; the address that it says to go to.
#[expect(clippy::zombie_processes, reason = "it is waited for in `ended`")]
fn begun(
    context: &TestContext,
    arguments: &[&str],
) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let client = context.facts().client_id;
    let arguments = [&["login", "--client-id", &client], arguments].concat();
    let mut child = context.command(&arguments).spawn().expect("started");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    loop {
        let mut line = String::new();
        assert_ne!(stderr.read_line(&mut line).expect("read"), 0, "it ended");
        if line.starts_with("http://") {
            return (child, stderr, line.trim_end().to_owned());
        }
    }
}

fn ended(mut child: Child, mut stderr: BufReader<std::process::ChildStderr>) -> (i32, String) {
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("read");
    (child.wait().expect("ended").code().expect("a code"), rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_brings_the_code_to_a_port_of_its_own() {
    let context = TestContext::new().await;
    let (child, stderr, url) = begun(&context, &["--browser"]);
    assert!(!url.contains(&context.facts().client_secret));
    let browser = Browser::new();
    let back = browser.consent(&url, &context.facts(), "Allow").await;
    // Others at that port neither end the waiting nor get anywhere.
    let port = back.split('?').next().expect("an address");
    assert_eq!(browser.get(&format!("{port}/favicon.ico")).await.status, 404);
    assert_eq!(browser.get(&format!("{port}/?code=theirs&state=theirs")).await.status, 400);
    assert_eq!(browser.get(&format!("{port}/?code=theirs")).await.status, 400);
    let page = browser.get(&back).await;
    assert!(page.text().contains("Signed in"), "{}", page.text());
    let (exit, said) = ended(child, stderr);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("Signed in to \"Canal House\" as canal-house."), "{said}");
    // It is renewed like any other.
    context.world().expire(Expire::Session);
    context.world().expire(Expire::Access);
    assert_eq!(context.run(&NAME).exit, 0);
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_in_the_browser_is_believed() {
    let context = TestContext::new().await;
    let (child, stderr, url) = begun(&context, &["--browser"]);
    let browser = Browser::new();
    let back = browser.consent(&url, &context.facts(), "Deny").await;
    assert!(browser.get(&back).await.text().contains("No access was given"));
    let (exit, said) = ended(child, stderr);
    assert_eq!(exit, 4);
    assert!(said.contains("error: the account cloud did not accept the consent"), "{said}");
    assert!(context.stored().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_browser_ended_at_may_be_pasted() {
    // A cloud that takes the registered redirect address alone.
    for whole in [true, false] {
        let builder = Emulator::builder().quirk(Quirk::RedirectExact, true);
        let context = TestContext::with(builder).await;
        let (mut child, stderr, url) = begun(&context, &["--no-browser"]);
        let back = Browser::new().consent(&url, &context.facts(), "Allow").await;
        assert!(back.starts_with("http://localhost?"), "{back}");
        let code = back.split(['=', '&']).nth(1).expect("a code").to_owned();
        let pasted = if whole { back } else { code };
        let mut stdin = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut stdin, format!("{pasted}\n").as_bytes()).expect("written");
        drop(stdin);
        let (exit, said) = ended(child, stderr);
        assert_eq!(exit, 0, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_sign_in_is_not_taken() {
    let context = TestContext::new().await;
    let client = context.facts().client_id;
    let login = ["login", "--no-browser", "--client-id", &client, "-q"];
    let said = context.run_with(&login, "http://localhost/?code=theirs&state=theirs\n");
    assert_snapshot!(said, @"
    exit: 4
    stdout: nothing
    stderr:
    error: what came back from the browser is not the answer to this sign-in: its state is another
    hint: copy the whole address, or the code alone, and try again
    ");
    assert_eq!(context.world().calls("oauth2.token.authorization_code"), 0);
    let said = context.run(&[
        "login",
        "--browser",
        "--redirect-uri",
        "http://example.com",
        "--client-id",
        &client,
    ]);
    assert_snapshot!(said, @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot listen at http://example.com/ for the browser to come back to
      caused by: it is not an address of this machine itself
    hint: free the port, or use `--no-browser`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_signs_in_and_is_said_to_have_ended() {
    let mut context = TestContext::new().await;
    let token = context.facts().personal_access_token;
    context.unset("HOUSEKEY_CLIENT_SECRET");
    assert_snapshot!(without_steps(&context.run_with(&["login", "--pat"], &token)), @r#"
    exit: 0
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    assert_eq!(context.world().calls("login"), 0);
    context.world().expire(Expire::Session);
    assert_eq!(context.run(&NAME).exit, 0, "a new session");
    assert_snapshot!(context.run(&["accounts", "list"]).stdout, @"
    ACCOUNT                 ACCESS     HOMEYS       CLOUD            OAUTH CLIENT
    robin.vale@example.org  signed in  canal-house  HOMEY
    ");
    context.world().expire(Expire::Session);
    let refusal = json!({"error": "invalid_token", "error_description": "It was taken back."});
    context.world().script("delegation.token").reply(401).body(refusal).times(9);
    assert_snapshot!(context.run(&NAME), @"
    exit: 4
    stdout: nothing
    stderr:
    error: signed out: the account cloud does not take the access token any more: It was taken back.
    hint: run `housekey login`
    ");
    assert_snapshot!(context.run(&["logout"]).stderr, @r#"
    The session on "Canal House" cannot be ended from here; it ends by itself in 23 h 59 min.
    Forgot the Homey canal-house.
    The personal access token goes on opening the account: take it back where it was made.
    Forgot the account robin.vale@example.org.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_in_the_environment_needs_no_store() {
    let mut context = TestContext::with(Emulator::builder().homeys(2)).await;
    let token = context.facts().personal_access_token;
    context.set("HOMEY_PAT", &token);
    assert_snapshot!(context.run(&NAME), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several Homeys in this account
    hint: name one with `--homey`: "Canal House" (ff6a4bbf2a760b2c536ae76c), "Beach Cabin" (1cdf9884d09f9ef04b5c5a99)
    "#);
    let named = [&NAME[..], &["--homey", "Beach Cabin"]].concat();
    assert_eq!(context.run(&named).stdout, "Beach Cabin\n");
    assert!(context.stored().is_empty());
    // One that is stored under that name is meant by it.
    let login = ["login", "--pat", "--homey", "Canal House", "--name", "mine", "-q"];
    assert_eq!(context.run(&login).exit, 0);
    context.set("HOMEY_PAT", "of-nobody");
    let named = [&NAME[..], &["--homey", "mine"]].concat();
    assert_eq!(context.run(&named).stdout, "Canal House\n");
    assert_snapshot!(context.run(&NAME), @"
    exit: 4
    stdout: nothing
    stderr:
    error: the account cloud does not take this token: The access token is missing, expired or revoked.
    hint: check the token, or make a new one; `housekey login` has other ways in
    ");
}

/// What the vendor's tool keeps, as far as it is of use here.
fn homey_cli(context: &TestContext, access: &str, refresh: &str) {
    let settings = json!({
        "homeyApi": {
            "token": {
                "token_type": "bearer",
                "access_token": access,
                "refresh_token": refresh,
                "expires_in": 3660,
                "grant_type": "authorization_code",
            },
            "user": {"_id": "made-up"},
        },
        "activeHomey": {"id": context.facts().cloud_id, "name": "Canal House", "platform": "local"},
    });
    fs::write(context.directory().join("settings.json"), settings.to_string()).expect("written");
}

/// The tokens of an account as they are stored.
fn tokens(context: &TestContext) -> (String, String) {
    let path = context.credentials().join("account-robin.vale@example.org.json");
    let text = fs::read_to_string(path).expect("there");
    let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let token = |name: &str| record["account"]["tokens"][name].as_str().expect("text").to_owned();
    (token("access"), token("refresh"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_vendors_tool_is_signed_in_with_is_read_and_left_as_it_is() {
    let mut context = TestContext::signed_in().await;
    let (access, refresh) = tokens(&context);
    // Theirs now; ours is forgotten without a word to the cloud.
    fs::remove_dir_all(context.credentials()).expect("removed");
    homey_cli(&context, &access, &refresh);
    let home = context.directory().display().to_string();
    context.set("HOMEY_HOME", &home);
    let before = context.stored();
    let import = ["login", "--import-homey-cli"];
    assert_snapshot!(without_steps(&context.run(&import)), @r#"
    exit: 0
    Without the client that `homey` signs in with nothing renews this: it ends with the session on the Homey, in a day. `--mint-key` makes a key that stays.
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 0);
    let settings = context.directory().join("settings.json");
    assert_eq!(context.stored()[&settings], before[&settings], "only read");
    assert_eq!(context.run(&NAME).exit, 0);

    let client = context.facts().client_id;
    let with_client = [&import[..], &["--client-id", &client]].concat();
    assert_snapshot!(without_steps(&context.run(&with_client)), @r#"
    exit: 0
    The first renewal signs `homey` out: its refresh token works only once.
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    context.world().expire(Expire::Access);
    assert_snapshot!(without_steps(&context.run(&with_client)), @"
    exit: 4
    error: the access in $HOME/settings.json has ended
    hint: run `homey list` once, which renews it, and then this again
    ");
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 0);
    context.world().expire(Expire::Session);
    assert_eq!(context.run(&NAME).exit, 0, "it is ours to renew");
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_vendors_tool_that_is_of_no_use_is_told() {
    let mut context = TestContext::new().await;
    let home = context.directory().display().to_string();
    context.set("HOMEY_HOME", &home);
    let import = ["login", "--import-homey-cli"];
    assert_snapshot!(context.run(&import), @"
    exit: 1
    stdout: nothing
    stderr:
    error: $HOME/settings.json is not there
    hint: sign in with `homey login` first, or say where it is in HOMEY_HOME
    ");
    let settings = context.directory().join("settings.json");
    for (content, exit, want) in [
        ("{\"homeyApi\": {\"token\": \"s3cret", 1, "is not what `homey` writes"),
        ("{\"activeHomey\": null}", 4, "holds no sign-in"),
        ("{\"homeyApi\": {\"token\": {}}}", 4, "holds no sign-in"),
    ] {
        fs::write(&settings, content).expect("written");
        let said = context.run(&import);
        assert_eq!(said.exit, exit, "{said}");
        assert!(said.stderr.contains(want) && !said.stderr.contains("s3cret"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_credentials_sign_in_again_when_the_cloud_has_ended_the_sign_in() {
    let context = TestContext::with(Emulator::builder().otp(true)).await;
    let facts = context.facts();
    let stdin = format!("{}\n{}\n", facts.password, facts.otp_secret.expect("on"));
    assert_eq!(context.login_with(&stdin, &["--remember", "--otp-secret"]).exit, 0);
    let end = || {
        for what in [Expire::Session, Expire::Access, Expire::Refresh] {
            context.world().expire(what);
        }
    };
    end();
    assert_snapshot!(context.run(&NAME), @"
    exit: 0
    stdout:
    Canal House
    stderr: nothing
    ");
    assert_eq!(context.world().calls("login"), 2);
    // What is refused is tried once and not again: trying is what locks accounts.
    end();
    let refusal = json!({"error": "invalid_credentials"});
    context.world().script("login").reply(401).body(refusal).times(9);
    assert_snapshot!(context.run(&NAME), @"
    exit: 4
    stdout: nothing
    stderr:
    error: signed out: the account cloud refused to renew the access: The refresh token is unknown, used or revoked; what was kept to sign in again is refused too
    hint: run `housekey login --remember` with what is right now
    ");
    assert_eq!(context.run(&NAME).exit, 4);
    assert_eq!(context.world().calls("login"), 3);
    assert_snapshot!(context.run(&["accounts", "list", "--jq", ".[] | [.state, .remembered]"]).stdout, @r#"["signed-in",false]"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_that_is_away_costs_nobody_the_credentials_that_are_kept() {
    let context = TestContext::new().await;
    assert_eq!(context.login(&["--remember"]).exit, 0);
    for what in [Expire::Session, Expire::Access, Expire::Refresh] {
        context.world().expire(what);
    }
    context.world().script("login").reply(503).times(1);
    assert_eq!(context.run(&NAME).exit, 0, "it waits, and tries again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_two_factor_secret_comes_from_a_file_or_is_refused_unquoted() {
    let context = TestContext::with(Emulator::builder().otp(true)).await;
    let facts = context.facts();
    let secret = facts.otp_secret.expect("on");
    fs::write(context.directory().join("totp"), format!("otpauth://totp/x?secret={secret}\n"))
        .expect("written");
    let flags = ["--remember", "--otp-secret-file", "totp", "-q"];
    assert_snapshot!(context.login(&flags), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    let stdin = format!("{}\nnot-base32-189\n", facts.password);
    assert_snapshot!(context.login_with(&stdin, &["--remember", "--otp-secret"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the two-factor secret is not base32: letters A to Z and digits 2 to 7
    hint: it is what the account showed beside the QR code; its address will do as well
    ");
    assert_eq!(context.login_with(&stdin, &["--otp-secret"]).exit, 2, "only to be kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_a_local_user_is_kept_only_when_asked_for() {
    let context = TestContext::signed_in().await;
    let facts = context.facts();
    let user = r#"{"username": "robin", "password": "made-up secret"}"#;
    fs::write(context.directory().join("user.json"), user).expect("written");
    let path = "/api/manager/users/user/me/local-credentials";
    assert_eq!(context.run(&["api", "PUT", path, "--input", "user.json"]).exit, 0);
    let login = [
        "login",
        "--local-user",
        "robin",
        "--address",
        &facts.homey_url,
        "--name",
        "mine",
        "--remember",
    ];
    assert_eq!(context.run_with(&login, "made-up secret").exit, 0);
    context.world().expire(Expire::Session);
    assert_eq!(context.run(&["zones", "list", "--homey", "mine"]).exit, 0);
    assert_eq!(context.world().calls("users.loginLocal"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_becomes_a_key_and_is_ended() {
    let context = TestContext::new().await;
    assert_snapshot!(without_steps(&context.login(&["--mint-key", "control"])), @r#"
    exit: 0
    Homey: API key made  control
    The sign-in of robin.vale@example.org at the account cloud is ended.
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    let stored: Vec<_> = context.stored().into_keys().collect();
    assert_eq!(stored, [context.credentials().join("homey-canal-house.json")]);
    assert_eq!(context.world().calls("account.deleteUserSession"), 1);
    context.world().expire(Expire::All);
    assert_eq!(context.run(&NAME).exit, 0, "a key does not end");
    let may = |arguments: &[&str]| context.run(arguments).exit;
    assert_eq!(may(&["devices", "toggle", "Kitchen/Ceiling lamp"]), 0);
    assert_eq!(may(&["zones", "create", "Attic"]), 1, "that takes more than `control`");
    assert_snapshot!(context.run(&["homeys", "list", "--jq", ".[].access"]).stdout, @"api-key");
    assert_snapshot!(context.run(&["logout"]).stderr, @r#"
    The API key on "Canal House" is ended.
    Forgot the Homey canal-house.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_do_everything_is_deleted_at_logout() {
    let context = TestContext::new().await;
    assert_eq!(context.login(&["--mint-key", "full"]).exit, 0);
    assert_snapshot!(context.run(&["logout"]).stderr, @r#"
    The API key on "Canal House" is ended.
    Forgot the Homey canal-house.
    "#);
    assert_eq!(context.world().calls("users.deletePersonalAccessToken"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_makes_no_keys_is_told() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_snapshot!(without_steps(&context.login(&["--mint-key", "full"])), @r#"
    exit: 1
    error: the Homey "Canal House" makes no API keys
    hint: those of 2023 and later do; sign in without `--mint-key`
    "#);
    assert!(context.stored().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_way_in_at_a_time() {
    let context = TestContext::alone();
    let said = context.run(&["login", "--browser", "--api-key"]);
    assert_eq!(said.exit, 2);
    assert!(said.stderr.contains("cannot be used with"), "{said}");
    let said = context.run(&["login", "--pat", "--remember"]);
    assert_eq!(said.exit, 2, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_waits_for_the_cloud_says_so() {
    let context = TestContext::signed_in().await;
    context.world().expire(Expire::Session);
    let busy = json!({"error": "busy"});
    context.world().script("delegation.token").reply(503).body(busy).header("Retry-After", "2");
    assert_snapshot!(context.run(&NAME), @"
    exit: 0
    stdout:
    Canal House
    stderr:
    Waiting for a new token, for up to 30 s: the delegation token was refused: busy (503)
    ");
    context.world().expire(Expire::Session);
    assert_snapshot!(context.run(&NAME), @"
    exit: 0
    stdout:
    Canal House
    stderr: nothing
    ");
}
