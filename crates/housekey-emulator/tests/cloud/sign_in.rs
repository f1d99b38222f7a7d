//! Step 1: what is let in and what is refused, each with its own words.

use serde_json::json;

use crate::caller::{Caller, FORM, JSON, form};

#[tokio::test]
async fn each_bad_sign_in_has_its_own_refusal() {
    let caller = Caller::with(|builder| builder.otp(true)).await;
    let (email, password) = (&*caller.facts.email, &*caller.facts.password);
    let code = caller.world.otp_code().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for (email, password, code, want) in [
        (email, "nope", &*code, (401, "invalid_credentials")),
        ("nobody@example.org", password, &*code, (401, "invalid_credentials")),
        (email, password, "", (401, "otp_required")),
        (email, password, wrong, (401, "invalid_otp")),
        // The second factor tells nothing to somebody without the password.
        (email, "nope", "", (401, "invalid_credentials")),
    ] {
        let fields = [("email", email), ("password", password), ("otptoken", code)];
        let answer = caller.send("POST", "/login", &[FORM], form(&fields)).await;
        let (status, error) = answer.refusal();
        assert_eq!((status, &*error), want, "{fields:?}");
    }
    let answer = caller.send("POST", "/login", &[FORM], form(&[("email", email)])).await;
    assert_eq!(answer.refusal(), (400, "invalid_request".into()));
    let answer = caller.send("POST", "/login", &[JSON], "{").await;
    assert_eq!(answer.refusal(), (400, "invalid_request".into()));
}

#[tokio::test]
async fn form_and_json_are_both_taken_and_codes_change_with_time() {
    let caller = Caller::with(|builder| builder.otp(true)).await;
    let first = caller.world.otp_code().unwrap();
    caller.world.advance(jiff::SignedDuration::from_hours(1));
    let second = caller.world.otp_code().unwrap();
    assert_ne!(first, second);
    let body = json!({
        "email": caller.facts.email, "password": caller.facts.password, "otptoken": second
    });
    let answer = caller.send("POST", "/login", &[JSON], body.to_string()).await;
    assert!(answer.json()["token"].is_string());
    let token = caller.user_token().await;
    assert_eq!(token.split('.').count(), 3);
}

#[tokio::test]
async fn an_account_without_second_factor_ignores_the_field() {
    let caller = Caller::new().await;
    assert_eq!((caller.world.otp_code(), &caller.facts.otp_secret), (None, &None));
    assert!(!caller.user_token().await.is_empty());
}
