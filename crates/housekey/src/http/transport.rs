//! What carries requests: the network, or something else in its place.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};

use crate::error::HttpError;

/// Carries requests in the place of the network: to a virtual Homey in the same process, say, with
/// simulated time. Live connections do not go through it.
///
/// The time limit of a request is kept by whoever sends it: a request that takes too long is dropped.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Brings one request to its server and the whole answer back, whatever its status.
    ///
    /// Should fail with [`HttpError::Unreachable`] where the server certainly did not get the
    /// request, and with [`HttpError::Cut`] where it may have.
    fn carry(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>>;
}
