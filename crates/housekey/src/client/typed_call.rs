//! A call of one operation, with the type of its answer.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Homey;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::request::{Arguments, Request};

/// A call of an operation that is sent when it is awaited, and then gives the answer as its type.
/// Other methods send it with another form of answer.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let devices = homey.devices().get_devices().await?;
/// let json: Vec<u8> = homey.devices().get_devices().bytes().await?;
/// let over_the_live_connection = homey.devices().get_devices().live().await?;
/// # Ok(()) }
/// ```
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'a, T> {
    homey: &'a Homey,
    operation: &'static str,
    arguments: Arguments,
    answer: PhantomData<fn() -> T>,
}

/// The answer to a call that is made for its effect: the body is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Done;

impl<'de> Deserialize<'de> for Done {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl<'a, T> Call<'a, T> {
    pub(super) fn new(homey: &'a Homey, operation: &'static str) -> Self {
        Self { homey, operation, arguments: Arguments::new(), answer: PhantomData }
    }

    /// The same with an argument; the documentation of the method lists the optional ones. An unknown one
    /// fails the call before it is sent. `None` is the same as leaving it out.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.set(name, value);
        self
    }

    /// The same with its answer read as another type, such as one with fewer fields.
    pub fn read_as<U>(self) -> Call<'a, U> {
        let Self { homey, operation, arguments, .. } = self;
        Call { homey, operation, arguments, answer: PhantomData }
    }

    /// The request that is sent when the call is awaited: its method, path and body.
    ///
    /// ```no_run
    /// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
    /// let request = homey.devices().set_capability_value("a1b2…", "onoff", true).request().await?;
    /// println!("{} {}", request.method, request.path_and_query);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Homey::request`].
    pub async fn request(&self) -> Result<Request, Error> {
        self.homey.request(self.operation, &self.arguments).await
    }

    /// The answer as the Homey wrote it, one JSON value.
    ///
    /// # Errors
    /// As [`Homey::call_bytes`].
    pub async fn bytes(self) -> Result<Vec<u8>, Error> {
        self.homey.call_bytes(self.operation, &self.arguments).await
    }

    /// The answer as JSON, with the fields that its type leaves out.
    ///
    /// # Errors
    /// As [`Homey::call`].
    pub async fn value(self) -> Result<Value, Error> {
        self.homey.call(self.operation, &self.arguments).await
    }

    /// The answer with its status and headers, unchecked: for what a Homey sends only once.
    ///
    /// # Errors
    /// As [`Homey::call_unread`].
    pub async fn unread(self) -> Result<HttpResponse, Error> {
        self.homey.call_unread(self.operation, &self.arguments).await
    }
}

impl<T: DeserializeOwned> Call<'_, T> {
    /// Sends the call over the live connection.
    ///
    /// # Errors
    /// As [`Homey::call_live`], and [`crate::error::HttpError::Unreadable`] for an answer of another type.
    pub async fn live(self) -> Result<T, Error> {
        self.homey.call_live_as(self.operation, &self.arguments).await
    }
}

impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for Call<'a, T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.homey.call_as(self.operation, &self.arguments).await })
    }
}

/// Without its arguments, which may hold secrets.
impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}
