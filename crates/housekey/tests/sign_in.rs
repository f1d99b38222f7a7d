//! The six steps against the virtual cloud: every variant that is known, and each refusal under its
//! own name.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use house::House;
use housekey::auth::{Progress, Step};
use housekey::error::{HttpError, SignInError};
use housekey::{Error, Secret};
use housekey_emulator::{Emulator, Quirk};
use serde_json::json;

#[tokio::test]
async fn each_step_is_made_once_and_told_in_order() {
    let house = House::new().await;
    let (outcome, steps) = house.sign_in(&house.password(), None).await;
    let signed_in = outcome.expect("signed in");

    let facts = house.world.facts();
    assert_eq!(signed_in.homey.id, facts.cloud_id);
    assert_eq!(signed_in.account.expect("an account").name, facts.email);
    for step in [
        "login",
        "authorise.get",
        "authorise.post",
        "oauth2.token.authorization_code",
        "user.me",
        "delegation.token",
        "users.login",
    ] {
        assert_eq!(house.world.calls(step), 1, "{step}");
    }
    let done: Vec<_> = steps
        .into_iter()
        .filter_map(|progress| match progress {
            Progress::Done(step, _) => Some(step),
            _ => None,
        })
        .collect();
    let all = [
        Step::LogIn,
        Step::OpenConsent,
        Step::GiveConsent,
        Step::ExchangeCode,
        Step::ReadAccount,
        Step::Delegate,
        Step::LogInToHomey,
    ];
    assert_eq!(done, all);
}

#[tokio::test]
async fn the_lives_of_the_tokens_are_counted_from_now() {
    let house = House::new().await;
    let signed_in = house.sign_in(&house.password(), None).await.0.expect("signed in");
    let tokens = signed_in.account.expect("an account").tokens;
    assert_eq!(tokens.issued_at.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(tokens.expires_at.to_string(), "2026-03-01T13:01:00Z");
    let session = signed_in.homey.access.session().expect("a session");
    assert_eq!(session.issued_at.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(session.expires_at.to_string(), "2026-03-02T12:00:00Z");
}

#[tokio::test]
async fn consent_that_was_given_before_skips_the_third_step() {
    let house = House::with(Emulator::builder().consent_given(true)).await;
    let (outcome, steps) = house.sign_in(&house.password(), None).await;
    let _signed_in = outcome.expect("signed in");
    assert_eq!(house.world.calls("authorise.post"), 0);
    assert!(steps.contains(&Progress::Skipped(Step::GiveConsent)), "{steps:?}");
}

#[tokio::test]
async fn odd_but_valid_answers_are_understood() {
    for quirk in [Quirk::ConsentReordered, Quirk::CodeNotFirst, Quirk::BasicRefused] {
        let house = House::with(Emulator::builder().quirk(quirk, true)).await;
        let outcome = house.sign_in(&house.password(), None).await.0;
        assert!(outcome.is_ok(), "{quirk:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_told_apart() {
    let outcome = async |quirk| {
        let house = House::with(Emulator::builder().quirk(quirk, true)).await;
        house.sign_in(&house.password(), None).await.0.expect_err("no sign-in")
    };
    let error = outcome(Quirk::ConsentWithoutCsrf).await;
    assert!(matches!(error, Error::SignIn(SignInError::NoConsentForm)), "{error:?}");
    let error = outcome(Quirk::TokenNotJson).await;
    assert!(matches!(error, Error::Http(HttpError::Unreadable { .. })), "{error:?}");
}

#[tokio::test]
async fn a_wrong_password_or_second_factor_is_named() {
    let house = House::with(Emulator::builder().otp(true)).await;
    let right = house.password();
    let with = |password: &str, otp: Option<String>| housekey::auth::Password {
        password: Secret::new(password),
        otp: otp.map(Secret::new),
        ..right.clone()
    };
    let correct = right.password.expose();

    let error = house.sign_in(&with("guess", None), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::WrongPassword)), "{error:?}");
    let error = house.sign_in(&with(correct, None), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::TwoFactorNeeded)), "{error:?}");
    let wrong = Some("000000".to_owned());
    let error = house.sign_in(&with(correct, wrong), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::TwoFactorWrong)), "{error:?}");

    let outcome = house.sign_in(&with(correct, house.world.otp_code()), None).await.0;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_client_that_the_cloud_does_not_know_is_named() {
    let mut house = House::new().await;
    let right = house.client.clone();
    house.client.id = "somebody-else".to_owned();
    let error = house.sign_in(&house.password(), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::UnknownClient { .. })), "{error:?}");

    house.client.clone_from(&right);
    house.client.secret = Secret::new("not-the-secret");
    let error = house.sign_in(&house.password(), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::UnknownClient { .. })), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("not-the-secret"));

    house.client = right;
    house.client.redirect_uri = "http://elsewhere.example.com".to_owned();
    let error = house.sign_in(&house.password(), None).await.0.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::UnknownClient { .. })), "{error:?}");
}

