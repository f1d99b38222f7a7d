//! Cross-origin requests, as the vendor's web app makes them from a page of its own.

use crate::reply::Reply;
use crate::request::Request;

/// The methods that a page may use.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
/// The headers that a page may send, if it does not name them.
const HEADERS: &str = "Authorization, Content-Type, X-Homey-ID";
/// The headers that a page may read.
const EXPOSED: &str = "X-Homey-ID, X-Homey-Version, X-Homey-Tier";

/// The answer to a preflight request of a browser, which needs no token.
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

/// Allows a page to read an answer.
pub(crate) fn allow(reply: Reply, request: &Request) -> Reply {
    if request.header("origin").is_none() {
        return reply;
    }
    reply
        .header("Access-Control-Allow-Origin", "*")
        .header("Access-Control-Expose-Headers", EXPOSED)
}
