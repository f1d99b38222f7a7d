//! Everything that can be wrong with a sign-in: its own error, its exit code, and the store as it
//! was.

use std::fs;

use housekey_emulator::{Builder, Emulator, Quirk};
use insta::assert_snapshot;

use crate::context::{Said, TestContext};

/// Runs something that is refused: the store is the same before and after.
fn refused(context: &TestContext, run: impl FnOnce(&TestContext) -> Said) -> Said {
    let before = context.stored();
    let said = run(context);
    assert_eq!(context.stored(), before, "the store is as it was");
    assert!(said.stdout.is_empty(), "stdout: {}", said.stdout);
    said
}

/// The same for somebody with an empty store and for somebody who has stored something.
async fn refused_twice(builder: impl Fn() -> Builder, run: impl Fn(&TestContext) -> Said) -> Said {
    let stranger = TestContext::with(builder()).await;
    let said = refused(&stranger, &run);
    assert!(stranger.stored().is_empty());
    let known = TestContext::with(builder()).await;
    fs::create_dir_all(known.credentials()).expect("made");
    fs::write(known.credentials().join("homey-other.json"), "whatever").expect("written");
    assert_eq!(refused(&known, &run).to_string(), said.to_string());
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password() {
    let login = |context: &TestContext| context.login_with("not the password\n", &[]);
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    error: the account cloud refused this e-mail address and password
    hint: check both, then run `housekey login` again
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_second_factor() {
    let login = |context: &TestContext| context.login(&[]);
    assert_snapshot!(refused_twice(|| Emulator::builder().otp(true), login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    error: this account has two-factor authentication and no code was given
    hint: run it again with `--otp CODE`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_second_factor() {
    let login = |context: &TestContext| context.login(&["--otp", "000000x"]);
    assert_snapshot!(refused_twice(|| Emulator::builder().otp(true), login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    error: the account cloud refused the two-factor code
    hint: wait for the next code, then run it again with `--otp CODE`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_client() {
    let login = |context: &TestContext| context.login(&["--client-id", "nobody"]);
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    error: the account cloud does not accept the OAuth client: There is no client with this client_id.
    hint: check `--client-id`, its secret and `--redirect-uri` against those the client was registered with
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret() {
    let mut context = TestContext::new().await;
    context.set("HOUSEKEY_CLIENT_SECRET", "not-the-secret");
    assert_snapshot!(refused(&context, |context| context.login(&[])), @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  N ms
    error: the account cloud does not accept the OAuth client: The client_id or the client_secret is wrong.
    hint: check `--client-id`, its secret and `--redirect-uri` against those the client was registered with
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_address_that_is_not_the_clients() {
    let login = |context: &TestContext| context.login(&["--redirect-uri", "http://example.com"]);
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    error: the account cloud does not accept the OAuth client: The redirect_uri does not belong to this client.
    hint: check `--client-id`, its secret and `--redirect-uri` against those the client was registered with
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_page_without_a_csrf_value() {
    let builder = || Emulator::builder().quirk(Quirk::ConsentWithoutCsrf, true);
    assert_snapshot!(refused_twice(builder, |context| context.login(&[])).await, @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    error: the consent page has no CSRF value, so consent cannot be given
    hint: sign in with a browser once, so that pending questions of the account are answered, then try again
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_refused() {
    let context = TestContext::new().await;
    let body = serde_json::json!({
        "error": "invalid_grant", "error_description": "Authorization code is invalid",
    });
    context.world().script("oauth2.token.authorization_code").reply(400).body(body);
    assert_snapshot!(refused(&context, |context| context.login(&[])), @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  N ms
    error: the account cloud refused the authorization code: Authorization code is invalid
    hint: run `housekey login` again: a code lives 30 seconds and works once
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_is_not_in_the_account() {
    let login = |context: &TestContext| context.login(&["--homey", "Lighthouse"]);
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @r#"
    exit: 2
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    error: there is no Homey "Lighthouse" in this account
    hint: name one with `--homey`: "Canal House" (ff6a4bbf2a760b2c536ae76c)
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_homey() {
    let builder = || Emulator::builder().quirk(Quirk::HomeyNotInAccount, true);
    assert_snapshot!(refused_twice(builder, |context| context.login(&[])).await, @"
    exit: 4
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    error: the account cloud did not accept the consent: status 400
    hint: check that the Homey belongs to this account
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_homeys_and_none_is_named() {
    let builder = || Emulator::builder().homeys(2);
    assert_snapshot!(refused_twice(builder, |context| context.login(&[])).await, @r#"
    exit: 2
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    error: there are several Homeys in this account
    hint: name one with `--homey`: "Canal House" (ff6a4bbf2a760b2c536ae76c), "Beach Cabin" (1cdf9884d09f9ef04b5c5a99)
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_a_homey() {
    let context = TestContext::with(Emulator::builder().quirk(Quirk::NotAHomey, true)).await;
    // Found out before the key is read, so none is sent.
    let login = ["login", "--api-key", "--address", &context.facts().homey_url];
    assert_snapshot!(refused(&context, |context| context.run_with(&login, "key")), @"
    exit: 1
    stdout: nothing
    stderr:
    error: http://HOMEY/ is not a Homey: its answer names no Homey
    hint: check the address: host and port of the Homey, such as http://192.0.2.7
    ");
    assert_snapshot!(refused(&context, |context| context.login(&[])), @r#"
    exit: 1
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  N ms
    4  cloud: code exchanged for access and refresh token  N ms
       cloud: Homeys of the account and their addresses read  N ms
    5  cloud: delegation token for the Homey made  N ms
    error: the Homey "Canal House" cannot be reached at any of its addresses
    hint: look whether it is switched on and online, or allow plain HTTP with `housekey homeys add 'Canal House' --plain-http` (while signing in: `housekey login --plain-http`); http://HOMEY/: what answers there is no Homey; http://homey-ff6a4bbf2a760b2c536ae76c.local/: not tried: it is plain HTTP, which is not allowed for this Homey
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nothing_answers() {
    let context = TestContext::alone();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("bound").local_addr();
    let address = format!("http://{}", port.expect("an address"));
    let login = ["login", "--api-key", "--address", &address];
    let said = refused(&context, |context| context.run_with(&login, "key")).to_string();
    assert_snapshot!(said.replace(&address[7..], "CLOSED"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot reach CLOSED
      caused by: Connection refused (os error 111)
    hint: check that CLOSED is switched on and can be reached from here
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_api_key() {
    let login = |context: &TestContext| {
        let address = context.facts().homey_url;
        context.run_with(&["login", "--api-key", "--address", &address], "a:b:c")
    };
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    Homey: found  ff6a4bbf2a760b2c536ae76c
    error: the Homey does not take this API key: Session Not Found
    hint: make a new API key in the Homey's own web app
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_local_user() {
    let login = |context: &TestContext| {
        let address = context.facts().homey_url;
        context.run_with(&["login", "--local-user", "robin", "--address", &address], "secret")
    };
    assert_snapshot!(refused_twice(Emulator::builder, login).await, @"
    exit: 4
    stdout: nothing
    stderr:
    Homey: found  ff6a4bbf2a760b2c536ae76c
    error: the Homey refused this user name and password: Invalid Credentials
    hint: check both, then run it again
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_belongs_to_another_homey() {
    let context = TestContext::with(Emulator::builder().homeys(2)).await;
    assert_eq!(context.login(&["--homey", "Canal House", "--name", "home"]).exit, 0);
    let login =
        |context: &TestContext| context.login(&["--homey", "Beach Cabin", "--name", "home", "-q"]);
    assert_snapshot!(refused(&context, login), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: the name home belongs to "Canal House"
    hint: give another with `--name`, or run `housekey logout` for that one
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_where_nobody_can_be_asked() {
    let mut context = TestContext::new().await;
    let email = context.facts().email;
    let missing = |context: &TestContext, arguments: &[&str], stdin: &str| {
        refused(context, |context| context.run_with(arguments, stdin)).to_string()
    };
    assert_snapshot!(missing(&context, &["login"], ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the e-mail address is missing, and there is no terminal for a prompt
    hint: give it with `--email`
    ");
    assert_snapshot!(missing(&context, &["login", "--email", &email], ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the id of the OAuth client is missing, and there is no terminal for a prompt
    hint: give it with `--client-id`; you make one at https://tools.developer.homey.app/api/clients
    ");
    let login = ["login", "--email", &email, "--client-id", "c"];
    assert_snapshot!(missing(&context, &login, "password"), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the password is missing, and there is no terminal for a prompt
    hint: send it on standard input with `--password-stdin`
    ");
    let login = ["login", "--email", &email, "--client-id", "c", "--password-stdin"];
    assert_snapshot!(missing(&context, &login, ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no password on standard input
    hint: send it as one line
    ");
    context.unset("HOUSEKEY_CLIENT_SECRET");
    assert_snapshot!(missing(&context, &login, "password"), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the secret of the OAuth client is missing, and there is no terminal for a prompt
    hint: set it in the environment variable HOUSEKEY_CLIENT_SECRET
    ");
    assert_snapshot!(missing(&context, &["login", "--api-key"], "key"), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the address of the Homey is missing
    hint: give it with `--address`, as in `--address http://192.0.2.7`
    ");
    assert_eq!(context.world().calls("login"), 0, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_json() {
    let builder = || Emulator::builder().quirk(Quirk::TokenNotJson, true);
    assert_snapshot!(refused_twice(builder, |context| context.login(&[])).await, @"
    exit: 1
    stdout: nothing
    stderr:
    1  account: e-mail address and password taken  N ms
    2  account: consent page opened  N ms
    3  account: consent given, which brings a code  N ms
    error: HOMEY answered 200 with a body that is not a JSON object with an access token
    hint: check that HOMEY is the address meant, and not a router or a proxy
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_that_is_out_of_order_is_no_wrong_password() {
    let context = TestContext::new().await;
    context.world().script("login").reply(503);
    assert_snapshot!(refused(&context, |context| context.login(&[])), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the log-in could not be had for now: status 503
    hint: no further try is made; wait a little, then try again; nothing that is stored was lost
    ");
}
