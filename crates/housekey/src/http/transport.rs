//! The transport of requests: the network, or a replacement.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};

use crate::error::HttpError;

/// Carries requests instead of the network, for example to a virtual Homey in the same process,
/// with simulated time. Live connections do not use it.
///
/// The caller keeps the time limit of a request: one that takes too long is dropped.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends one request and returns the whole response, whatever its status.
    ///
    /// Fails with [`HttpError::Unreachable`] if the server certainly did not get the request, and
    /// with [`HttpError::Cut`] if it may have.
    fn carry(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>>;
}
