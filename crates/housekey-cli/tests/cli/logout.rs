//! `housekey logout`.

use housekey_emulator::{Dialect, Emulator};
use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn the_only_homey_goes_with_its_account() {
    let context = TestContext::signed_in().await;
    assert_snapshot!(context.run(&["logout"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    The session on "Canal House" cannot be ended from here; it expires in 23 h 59 min.
    Forgot the Homey canal-house.
    The sign-in of robin.vale@example.org at the account cloud is ended.
    Forgot the account robin.vale@example.org.
    "#);
    assert!(context.stored().is_empty(), "{:?}", context.stored().keys());
    assert_snapshot!(context.run(&["logout"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: not signed in
    hint: run `housekey login`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_homey_ends_the_session() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_eq!(context.login(&[]).exit, 0);
    assert_snapshot!(context.run(&["logout"]).stderr, @r#"
    The session on "Canal House" is ended.
    Forgot the Homey canal-house.
    The sign-in of robin.vale@example.org at the account cloud is ended.
    Forgot the account robin.vale@example.org.
    "#);
    assert_eq!(context.world().calls("sessions.deleteSession"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_cannot_be_reached_is_forgotten_all_the_same() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_eq!(context.login(&[]).exit, 0);
    context.world().script("sessions.deleteSession").reply(500);
    let said = context.run(&["logout"]);
    assert_eq!(said.exit, 0);
    assert!(said.stderr.contains("could not be ended"), "{}", said.stderr);
    assert!(context.stored().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_of_an_account_are_worth_nothing_afterwards() {
    let context = TestContext::signed_in().await;
    let copy = context.directory().join("copy");
    let credentials = context.credentials();
    let copied = std::process::Command::new("cp").arg("-r").args([&credentials, &copy]).status();
    assert!(copied.expect("copied").success());
    assert_eq!(context.run(&["logout", "-q"]).exit, 0);
    assert_eq!(context.world().calls("account.deleteUserSession"), 1);
    std::fs::remove_dir_all(&credentials).expect("removed");
    std::fs::rename(&copy, &credentials).expect("renamed");
    // The session on the Homey lives until it ends by itself; then nothing makes another.
    context.world().expire(housekey_emulator::Expire::Session);
    assert_eq!(context.run(&["zones", "list"]).exit, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_cannot_be_ended_is_said_and_forgotten() {
    for script in ["account.getUserSessions", "account.deleteUserSession"] {
        let context = TestContext::signed_in().await;
        context
            .world()
            .script(script)
            .reply(403)
            .body(serde_json::json!({"error": "access_denied"}));
        let said = context.run(&["logout"]);
        assert_eq!(said.exit, 0);
        assert!(said.stderr.contains("could not be ended"), "{said}");
        assert!(context.stored().is_empty());
    }
    let context = TestContext::signed_in().await;
    context
        .world()
        .script("account.getUserSessions")
        .reply(200)
        .body(serde_json::json!([{"id": "x"}]));
    let said = context.run(&["logout"]);
    assert!(said.stderr.contains("does not say which one"), "{said}");
    assert_eq!(context.world().calls("account.deleteUserSession"), 0, "nobody else is signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_stays_while_it_keeps_another_homey_open() {
    let context = TestContext::with(Emulator::builder().homeys(2)).await;
    assert_eq!(context.login(&["--homey", "Canal House"]).exit, 0);
    assert_eq!(context.login(&["--homey", "Beach Cabin"]).exit, 0);
    assert_eq!(context.run(&["homeys", "use", "beach-cabin"]).exit, 0);
    assert_snapshot!(context.run(&["logout"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: it is not clear what to sign out of
    hint: name a Homey with `--homey` (beach-cabin, canal-house), an account with `--account`, or say `--all`
    ");
    assert_snapshot!(context.run(&["logout", "--homey", "beach-cabin", "--json"]).stdout, @r#"
    {
      "accounts": [],
      "homeys": [
        "beach-cabin"
      ]
    }
    "#);
    // The choice of one that is gone is gone too.
    assert_eq!(context.run(&["zones", "list"]).exit, 0);
    let email = context.facts().email;
    assert_snapshot!(context.run(&["logout", "--account", "nobody@example.org"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no account "nobody@example.org"
    hint: there is: robin.vale@example.org
    "#);
    assert_eq!(context.run(&["logout", "--account", &email, "-q"]).exit, 0);
    assert_snapshot!(context.run(&["status"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: not signed in
    hint: run `housekey login`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_record_is_forgotten_too() {
    let context = TestContext::signed_in().await;
    let homey = context.credentials().join("homey-canal-house.json");
    std::fs::write(&homey, "{\"housekey\": 1").expect("written");
    assert_eq!(context.run(&["logout", "--all"]).exit, 0);
    assert!(!homey.exists());
}
