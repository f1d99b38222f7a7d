//! A call on the wire: the token is added, renewed once when it is refused, and a 429 is waited out.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::Method;
use url::Url;

use super::{Homey, pace};
use crate::Secret;
use crate::auth::{Bearer, homey_refusal, refusal_code};
use crate::discovery::HOMEY_ID;
use crate::error::{Error, HomeyError, HttpError};
use crate::http::{Incoming, Outgoing, below};
use crate::redaction::TokenText;
use crate::request::Body;

/// A call as it is put on the wire, as often as that is needed.
pub(super) struct Wire<'a> {
    /// The id in the catalogue; `None` for a raw call.
    pub(super) operation: Option<&'static str>,
    pub(super) method: &'a Method,
    pub(super) path_and_query: &'a str,
    pub(super) body: Option<&'a Body>,
    pub(super) limit: Duration,
}

impl Homey {
    /// Sends with the token. Only what was certainly not carried out is sent again: once with a new
    /// token after a 401, and after a wait each time the Homey says 429.
    pub(super) async fn exchange(&self, wire: &Wire<'_>) -> Result<Incoming, Error> {
        let (mut renewed, mut repeats) = (false, 0);
        loop {
            let (token, answer) = self.send(wire).await?;
            match (answer.status, &self.bearer) {
                (401, Bearer::Session(session)) if !renewed => {
                    session.renew_after(&token).await?;
                    renewed = true;
                }
                (429, _) => {
                    let wait = pace::wait(repeats, answer.retry_after_s(), fastrand::f64());
                    let Some(wait) = wait else { return Ok(without_token(answer, &token)) };
                    tracing::debug!(wait_ms = wait.as_millis(), "the Homey asks for patience");
                    tokio::time::sleep(wait).await;
                    repeats += 1;
                }
                _ => return Ok(without_token(answer, &token)),
            }
        }
    }

    /// Sends to where the Homey answers; tells which token was sent. If nothing could be sent there,
    /// it is looked for once more.
    async fn send(&self, wire: &Wire<'_>) -> Result<(Secret, Incoming), Error> {
        let mut searched_again = false;
        loop {
            let base = self.address().await?;
            let turn = self.pace.turn(wire.operation).await;
            // Not before it is one's turn: the token may have been refused meanwhile.
            let token = self.bearer().await?;
            let outcome = self.http.send(self.outgoing(wire, &token, &base)).await;
            drop(turn);
            let error = match outcome {
                Ok(answer) => return Ok((token, answer)),
                Err(error) => error,
            };
            if error.lost_connection() {
                self.route.lost(&base);
            }
            if searched_again || !matches!(error, HttpError::Unreachable { .. }) {
                return Err(error.into());
            }
            searched_again = true;
        }
    }

    fn outgoing(&self, wire: &Wire<'_>, token: &Secret, base: &Url) -> Outgoing {
        let (path, query) = match wire.path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (wire.path_and_query, None),
        };
        let mut url = below(base, path);
        url.set_query(query);
        let mut request =
            Outgoing::new(wire.method.clone(), url, wire.limit).authorization("Bearer", token);
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

/// A refusal that quotes the request does not hold its token any more: its words go into errors and logs.
fn without_token(mut answer: Incoming, token: &Secret) -> Incoming {
    if !answer.is_success()
        && let Some(token) = TokenText::new(token)
        && let Cow::Owned(masked) = token.mask(&answer.body)
    {
        answer.body = masked;
    }
    answer
}

/// The refusal in an answer, with the scopes that the catalogue says were needed.
pub(super) fn refusal(called: &str, scopes: &[&str], answer: &Incoming) -> HomeyError {
    let (code, message) = (refusal_code(answer), homey_refusal(answer, &[]));
    HomeyError::of(called, scopes, answer.status, code, message, answer.retry_after_s())
}
