//! Calls of any path, whether in the catalogue or not.

use std::time::Duration;

use reqwest::Method;
use serde::de::DeserializeOwned;

use super::Homey;
use super::call::json;
use super::exchange::{Wire, call_name, refusal};
use crate::error::{Error, HomeyError};
use crate::http::HttpResponse;
use crate::request::Body;

/// How long a raw call may take: the limit of the vendor's tool for its API commands.
const LIMIT: Duration = Duration::from_secs(30);

/// A call of any path.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use housekey::client::RawCall;
/// let response = homey.raw(&RawCall::get("/api/manager/zones/zone")).await?.accepted()?;
/// println!("{} bytes", response.body.len());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RawCall {
    /// The HTTP method.
    pub method: Method,
    /// Path and query as they go on the request line: `/api/manager/zones/zone?x=1`.
    pub path_and_query: String,
    /// The body.
    pub body: Option<Body>,
}

/// The response of a Homey, whatever its status.
#[derive(Debug)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers as text, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The error of a refusal; `None` with a 2xx.
    pub refusal: Option<HomeyError>,
}

impl RawCall {
    /// A `GET` of that path.
    pub fn get(path_and_query: impl Into<String>) -> Self {
        Self { method: Method::GET, path_and_query: path_and_query.into(), body: None }
    }

    fn name(&self) -> String {
        call_name(&self.method, &self.path_and_query)
    }
}

impl RawResponse {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) =
            self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The response, unless it is a refusal.
    ///
    /// # Errors
    /// The error of the refusal.
    pub fn accepted(mut self) -> Result<Self, HomeyError> {
        match self.refusal.take() {
            Some(refusal) => Err(refusal),
            None => Ok(self),
        }
    }
}

impl Homey {
    /// Calls any path. A refusal is a response too, with its status.
    ///
    /// # Errors
    /// [`Error::Http`] when nothing answers, and those of a renewal.
    pub async fn raw(&self, call: &RawCall) -> Result<RawResponse, Error> {
        let answer = self.exchange_raw(call).await?;
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers =
            answer.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let refusal = (!answer.is_success()).then(|| refusal(&call.name(), &[], &answer));
        Ok(RawResponse { status: answer.status, headers, body: answer.body, refusal })
    }

    /// Calls any path and reads its answer as a type.
    ///
    /// # Errors
    /// As [`Homey::call_as`].
    pub async fn raw_as<T: DeserializeOwned>(&self, call: &RawCall) -> Result<T, Error> {
        let answer = self.exchange_raw(call).await?;
        if !answer.is_success() {
            return Err(refusal(&call.name(), &[], &answer).into());
        }
        Ok(json(answer)?.decode("of the expected type")?)
    }

    async fn exchange_raw(&self, call: &RawCall) -> Result<HttpResponse, Error> {
        let wire = Wire {
            slow: false,
            method: &call.method,
            path_and_query: &call.path_and_query,
            body: call.body.as_ref(),
            limit: LIMIT,
        };
        self.exchange(&wire).await
    }
}
