//! The whole sign-in, byte for byte as the widely copied script sends it.

use serde_json::{Value, json};

use crate::caller::{Caller, FORM, JSON, between, form};

/// Element 1 of a text split at its `=` signs: how the script reads cookie and code.
fn second(text: &str) -> &str {
    text.split('=').nth(1).unwrap()
}

#[tokio::test]
async fn the_script_of_old_gets_a_session_token() {
    let caller = Caller::new().await;
    let facts = &caller.facts;

    let headers = [
        ("accept", "application/json, text/javascript, */*; q=0.01"),
        ("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
    ];
    let (email, password) = (("email", &*facts.email), ("password", &*facts.password));
    let login = form(&[email, password, ("otptoken", "")]);
    let answer = caller.send("POST", "/login", &headers, login).await;
    let user_token = answer.json()["token"].as_str().unwrap().to_owned();

    let query = format!(
        "client_id={}&redirect_uri=http%3A%2F%2Flocalhost&response_type=code&user_token={user_token}",
        facts.client_id
    );
    let page = caller.get(&format!("/oauth2/authorise?{query}")).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let csrf = between(&page.text, "name=\"_csrf\" value=\"", "\">").trim();
    let cookie = format!("_csrf={}", second(page.header("set-cookie")));
    assert!(cookie.ends_with("; Path"), "the script keeps what follows the value: {cookie}");

    let consent = format!("resource=resource.homey.{}&_csrf={csrf}&allow=Allow", facts.cloud_id);
    let headers = [FORM, ("cookie", &*cookie)];
    let answer = caller.send("POST", &format!("/authorise?{query}"), &headers, consent).await;
    assert_eq!(answer.status, 302);
    let code = second(answer.header("location"));
    assert_eq!(answer.header("location"), format!("http://localhost?code={code}"));

    let (id, secret) = (&*facts.client_id, &*facts.client_secret);
    let exchange = form(&[
        ("client_id", id),
        ("client_secret", secret),
        ("grant_type", "authorization_code"),
        ("code", code),
    ]);
    let tokens = caller.send("POST", "/oauth2/token", &[FORM], exchange).await.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("bearer"), &json!(3660)));
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();

    // With the stray space behind the client's id.
    let ignored = format!(
        "client_id={id} &client_secret={secret}&grant_type=refresh_token&refresh_token={refresh}"
    );
    let bearer = format!("Bearer {access}");
    let path = "/delegation/token?audience=homey";
    let headers = [FORM, ("authorization", &*bearer)];
    let delegation = caller.send("POST", path, &headers, ignored).await.json();
    assert_eq!(delegation.as_str().unwrap().split('.').count(), 3, "a JSON string with a JWT");

    let body = json!({ "token": delegation }).to_string();
    let answer = caller.send("POST", "/api/manager/users/login", &[JSON], body).await;
    let session: Value = answer.json();
    assert_eq!(answer.header("x-homey-id"), facts.cloud_id);

    let answer = caller.get_as(session.as_str().unwrap(), "/api/manager/sessions/session/me").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (name, want) in [
        ("login", 1),
        ("authorise.get", 1),
        ("authorise.post", 1),
        ("oauth2.token.authorization_code", 1),
        ("oauth2.token.refresh_token", 0),
        ("delegation.token", 1),
        ("users.login", 1),
        ("sessions.getSessionMe", 1),
    ] {
        assert_eq!(caller.world.calls(name), want, "{name}");
    }
}