#[tokio::test]
async fn a_code_that_is_refused_is_named() {
    let house = House::new().await;
    house
        .world
        .script("oauth2.token.authorization_code")
        .reply(400)
        .body(json!({"error": "invalid_grant", "error_description": "The code has expired."}));
    let error = house.sign_in(&house.password(), None).await.0.expect_err("refused");
    let Error::SignIn(SignInError::CodeRefused { message }) = &error else { panic!("{error:?}") };
    assert_eq!(message, "The code has expired.");
}

#[tokio::test]
async fn of_several_homeys_one_must_be_named() {
    let house = House::with(Emulator::builder().homeys(3)).await;
    let homeys = house.world.facts().homeys;
    let error = house.sign_in(&house.password(), None).await.0.expect_err("three of them");
    let Error::SignIn(SignInError::SeveralHomeys { known }) = &error else { panic!("{error:?}") };
    assert_eq!(known.len(), 3, "{known:?}");

    for wanted in [homeys[1].cloud_id.clone(), homeys[1].name.to_uppercase()] {
        let outcome = house.sign_in(&house.password(), Some(&wanted)).await.0;
        assert_eq!(outcome.expect("signed in").homey.id, homeys[1].cloud_id, "by {wanted}");
    }

    for wanted in ["5fffffffffffffffffffffff", "Castle"] {
        let error = house.sign_in(&house.password(), Some(wanted)).await.0.expect_err("none");
        let Error::SignIn(SignInError::UnknownHomey { known, .. }) = &error else {
            panic!("{error:?} for {wanted}")
        };
        assert_eq!(known.len(), 3, "{known:?}");
    }
}

#[tokio::test]
async fn a_homey_that_left_the_account_is_named() {
    let house = House::with(Emulator::builder().consent_given(true)).await;
    let id = house.world.facts().cloud_id;
    house.world.quirk(Quirk::HomeyNotInAccount, true);
    let error = house.sign_in(&house.password(), Some(&id)).await.0.expect_err("not there");
    assert!(matches!(error, Error::SignIn(SignInError::UnknownHomey { .. })), "{error:?}");
    let error = house.sign_in(&house.password(), None).await.0.expect_err("not there");
    assert!(matches!(error, Error::SignIn(SignInError::NoHomey)), "{error:?}");
}

