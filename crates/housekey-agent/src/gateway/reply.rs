//! The reply to a request.

use hyper::Response;

use super::body::response::ResponseBody;
use crate::http::error_response::GatewayError;
use crate::http::upgrade::Upgrade;

/// The reply to a request.
pub(super) enum Reply {
    /// This.
    Response(Response<ResponseBody>),
    /// This head, and then the connection is no matter of HTTP any more.
    Upgrade(Upgrade),
}

/// The response to a request that failed in the gateway.
pub(super) fn error_response(error: &GatewayError) -> Response<ResponseBody> {
    error.response().map(ResponseBody::routed)
}
