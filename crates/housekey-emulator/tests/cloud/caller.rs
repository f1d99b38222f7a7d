//! A plain HTTP caller beside a running emulator, and the sign-in steps as short calls.

use std::sync::Arc;

use housekey::clock::ManualClock;
use housekey_emulator::{Builder, ConnectionInfo, Emulator};
use reqwest::{Client, Method, redirect};
use serde_json::Value;
use url::form_urlencoded::Serializer;

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

/// An emulator whose clock stands still, and somebody who calls it.
pub(crate) struct Caller {
    pub(crate) world: Emulator,
    pub(crate) facts: ConnectionInfo,
    http: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8", "{self:?}");
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and the `error` of the body.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        assert!(body["error_description"].is_string(), "{body}");
        (self.status, body["error"].as_str().unwrap_or_default().to_owned())
    }
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A client that follows no redirects; its TLS is never used, but has to be there.
pub(crate) fn http_client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = Arc::new(ManualClock::at("2026-03-01T12:00:00Z".parse().unwrap()));
        let world = change(Emulator::builder().clock(clock)).start().await.unwrap();
        Self { facts: world.facts(), world, http: http_client() }
    }

    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<String>,
    ) -> reqwest::Result<Answer> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}{path}", self.facts.url);
        let request = self.http.request(method, url).body(body.into());
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<String>,
    ) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn get_as(&self, access: &str, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", &format!("Bearer {access}"))], "").await
    }

    /// Step 1, with the account's own password.
    pub(crate) async fn user_token(&self) -> String {
        let otp = self.world.otp_code().unwrap_or_default();
        let (email, password) = (&*self.facts.email, &*self.facts.password);
        let fields = form(&[("email", email), ("password", password), ("otptoken", &otp)]);
        let answer = self.send("POST", "/login", &[FORM], fields).await;
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// The query of steps 2 and 3.
    pub(crate) fn authorise_query(&self, user_token: &str) -> String {
        form(&[
            ("client_id", &self.facts.client_id),
            ("redirect_uri", &self.facts.redirect_uri),
            ("response_type", "code"),
            ("user_token", user_token),
        ])
    }

    /// Steps 1 to 3, by way of a page and its form.
    pub(crate) async fn code(&self) -> String {
        let query = self.authorise_query(&self.user_token().await);
        let page = self.get(&format!("/oauth2/authorise?{query}")).await;
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let fields = form(&[
            ("resource", &format!("resource.homey.{}", self.facts.cloud_id)),
            ("_csrf", between(&page.text, "name=\"_csrf\" value=\"", "\">")),
            ("allow", "Allow"),
        ]);
        let path = format!("/authorise?{query}");
        let answer = self.send("POST", &path, &[FORM, ("cookie", &cookie)], fields).await;
        code_in(answer.header("location"))
    }

    /// A token request with the client's credentials in the body.
    pub(crate) async fn token(&self, grant: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![
            ("client_id", &*self.facts.client_id),
            ("client_secret", &*self.facts.client_secret),
            ("grant_type", grant),
        ];
        all.extend_from_slice(fields);
        self.send("POST", "/oauth2/token", &[FORM], form(&all)).await
    }

    /// Steps 1 to 4: access and refresh token.
    pub(crate) async fn pair(&self) -> (String, String) {
        let code = self.code().await;
        pair_in(&self.token("authorization_code", &[("code", &code)]).await)
    }
}

/// Access and refresh token of an answer of the token endpoint.
pub(crate) fn pair_in(answer: &Answer) -> (String, String) {
    let body = answer.json();
    let text =
        |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}")).to_owned();
    (text("access_token"), text("refresh_token"))
}

/// The `code` in a redirect, wherever it stands.
pub(crate) fn code_in(location: &str) -> String {
    let url = url::Url::parse(location).unwrap_or_else(|_| panic!("no redirect: {location:?}"));
    let found = url.query_pairs().find(|(name, _)| name == "code");
    found.unwrap_or_else(|| panic!("no code: {location}")).1.into_owned()
}

/// The text after the last `from` and before the next `to`, as scripts cut it out.
pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.rsplit_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
    rest.split_once(to).unwrap().0
}