#[tokio::test]
async fn not_now_is_not_no() {
    for step in [
        "login",
        "authorise.get",
        "authorise.post",
        "oauth2.token.authorization_code",
        "user.me",
        "delegation.token",
        "users.login",
    ] {
        for status in [429, 500, 503] {
            let house = House::new().await;
            house.world.script(step).reply(status);
            let error = house.sign_in(&house.password(), None).await.0.expect_err("refused");
            assert_eq!(error.kind(), housekey::error::Kind::Failed, "{step} {status}: {error:?}");
            let outcome = house.sign_in(&house.password(), None).await.0;
            assert!(outcome.is_ok(), "{step} {status}, the next time: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_named() {
    for step in ["login", "oauth2.token.authorization_code", "users.login"] {
        let house = House::new().await;
        house.world.script(step).cut();
        let error = house.sign_in(&house.password(), None).await.0.expect_err("cut");
        assert!(matches!(error, Error::Http(HttpError::Cut { .. })), "{step}: {error:?}");
    }
}

#[tokio::test]
async fn a_code_of_a_clock_that_is_wrong_is_made_again_by_that_of_the_cloud() {
    use housekey::auth::store::StoredCredentials;
    use housekey::auth::{SignIn, TotpSecret};
    use housekey::clock::{Clock as _, ManualClock, SystemClock};

    // The virtual cloud has the time of this machine here, which its answers show.
    let world = Emulator::builder().otp(true).start().await.expect("a free port");
    let facts = world.facts();
    let url = |text: &str| text.parse().expect("a URL");
    let cloud =
        housekey::auth::Cloud { accounts: url(&facts.accounts_url), api: url(&facts.api_url) };
    let client = housekey::auth::OAuthClient {
        id: facts.client_id,
        secret: Secret::new(facts.client_secret),
        redirect_uri: facts.redirect_uri,
    };
    let http = housekey::http::Http::new().expect("TLS");
    let wrong = ManualClock::at(SystemClock.now() - jiff::SignedDuration::from_hours(3));
    let sign_in = SignIn::at(cloud, http).client(client).clock(std::sync::Arc::new(wrong));
    let kept = |secret: &str| StoredCredentials {
        email: facts.email.clone(),
        password: Secret::new(facts.password.clone()),
        totp: Some(TotpSecret::parse(secret).expect("base32")),
        refused: false,
    };
    let right = kept(&facts.otp_secret.expect("on"));
    drop(sign_in.with_remembered(&right).await.expect("signed in"));
    assert_eq!(world.calls("login"), 2, "the second with the code of the cloud's time");

    let error = sign_in.with_remembered(&kept("GEZDGNBVGY3TQOJQ")).await.expect_err("wrong");
    assert!(matches!(error, Error::SignIn(SignInError::TwoFactorWrong)), "{error:?}");
    assert_eq!(world.calls("login"), 4);
}

#[tokio::test]
async fn a_refusal_that_may_be_the_clocks_is_not_held_against_what_is_kept() {
    use housekey::auth::TotpSecret;
    use housekey::auth::store::{Store, StoredCredentials};
    use housekey_emulator::Expire;

    // In one process no answer shows a time.
    let house = House::in_process(Emulator::builder().otp(true));
    let facts = house.world.facts();
    let secret = TotpSecret::parse(&facts.otp_secret.expect("on")).expect("base32");
    let kept = StoredCredentials {
        email: facts.email.clone(),
        password: Secret::new(facts.password),
        totp: Some(secret),
        refused: false,
    };
    let password = kept.password_at(housekey::clock::Clock::now(&*house.clock));
    let (outcome, _) = house.sign_in(&password, None).await;
    let made = outcome.expect("signed in").remembering(Some(kept.clone()));
    let store = Store::memory();
    store.save_account(&made.account.expect("an account")).expect("saved");
    house.world.expire(Expire::Access);
    house.world.expire(Expire::Refresh);
    house.world.script("login").reply(401).body(json!({"error": "invalid_otp"}));
    let clock = house.shared_clock();
    let access = housekey::auth::AccountAccess::new(&facts.email, &store, &house.http, &*clock);
    let error = access.account().await.expect_err("refused");
    assert!(matches!(error, Error::SignIn(SignInError::TwoFactorClock)), "{error:?}");
    assert_eq!(store.account(&facts.email).expect("read").expect("there").remembered, Some(kept));
    // No Homey is stored to give consent for; that it signs in again is all that is looked at here.
    access.account().await.expect_err("no consent");
    assert_eq!(house.world.calls("login"), 3, "tried again");
}
