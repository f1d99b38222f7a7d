//! Cross-origin requests, as the vendor's web app makes them from a page of its own.

use crate::reply::Reply;
use crate::request::Request;

/// What a page may send.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
/// What it may send in the head, where it does not say.
const HEADERS: &str = "Authorization, Content-Type, X-Homey-ID";
/// What it may read of the head.
const EXPOSED: &str = "X-Homey-ID, X-Homey-Version, X-Homey-Tier";

/// The answer to the question that a browser asks first, if it is one: it needs no token.
pub(crate) fn preflight(request: &Request) -> Option<Reply> {
    (request.method == "OPTIONS").then(|| {
        let wanted = request.header("access-control-request-headers").unwrap_or(HEADERS);
        Reply::empty(204)
            .header("Access-Control-Allow-Origin", "*")
            .header("Access-Control-Allow-Methods", METHODS)
            .header("Access-Control-Allow-Headers", wanted)
            .header("Access-Control-Max-Age", "600")
    })
}

/// Lets a page read an answer.
pub(crate) fn allow(reply: Reply, request: &Request) -> Reply {
    if request.header("origin").is_none() {
        return reply;
    }
    reply
        .header("Access-Control-Allow-Origin", "*")
        .header("Access-Control-Expose-Headers", EXPOSED)
}
