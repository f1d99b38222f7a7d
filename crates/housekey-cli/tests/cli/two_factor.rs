//! Sign-ins of accounts with two-factor authentication where the cloud says little.

use housekey_emulator::{Emulator, Expire};
use insta::assert_snapshot;
use serde_json::json;

use crate::context::{NAME, TestContext};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_says_nothing_mentions_the_code_and_is_not_repeated() {
    let context = TestContext::new().await;
    for body in [json!({"code": 401}), json!({}), json!({"code": 401, "error": "unauthorized"})] {
        context.world().script("login").reply(401).body(body).times(1);
        let before = context.world().calls("login");
        let said = context.login(&[]);
        assert_eq!(said.exit, 4, "{said}");
        assert!(said.stderr.contains("or wants a two-factor code"), "{said}");
        assert_eq!(context.world().calls("login"), before + 1);
    }
    context.world().script("login").reply(401).body(json!({"code": 401})).times(1);
    assert_snapshot!(context.login(&[]).stderr, @"
    error: the account cloud refused this e-mail address and password, or wants a two-factor code
    hint: check both; where the account has two-factor authentication, run it again with `--otp CODE`
    ");
    context.world().script("login").reply(401).body(json!({"code": 401})).times(1);
    assert_snapshot!(context.login(&["--otp", "123456"]).stderr, @"
    error: the account cloud refused this e-mail address, the password or the two-factor code
    hint: check all three, and run it again with the next code
    ");
    // A network that wants a sign-in of its own says nothing about the password.
    context.world().script("login").reply(403).body(json!("<html>hotel</html>")).times(1);
    assert_eq!(context.login(&[]).exit, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_something_else_costs_nobody_the_credentials_that_are_kept() {
    let context = TestContext::new().await;
    assert_eq!(context.login(&["--remember"]).exit, 0);
    for what in [Expire::Session, Expire::Access, Expire::Refresh] {
        context.world().expire(what);
    }
    context.world().script("login").reply(403).body(json!("Sign in to the hotel")).times(1);
    assert_eq!(context.run(&NAME).exit, 1);
    assert_eq!(context.run(&NAME).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_an_account_has_two_factor_authentication_is_remembered_and_shown() {
    let context = TestContext::with(Emulator::builder().otp(true)).await;
    let code = context.world().otp_code().expect("a code");
    assert_eq!(context.login(&["--otp", &code, "-q"]).exit, 0);
    let said = context.run(&["accounts", "list"]);
    let row = said.stdout.lines().last().expect("a row");
    assert!(said.stdout.contains("TWO-FACTOR") && row.contains("  yes  "), "{said}");
    assert_eq!(context.run(&["accounts", "list", "--jq", ".[].two_factor"]).stdout, "true\n");
}
