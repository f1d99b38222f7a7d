//! Sends a call with the token, renews it once after a 401, and waits after a 429.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::Method;
use url::Url;

use super::Homey;
use crate::Secret;
use crate::auth::{Bearer, homey_refusal, refusal_code};
use crate::discovery::HOMEY_ID;
use crate::error::{Error, HomeyError, HttpError};
use crate::http::{HttpRequest, HttpResponse, join_path};
use crate::redaction::TokenText;
use crate::request::Body;
use crate::retry::{AttemptOutcome, Attempts, NextStep, NoAnswer};

/// A call as it is sent, perhaps more than once.
pub(super) struct Wire<'a> {
    /// Whether only one such call runs at a time; `false` for a raw call.
    pub(super) slow: bool,
    pub(super) method: &'a Method,
    pub(super) path_and_query: &'a str,
    pub(super) body: Option<&'a Body>,
    pub(super) limit: Duration,
}

/// Method and path, the name of a call in errors: a query may hold a token.
pub(super) fn call_name(method: &Method, path_and_query: &str) -> String {
    let path = path_and_query.split('?').next().unwrap_or_default();
    format!("{method} {path}")
}

impl Homey {
    /// Sends with the token to where the Homey answers, again as [`Attempts::of_call`] says.
    pub(super) async fn exchange(&self, wire: &Wire<'_>) -> Result<HttpResponse, Error> {
        if self.read_only && !wire.method.is_safe() {
            return Err(
                HomeyError::ReadOnly { call: call_name(wire.method, wire.path_and_query) }.into()
            );
        }
        let mut attempts = Attempts::of_call();
        loop {
            let base = self.address().await?;
            let permit = self.pace.permit(wire.slow).await;
            // Only once it is admitted: the token may have been refused meanwhile.
            let token = self.bearer().await?;
            let outcome = self.http.send(self.http_request(wire, &token, &base)).await;
            drop(permit);
            if outcome.as_ref().is_err_and(HttpError::lost_connection) {
                self.route.lost(&base);
            }
            match attempts.after(attempt(&outcome), true, Duration::MAX, fastrand::f64()) {
                NextStep::RenewToken if let Bearer::Session(session) = &self.bearer => {
                    session.renew_after(&token).await?;
                }
                NextStep::SendAgain(wait) => {
                    tracing::debug!(wait_ms = wait.as_millis(), "the call is sent again");
                    tokio::time::sleep(wait).await;
                }
                _ => return Ok(without_token(outcome?, &token)),
            }
        }
    }

    fn http_request(&self, wire: &Wire<'_>, token: &Secret, base: &Url) -> HttpRequest {
        let (path, query) = match wire.path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (wire.path_and_query, None),
        };
        let mut url = join_path(base, path);
        url.set_query(query);
        let mut request =
            HttpRequest::new(wire.method.clone(), url, wire.limit).authorization("Bearer", token);
        if let Some(id) = self.route.id() {
            request = request.header(HOMEY_ID, id);
        }
        match wire.body {
            None => request,
            Some(Body::Json(body)) => request.json(body),
            Some(Body::Form(parts)) => request.multipart(parts),
        }
    }
}

/// What became of a call that was sent.
fn attempt(outcome: &Result<HttpResponse, HttpError>) -> AttemptOutcome {
    match outcome {
        // A token that is refused after its renewal was made for this call.
        Ok(answer) if answer.status == 401 => AttemptOutcome::Unauthorized { fresh: true },
        Ok(answer) if answer.status == 429 => {
            AttemptOutcome::RateLimited { retry_after_s: answer.retry_after_s() }
        }
        Err(HttpError::Unreachable { .. }) => {
            AttemptOutcome::NoAnswer { cause: NoAnswer::Unreachable, reused: false }
        }
        Ok(_) | Err(_) => AttemptOutcome::Final,
    }
}

/// Masks the token in a refusal that quotes the request: its text goes into errors and logs.
fn without_token(mut answer: HttpResponse, token: &Secret) -> HttpResponse {
    if !answer.is_success()
        && let Some(token) = TokenText::new(token)
        && let Cow::Owned(masked) = token.mask(&answer.body)
    {
        answer.body = masked;
    }
    answer
}

/// The refusal in an answer, with the scopes that the catalogue has for the operation.
pub(super) fn refusal(called: &str, scopes: &[&str], answer: &HttpResponse) -> HomeyError {
    let (code, message) = (refusal_code(answer), homey_refusal(answer, &[]));
    HomeyError::of(called, scopes, answer.status, code, message, answer.retry_after_s())
}
