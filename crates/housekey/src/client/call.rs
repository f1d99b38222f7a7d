//! One call: the request from the catalogue, the token, one renewal, the answer or the refusal.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

use super::{Bearer, Homey, pace};
use crate::Secret;
use crate::auth::homey_refusal;
use crate::catalogue::{self, Dialect};
use crate::discovery::HOMEY_ID;
use crate::error::{Error, HomeyError};
use crate::http::{Incoming, Outgoing, below};
use crate::request::{self, ArgumentError, Arguments, Body};

/// How long a raw call may take; the vendor's tool gives its API commands as long.
const RAW_LIMIT: Duration = Duration::from_secs(30);

/// A call of any path, in or out of the catalogue.
#[derive(Clone)]
pub struct RawCall {
    /// The HTTP method.
    pub method: Method,
    /// Path and query as they go on the request line: `/api/manager/zones/zone?x=1`.
    pub path_and_query: String,
    /// The body.
    pub body: Option<Body>,
}

/// What a Homey answered, whatever the status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers as text, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the Homey says of its refusal; `None` with a 2xx.
    pub refusal: Option<HomeyError>,
}

/// A call as it is put on the wire, as often as that is needed.
struct Wire<'a> {
    operation: Option<&'static str>,
    method: &'a Method,
    path_and_query: &'a str,
    body: Option<&'a Body>,
    limit: Duration,
}

impl Homey {
    /// Calls an operation of the catalogue by its id; the arguments are checked first.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is wrong with the call, [`HomeyError::Refused`] for what the
    /// Homey refuses.
    pub async fn call(&self, operation: &str, arguments: &Arguments) -> Result<Value, Error> {
        let found = catalogue::find(operation).ok_or_else(|| ArgumentError::unknown(operation))?;
        let request = request::build(found, self.dialect, arguments)?;
        let wire = Wire {
            operation: Some(found.id),
            method: &http_method(request.method),
            path_and_query: &request.path_and_query,
            body: request.body.as_ref(),
            limit: request.timeout,
        };
        let answer = self.exchange(&wire).await?;
        if !answer.is_success() {
            let scopes = found.on(self.dialect).map_or(&[][..], |variant| variant.scopes);
            return Err(refusal(found.id, scopes, &answer).into());
        }
        if answer.status == 204 || answer.body.is_empty() {
            return Ok(Value::Null);
        }
        match answer.decode("JSON") {
            // The vendor's client takes a text that is not called JSON as it is.
            Err(_) if !answer.is_json() && !answer.text().trim_start().starts_with('<') => {
                Ok(Value::String(answer.text().into_owned()))
            }
            outcome => Ok(outcome?),
        }
    }

    /// Calls an operation and reads its answer as a type.
    ///
    /// # Errors
    /// As [`Homey::call`], and [`crate::error::HttpError::Unreadable`] for an answer of another
    /// shape.
    pub async fn call_as<T: DeserializeOwned>(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<T, Error> {
        let answer = self.call(operation, arguments).await?;
        serde_json::from_value(answer).map_err(|_| {
            let server = self.route.id().unwrap_or("the Homey").to_owned();
            crate::error::HttpError::Unreadable {
                server,
                status: 200,
                expected: "what was asked for",
            }
            .into()
        })
    }

    /// Calls any path. A refusal is an answer too: look at its status.
    ///
    /// # Errors
    /// [`Error::Http`] when nothing answers, and what a renewal may fail with.
    pub async fn raw(&self, call: &RawCall) -> Result<Answer, Error> {
        let wire = Wire {
            operation: None,
            method: &call.method,
            path_and_query: &call.path_and_query,
            body: call.body.as_ref(),
            limit: RAW_LIMIT,
        };
        let answer = self.exchange(&wire).await?;
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers =
            answer.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        // The path alone: a query may hold a token.
        let path = call.path_and_query.split('?').next().unwrap_or_default();
        let called = format!("{} {path}", call.method);
        let refusal = (!answer.is_success()).then(|| refusal(&called, &[], &answer));
        Ok(Answer { status: answer.status, headers, body: answer.body, refusal })
    }

    /// Sends with the token. Only what was certainly not carried out is sent again: once with a new
    /// token after a 401, and after a wait each time the Homey says 429.
    async fn exchange(&self, wire: &Wire<'_>) -> Result<Incoming, Error> {
        let mut token = self.bearer().await?;
        let (mut renewed, mut repeats) = (false, 0);
        loop {
            let answer = self.send(wire, &token).await?;
            match (answer.status, &self.bearer) {
                (401, Bearer::Session(session)) if !renewed => {
                    token = session.renew_after(&token).await?;
                    renewed = true;
                }
                (429, _) => {
                    let wait = pace::wait(repeats, answer.retry_after_s(), rand::random());
                    let Some(wait) = wait else { return Ok(answer) };
                    tracing::debug!(wait_ms = wait.as_millis(), "the Homey asks for patience");
                    tokio::time::sleep(wait).await;
                    repeats += 1;
                }
                _ => return Ok(answer),
            }
        }
    }

    async fn send(&self, wire: &Wire<'_>, token: &Secret) -> Result<Incoming, Error> {
        let (path, query) = match wire.path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (wire.path_and_query, None),
        };
        let mut url = below(&self.route.base().await?, path);
        url.set_query(query);
        let mut request =
            Outgoing::new(wire.method.clone(), url, wire.limit).authorization("Bearer", token);
        if let Some(id) = self.route.id() {
            request = request.header(HOMEY_ID, id);
        }
        request = match wire.body {
            None => request,
            Some(Body::Json(body)) => request.json(body),
            Some(Body::Form(parts)) => request.multipart(parts),
        };
        let _turn = self.pace.turn(wire.operation).await;
        Ok(self.http.send(request).await?)
    }

    /// V2 hubs of 2019 tell no platform version in their system information; newer ones do. A token
    /// without the right to read it leaves the newest dialect, which is what API keys exist for.
    pub(super) async fn learn_dialect(&self) -> Dialect {
        let Ok(system) = self.call("system.getInfo", &Arguments::default()).await else {
            return Dialect::Local;
        };
        match (system["homeyPlatform"].as_str(), &system["homeyPlatformVersion"]) {
            (Some("cloud"), _) => Dialect::Cloud,
            (_, Value::Null) if system["homeyVersion"].is_string() => Dialect::V2,
            _ => Dialect::Local,
        }
    }
}

fn http_method(method: catalogue::Method) -> Method {
    match method {
        catalogue::Method::Get => Method::GET,
        catalogue::Method::Post => Method::POST,
        catalogue::Method::Put => Method::PUT,
        catalogue::Method::Delete => Method::DELETE,
    }
}

/// The refusal in the answer, with the scopes that the catalogue says were needed.
fn refusal(operation: &str, scopes: &[&str], answer: &Incoming) -> HomeyError {
    let message = homey_refusal(answer, &[]);
    let operation = operation.to_owned();
    match answer.status {
        401 => HomeyError::TokenRefused { message },
        403 if !scopes.is_empty() => {
            let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
            HomeyError::MissingScope { operation, scopes }
        }
        status => HomeyError::Refused {
            operation,
            status,
            code: crate::auth::refusal_code(answer),
            message,
            retry_after_s: answer.retry_after_s(),
        },
    }
}
