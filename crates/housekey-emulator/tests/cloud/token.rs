//! Step 4: the grants, the ways to send credentials and fields, and every refusal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use housekey_emulator::Quirk;
use jiff::SignedDuration;
use serde_json::json;

use crate::caller::{Caller, FORM, JSON, form, pair_in};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn credentials_and_fields_are_taken_however_they_come() {
    let caller = Caller::new().await;
    let (id, secret) = (&*caller.facts.client_id, &*caller.facts.client_secret);
    assert!(secret.contains('/') && secret.contains('+'), "so that encoding it would show");
    let header = basic(id, secret);
    for (kind, authorized) in [(FORM, true), (FORM, false), (JSON, true), (JSON, false)] {
        let code = caller.code().await;
        let mut fields = vec![("grant_type", "authorization_code"), ("code", &*code)];
        let mut headers = vec![kind];
        if authorized {
            headers.push(("authorization", &*header));
        } else {
            fields.extend([("client_id", id), ("client_secret", secret)]);
        }
        let body = match kind {
            FORM => form(&fields),
            _ => {
                json!(fields.into_iter().collect::<std::collections::BTreeMap<_, _>>()).to_string()
            }
        };
        let answer = caller.send("POST", "/oauth2/token", &headers, body).await;
        assert_eq!(answer.status, 200, "{kind:?} {authorized}: {answer:?}");
        assert_eq!(answer.json()["grant_type"], "authorization_code");
        let (access, _) = pair_in(&answer);
        assert_eq!(caller.get_as(&access, "/user/me").await.status, 200);
    }
}

#[tokio::test]
async fn wrong_client_credentials_are_refused() {
    let caller = Caller::new().await;
    let (id, secret) = (&*caller.facts.client_id, &*caller.facts.client_secret);
    let encoded = secret.replace('/', "%2F").replace('+', "%2B");
    let grant = ("grant_type", "client_credentials");
    for (what, header, fields, want) in [
        ("none", None, vec![grant], (401, "invalid_client")),
        ("no secret", None, vec![grant, ("client_id", id)], (401, "invalid_client")),
        (
            "a wrong secret",
            None,
            vec![grant, ("client_id", id), ("client_secret", "x")],
            (401, "invalid_client"),
        ),
        ("a wrong header", Some(basic(id, "x")), vec![grant], (401, "invalid_client")),
        (
            "a percent-encoded header",
            Some(basic(id, &encoded)),
            vec![grant],
            (401, "invalid_client"),
        ),
        ("a bearer", Some("Bearer x".into()), vec![grant], (401, "invalid_client")),
    ] {
        let authorization = header.unwrap_or_default();
        let mut headers = vec![FORM];
        if !authorization.is_empty() {
            headers.push(("authorization", &*authorization));
        }
        let answer = caller.send("POST", "/oauth2/token", &headers, form(&fields)).await;
        let (status, error) = answer.refusal();
        assert_eq!((status, &*error), want, "{what}");
    }
}

#[tokio::test]
async fn each_grant_says_what_it_lacks() {
    let caller = Caller::new().await;
    let (email, password) = (&*caller.facts.email, &*caller.facts.password);
    for (grant, fields, error) in [
        ("authorization_code", vec![], "invalid_request"),
        ("authorization_code", vec![("code", "x")], "invalid_grant"),
        ("refresh_token", vec![], "invalid_request"),
        ("refresh_token", vec![("refresh_token", "x")], "invalid_grant"),
        ("refresh_token", vec![("refresh_token", "")], "invalid_grant"),
        ("password", vec![("username", email)], "invalid_request"),
        ("password", vec![("username", email), ("password", "x")], "invalid_grant"),
        ("magic", vec![("spell", "x")], "unsupported_grant_type"),
        ("", vec![], "unsupported_grant_type"),
    ] {
        let answer = caller.token(grant, &fields).await;
        assert_eq!(answer.refusal(), (400, error.into()), "{grant} {fields:?}");
    }
    let answer = caller.token("password", &[("username", email), ("password", password)]).await;
    let (access, _) = pair_in(&answer);
    assert_eq!(caller.get_as(&access, "/user/me").await.status, 200);
    assert_eq!(caller.world.calls("oauth2.token.password"), 3);
    assert_eq!(caller.world.calls("oauth2.token.other"), 2);
}

#[tokio::test]
async fn a_client_alone_gets_a_token_but_is_nobody() {
    let caller = Caller::new().await;
    let (access, _) = pair_in(&caller.token("client_credentials", &[]).await);
    assert_eq!(caller.get_as(&access, "/user/me").await.status, 403);
    let bearer = format!("Bearer {access}");
    let answer = caller.send("POST", "/delegation/token", &[("authorization", &bearer)], "").await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_code_works_once_and_for_half_a_minute() {
    let caller = Caller::new().await;
    let code = caller.code().await;
    caller.world.advance(SignedDuration::from_secs(29));
    assert_eq!(caller.token("authorization_code", &[("code", &code)]).await.status, 200);
    let again = caller.token("authorization_code", &[("code", &code)]).await;
    assert_eq!(again.refusal(), (400, "invalid_grant".into()));

    let code = caller.code().await;
    caller.world.advance(SignedDuration::from_secs(30));
    let late = caller.token("authorization_code", &[("code", &code)]).await;
    assert_eq!(late.refusal(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_refused_client_does_not_use_the_code_up() {
    let caller = Caller::with(|builder| builder.quirk(Quirk::BasicRefused, true)).await;
    let code = caller.code().await;
    let header = basic(&caller.facts.client_id, &caller.facts.client_secret);
    let fields = form(&[("grant_type", "authorization_code"), ("code", &code)]);
    let headers = [FORM, ("authorization", &*header)];
    let answer = caller.send("POST", "/oauth2/token", &headers, fields).await;
    assert_eq!(answer.refusal(), (400, "invalid_client".into()));
    assert_eq!(caller.token("authorization_code", &[("code", &code)]).await.status, 200);
}

#[tokio::test]
async fn a_token_endpoint_may_answer_with_a_page() {
    let caller = Caller::with(|builder| builder.quirk(Quirk::TokenNotJson, true)).await;
    let code = caller.code().await;
    let answer = caller.token("authorization_code", &[("code", &code)]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
}

#[tokio::test]
async fn the_field_of_the_code_has_one_name() {
    let caller = Caller::new().await;
    let code = caller.code().await;
    for fields in [vec![], vec![("authorization_code", &*code)]] {
        let answer = caller.token("authorization_code", &fields).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".into()));
        assert_eq!(answer.json()["error_description"], "No \"code\" parameter");
    }
    assert_eq!(caller.token("authorization_code", &[("code", &code)]).await.status, 200);
}

#[tokio::test]
async fn the_end_of_an_access_token_is_a_number_a_text_or_nonsense() {
    let caller = Caller::new().await;
    let (_, mut refresh) = caller.pair().await;
    for (quirk, want) in [
        (None, json!(3660)),
        (Some(Quirk::ExpiresInText), json!("3660")),
        (Some(Quirk::ExpiresInNonsense), json!("an hour")),
    ] {
        if let Some(quirk) = quirk {
            caller.world.quirk(quirk, true);
        }
        let answer = caller.token("refresh_token", &[("refresh_token", &refresh)]).await;
        assert_eq!(answer.json()["expires_in"], want);
        refresh = pair_in(&answer).1;
    }
}
