//! The ways in besides a password: the browser, and a sign-in that becomes a key.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Child;

use housekey_emulator::{Dialect, Emulator, Expire, Quirk};
use insta::assert_snapshot;
use serde_json::json;

use crate::browser::Browser;
use crate::context::{NAME, TestContext};

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
async fn a_sign_in_becomes_a_key_and_is_ended() {
    let context = TestContext::new().await;
    assert_snapshot!(context.login(&["--mint-key", "control"]).without_steps(), @r#"
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
    The API key on "Canal House" could not be ended: no key may delete keys. Delete it at my.homey.app: Settings, API Keys
    Forgot the Homey canal-house.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_cannot_delete_itself_at_logout() {
    let context = TestContext::new().await;
    assert_eq!(context.login(&["--mint-key", "full"]).exit, 0);
    assert_snapshot!(context.run(&["logout"]).stderr, @r#"
    The API key on "Canal House" could not be ended: no key may delete keys. Delete it at my.homey.app: Settings, API Keys
    Forgot the Homey canal-house.
    "#);
    assert_eq!(context.world().calls("users.deletePersonalAccessToken"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_makes_no_keys_is_told() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_snapshot!(context.login(&["--mint-key", "full"]).without_steps(), @r#"
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
    Waiting for a new token, for up to 30 s: the delegation token could not be had for now: busy (503)
    ");
    context.world().expire(Expire::Session);
    assert_snapshot!(context.run(&NAME), @"
    exit: 0
    stdout:
    Canal House
    stderr: nothing
    ");
}
