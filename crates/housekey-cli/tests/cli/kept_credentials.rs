//! Credentials that are kept on purpose, to sign in again by themselves.

use std::fs;

use housekey_emulator::{Emulator, Expire};
use insta::assert_snapshot;
use serde_json::json;

use crate::context::{NAME, TestContext};

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
    assert_snapshot!(context.run(&["accounts", "list", "--jq", ".[] | [.state, .remembered]"]).stdout, @r#"["signed-out",false]"#);
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
