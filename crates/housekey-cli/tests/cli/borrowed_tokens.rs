//! Sign-ins with a token that others made: a personal access token, what the vendor's tool is signed in with.

use std::fs;

use housekey_emulator::{Emulator, Expire};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::context::{NAME, TestContext};

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_signs_in_and_is_said_to_have_ended() {
    let mut context = TestContext::new().await;
    let token = context.facts().personal_access_token;
    context.unset("HOUSEKEY_CLIENT_SECRET");
    assert_snapshot!(context.run_with(&["login", "--pat"], &token).without_steps(), @r#"
    exit: 0
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    assert_eq!(context.world().calls("login"), 0);
    context.world().expire(Expire::Session);
    assert_eq!(context.run(&NAME).exit, 0, "a new session");
    assert_snapshot!(context.run(&["accounts", "list"]).stdout, @"
    ACCOUNT                 ACCESS     TWO-FACTOR  HOMEYS       CLOUD            OAUTH CLIENT
    robin.vale@example.org  signed in  no          canal-house  HOMEY  -
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
    The session on "Canal House" cannot be ended from here; it expires in 23 h 59 min.
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
    let record: Value = serde_json::from_str(&text).expect("JSON");
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
    assert_snapshot!(context.run(&import).without_steps(), @r#"
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
    assert_snapshot!(context.run(&with_client).without_steps(), @r#"
    exit: 0
    The first renewal here, within the hour, signs the vendor's tool `homey` out: the refresh token works only once. `--mint-key` leaves it signed in.
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json
    "#);
    context.world().expire(Expire::Access);
    assert_snapshot!(context.run(&with_client).without_steps(), @"
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
