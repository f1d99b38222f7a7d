//! Cross-origin requests, as the vendor's web app makes them from a page of its own.

use crate::call::Call;
use crate::reply::Reply;

/// What a page may send.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
/// What it may send in the head, where it does not say.
const HEADERS: &str = "Authorization, Content-Type, X-Homey-ID";
/// What it may read of the head.
const EXPOSED: &str = "X-Homey-ID, X-Homey-Version, X-Homey-Tier";

/// The answer to the question that a browser asks first, if it is one: it needs no token.
pub(crate) fn preflight(call: &Call) -> Option<Reply> {
    (call.method == "OPTIONS").then(|| {
        let wanted = call.header("access-control-request-headers").unwrap_or(HEADERS);
        Reply::empty(204)
            .header("Access-Control-Allow-Origin", "*")
            .header("Access-Control-Allow-Methods", METHODS)
            .header("Access-Control-Allow-Headers", wanted)
            .header("Access-Control-Max-Age", "600")
    })
}

/// Lets a page read an answer.
pub(crate) fn allow(reply: Reply, call: &Call) -> Reply {
    if call.header("origin").is_none() {
        return reply;
    }
    reply
        .header("Access-Control-Allow-Origin", "*")
        .header("Access-Control-Expose-Headers", EXPOSED)
}
