//! Calls of operations by id: the request from the catalogue, then the answer or the refusal.

use reqwest::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::Homey;
use super::exchange::{Wire, refusal};
use crate::catalogue::{self, Operation};
use crate::error::{Error, HttpError};
use crate::http::HttpResponse;
use crate::request::{self, ArgumentError, Arguments, Request};

impl Homey {
    /// Calls an operation of the catalogue by its id; the arguments are checked first.
    ///
    /// # Errors
    /// [`Error::Argument`] for a wrong operation or argument,
    /// [`crate::error::HomeyError::Refused`] for a refusal of the Homey.
    pub async fn call(&self, operation: &str, arguments: &Arguments) -> Result<Value, Error> {
        self.call_as(operation, arguments).await
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
        let answer = self.answer(operation, arguments).await?;
        // The fast path: nearly every answer is what it should be.
        match answer.decode("of the expected type") {
            Ok(value) => Ok(value),
            Err(_) => Ok(json(answer)?.decode("of the expected type")?),
        }
    }

    /// Calls an operation and returns its answer as the Homey wrote it: one JSON value, checked
    /// but not decoded. A text that is not JSON becomes a JSON text, and an empty body `null`.
    ///
    /// # Errors
    /// As [`Homey::call`].
    pub async fn call_bytes(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<Vec<u8>, Error> {
        Ok(json(self.answer(operation, arguments).await?)?.body)
    }

    /// Calls an operation and returns its answer unchecked: for what the Homey sends only once, so
    /// that no check of its form may lose it.
    ///
    /// # Errors
    /// As [`Homey::call`].
    pub async fn call_unread(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<HttpResponse, Error> {
        self.answer(operation, arguments).await
    }

    /// The answer to an operation that is not refused.
    async fn answer(&self, operation: &str, arguments: &Arguments) -> Result<HttpResponse, Error> {
        let request = self.request(operation, arguments).await?;
        let answer = self.send_request(&request).await?;
        if answer.is_success() {
            if arguments.iter().next().is_none() {
                self.observer.answered(request.operation.id, &answer.body);
            }
            return Ok(answer);
        }
        let scopes = match answer.status {
            403 => self.scopes_of(request.operation).await,
            _ => &[],
        };
        Err(refusal(request.operation.id, scopes, &answer).into())
    }

    async fn scopes_of(&self, operation: &'static Operation) -> &'static [&'static str] {
        let dialect = self.dialect().await.ok();
        let variant = dialect.and_then(|dialect| operation.on(dialect));
        variant.map_or(&[], |variant| variant.scopes)
    }

    /// The request that [`Homey::call`] sends, which is not sent here. Its arguments are checked; the dialect is
    /// requested from the Homey where it makes a difference and is not known yet.
    ///
    /// # Errors
    /// [`Error::Argument`] for a wrong operation or argument, and those of [`Homey::dialect`].
    pub async fn request(&self, operation: &str, arguments: &Arguments) -> Result<Request, Error> {
        let found = catalogue::find(operation).ok_or_else(|| ArgumentError::unknown(operation))?;
        let request = match self.known_dialect() {
            Some(dialect) => request::build(found, dialect, arguments),
            None => match request::build_for_any_dialect(found, arguments) {
                Some(request) => request,
                None => request::build(found, self.dialect().await?, arguments),
            },
        };
        Ok(request?)
    }

    pub(super) async fn send_request(&self, request: &Request) -> Result<HttpResponse, Error> {
        let wire = Wire {
            slow: request.slow,
            method: &http_method(request.method),
            path_and_query: &request.path_and_query,
            body: request.body.as_ref(),
            limit: request.timeout,
        };
        self.exchange(&wire).await
    }
}

/// The answer with one JSON value as its body. As in the vendor's client, a text that is not
/// called JSON is taken as it is; a web page is never the answer of a Homey.
pub(super) fn json(mut answer: HttpResponse) -> Result<HttpResponse, HttpError> {
    if answer.status == 204 || answer.body.is_empty() {
        answer.body = b"null".to_vec();
    } else if serde_json::from_slice::<IgnoredAny>(&answer.body).is_err() {
        let text = answer.text().into_owned();
        if answer.is_json() || text.trim_start().starts_with('<') {
            return Err(answer.unreadable("JSON"));
        }
        answer.body = Value::String(text).to_string().into_bytes();
    }
    Ok(answer)
}

fn http_method(method: catalogue::Method) -> Method {
    match method {
        catalogue::Method::Get => Method::GET,
        catalogue::Method::Post => Method::POST,
        catalogue::Method::Put => Method::PUT,
        catalogue::Method::Delete => Method::DELETE,
    }
}
