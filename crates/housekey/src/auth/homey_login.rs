//! The log-ins of a Homey itself: step 6 with a delegation token, a local user, an API key.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::answer::LenientAnswer;
use super::token::{SESSION_LIFE, SessionToken};
use crate::Secret;
use crate::clock::Clock;
use crate::discovery::Route;
use crate::error::{Error, HttpError, SignInError, is_transient};
use crate::http::{Http, HttpRequest, HttpResponse, join_path};
use crate::redaction::redact;

/// The time limit of the vendor's client for a call of a Homey with the older, slower dialect.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

/// Logs in to one Homey.
#[derive(Debug)]
pub struct HomeyLogin<'a> {
    /// Sends.
    pub http: &'a Http,
    /// The way to the Homey.
    pub route: &'a Route,
    /// When a session begins.
    pub clock: &'a dyn Clock,
}

impl HomeyLogin<'_> {
    /// Step 6: a session for a delegation token of the cloud.
    ///
    /// # Errors
    /// [`SignInError::HomeyRefused`] when the Homey does not take it.
    pub async fn with_delegation(&self, delegation: &Secret) -> Result<SessionToken, Error> {
        let body = json!({ "token": delegation.expose() });
        let refusal = |message| SignInError::HomeyRefused { message };
        self.log_in("/api/manager/users/login", &body, delegation, refusal).await
    }

    /// A session for a user of the Homey itself; V3 Local only. That the answer is a JSON text as
    /// in step 6 is inferred; an object with a `token` is taken as well.
    ///
    /// # Errors
    /// [`SignInError::LocalUserRefused`] when name or password is wrong.
    pub async fn with_local_user(
        &self,
        username: &str,
        password: &Secret,
    ) -> Result<SessionToken, Error> {
        let body = json!({
            "username": username,
            "password": password.expose(),
            "clientId": "housekey",
            "clientName": "housekey",
        });
        let refusal = |message| SignInError::LocalUserRefused { message };
        self.log_in("/api/manager/users/login-local", &body, password, refusal).await
    }

    /// Checks an API key at the Homey.
    ///
    /// # Errors
    /// [`SignInError::ApiKeyRefused`] when it does not.
    pub async fn check_api_key(&self, key: &Secret) -> Result<(), Error> {
        let answer = self.read_session(key).await?;
        match answer.status {
            200..=299 => Ok(()),
            401 => {
                let message = homey_refusal(&answer, &[key]);
                Err(SignInError::ApiKeyRefused { message }.into())
            }
            // A Homey that refuses the reading but knows the key has taken the key.
            403 => Ok(()),
            _ => Err(refused("the check of the API key", &answer, key)),
        }
    }

    /// Requests a session; `sent` is the secret in the body. It counts as made when it was requested: the machine may have
    /// slept while the answer was on its way.
    async fn log_in(
        &self,
        path: &str,
        body: &Value,
        sent: &Secret,
        refusal: impl Fn(String) -> SignInError,
    ) -> Result<SessionToken, Error> {
        let issued_at = self.clock.now();
        let answer = self.send(Method::POST, path, |request| request.json(body)).await?;
        if !answer.is_success() {
            return Err(match is_transient(answer.status) {
                true => refused("the session on the Homey", &answer, sent),
                false => refusal(homey_refusal(&answer, &[sent])).into(),
            });
        }
        let token = LenientAnswer::of(&answer.text()).token(answer.is_json());
        let token = token.ok_or_else(|| answer.unreadable("a session token"))?;
        let (life, refused) = self.life(&token).await;
        let expires_at = issued_at.saturating_add(life).unwrap_or(Timestamp::MAX);
        Ok(SessionToken { token, issued_at, expires_at, refused })
    }

    /// How long the session lives from its beginning to its end, where the Homey states it (V2 does), else 24 h: the
    /// Homey's clock and ours may differ, a length of time does not. And whether the Homey does not accept it: then it
    /// was ended while the answer was on its way.
    async fn life(&self, token: &Secret) -> (SignedDuration, bool) {
        let Ok(answer) = self.read_session(token).await else { return (SESSION_LIFE, false) };
        let stated = || {
            let session: Value = answer.decode("a session").ok()?;
            let time = |name: &str| session[name].as_str()?.parse::<Timestamp>().ok();
            Some(time("expiresAt")?.duration_since(time("createdAt")?))
        };
        let life = stated().filter(SignedDuration::is_positive).unwrap_or(SESSION_LIFE);
        (life, answer.status == 401)
    }

    async fn read_session(&self, token: &Secret) -> Result<HttpResponse, Error> {
        let path = "/api/manager/sessions/session/me";
        self.send(Method::GET, path, |request| request.authorization("Bearer", token)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        complete: impl FnOnce(HttpRequest) -> HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let base = self.route.base().await?;
        let mut request = HttpRequest::new(method, join_path(&base, path), LIMIT);
        if let Some(id) = self.route.id() {
            request = request.header(crate::discovery::HOMEY_ID, id);
        }
        let outcome = self.http.send(complete(request)).await;
        if outcome.as_ref().is_err_and(HttpError::lost_connection) {
            self.route.lost(&base);
        }
        Ok(outcome?)
    }
}

/// What a Homey says of a refusal: `error_description`, else `error`, else the text, else the status.
pub(crate) fn homey_refusal(answer: &HttpResponse, sent: &[&Secret]) -> String {
    // Before anything is cut: a part of a token would not be found.
    let words = redact(&answer.text(), sent);
    let body: Value = serde_json::from_str(&words).unwrap_or(Value::Null);
    ["error_description", "error", "message"]
        .into_iter()
        .find_map(|key| body[key].as_str())
        .map(str::to_owned)
        .or_else(|| {
            let text = words.trim();
            (!answer.is_json() && !text.is_empty() && !text.starts_with('<'))
                .then(|| text.chars().take(200).collect())
        })
        .unwrap_or_else(|| format!("status {}", answer.status))
}

fn refused(what: &'static str, answer: &HttpResponse, sent: &Secret) -> Error {
    let (status, retry_after_s) = (answer.status, answer.retry_after_s());
    let message = homey_refusal(answer, &[sent]);
    SignInError::Refused { what, status, message, retry_after_s }.into()
}
