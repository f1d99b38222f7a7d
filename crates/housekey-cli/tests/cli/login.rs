//! `housekey login` when all goes well.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use housekey_emulator::{Emulator, Quirk};
use insta::assert_snapshot;

use crate::context::TestContext;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("metadata").permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_signs_in_and_its_token_is_kept_where_only_its_owner_reads_it() {
    let context = TestContext::new().await;
    assert_snapshot!(context.login(&[]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  N ms
    4  cloud: code exchanged for access and refresh token  N ms
       cloud: Homeys of the account and their addresses read  N ms
    5  cloud: delegation token for the Homey made  N ms
    6  Homey: delegation token exchanged for a session  N ms
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    let credentials = context.credentials();
    assert_eq!(mode(&credentials), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&credentials).expect("read") {
        let entry = entry.expect("an entry");
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().expect("text"));
    }
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    assert_eq!(names, ["account-robin.vale@example.org.json", "homey-canal-house.json"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_was_given_before_is_not_given_again() {
    let context = TestContext::with(Emulator::builder().quirk(Quirk::ConsentGiven, true)).await;
    assert_snapshot!(context.login(&[]).stderr, @r#"
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  not needed
    4  cloud: code exchanged for access and refresh token  N ms
       cloud: Homeys of the account and their addresses read  N ms
    5  cloud: delegation token for the Homey made  N ms
    6  Homey: delegation token exchanged for a session  N ms
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    assert_eq!(context.world().calls("authorise.post"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_given_with_a_flag() {
    let context = TestContext::with(Emulator::builder().otp(true)).await;
    let code = context.world().otp_code().expect("a code");
    assert_eq!(context.login(&["--otp", &code]).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_remembered_for_the_next_login_of_the_account() {
    let mut context = TestContext::signed_in().await;
    context.unset("HOUSEKEY_CLIENT_SECRET");
    let facts = context.facts();
    let again = ["login", "--email", &facts.email, "--password-stdin", "--quiet"];
    assert_snapshot!(context.run_with(&again, &facts.password), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["homeys", "list", "--jq", ".[].name"]), @"
    exit: 0
    stdout:
    canal-house
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_signs_in_without_an_account() {
    let context = TestContext::new().await;
    let facts = context.facts();
    let login = ["login", "--api-key", "--address", &facts.homey_url];
    assert_snapshot!(context.run_with(&login, &facts.api_key), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Homey: found  ff6a4bbf2a760b2c536ae76c
    Homey: API key taken
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    assert_snapshot!(context.run(&["homeys", "list"]), @"
    exit: 0
    stdout:
    NAME         TITLE        DIALECT  SIGNED IN BY  ID                        USED
    canal-house  Canal House  local    API key       ff6a4bbf2a760b2c536ae76c  -
    stderr: nothing
    ");
    assert_eq!(context.run(&["zones", "list"]).exit, 0);
    assert_eq!(context.world().calls("login"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_may_stand_in_the_environment() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    context.set("HOMEY_ADDRESS", &facts.homey_url);
    context.set("HOMEY_TOKEN", &facts.api_key);
    // For one call, without a store.
    assert_snapshot!(context.run(&["users", "list", "--jq", ".[].name"]), @"
    exit: 0
    stdout:
    Robin Vale
    Robin
    Sam
    stderr: nothing
    ");
    assert!(context.stored().is_empty());
    // And to be kept.
    assert_eq!(context.run(&["login", "--api-key", "--name", "cabin"]).exit, 0);
    assert_snapshot!(context.run(&["homeys", "list", "--jq", ".[] | [.name, .access]"]), @r#"
    exit: 0
    stdout:
    ["cabin","api-key"]
    stderr: nothing
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_user_signs_in_until_the_session_ends() {
    let context = TestContext::signed_in().await;
    let facts = context.facts();
    let user = r#"{"username": "robin", "password": "made-up secret"}"#;
    fs::write(context.directory().join("user.json"), user).expect("written");
    let path = "/api/manager/users/user/me/local-credentials";
    assert_eq!(context.run(&["api", "PUT", path, "--input", "user.json"]).exit, 0);
    let login = ["login", "--local-user", "robin", "--address", &facts.homey_url, "--name", "mine"];
    assert_eq!(context.run_with(&login, "made-up secret").exit, 0);
    assert_eq!(context.run(&["zones", "list", "--homey", "mine"]).exit, 0);
    context.world().expire(housekey_emulator::Expire::Session);
    assert_snapshot!(context.run(&["zones", "list", "--homey", "mine"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: the session on the Homey has ended, and nothing is stored that could renew it
    hint: run `housekey login`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_tells_what_was_kept_without_the_token() {
    let context = TestContext::new().await;
    let said = context.login(&["--json", "--quiet", "--name", "home"]);
    let value: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(value["name"], "home");
    assert_eq!(value["title"], "Canal House");
    assert_eq!(value["access"], "account");
    assert!(said.stderr.is_empty(), "{}", said.stderr);
}
