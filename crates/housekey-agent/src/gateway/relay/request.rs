//! The request for a live connection, and what it is answered with.

use hyper::header::{
    CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::engine_io::EngineVersion;
use crate::gateway::body::response::ResponseBody;
use crate::http::error_response::GatewayError;

/// The version of Engine.IO in a query, if it is for a new session over WebSocket.
pub(super) fn engine_version(query: &str) -> Option<EngineVersion> {
    let (mut engine_version, mut websocket) = (EngineVersion::Three, false);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match (&*name, &*value) {
            ("transport", value) => websocket = value == "websocket",
            ("EIO", "3") => engine_version = EngineVersion::Three,
            ("EIO", "4") => engine_version = EngineVersion::Four,
            ("EIO" | "sid", _) => return None,
            _ => {}
        }
    }
    websocket.then_some(engine_version)
}

/// As a server of Engine.IO answers.
pub(super) fn transport_unknown() -> Response<ResponseBody> {
    let mut response =
        Response::new(ResponseBody::full(r#"{"code":0,"message":"Transport unknown"}"#));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// The `Sec-WebSocket-Accept` header for a request.
pub(super) fn accept_key(head: &Parts) -> Result<HeaderValue, GatewayError> {
    let has_word = |name: HeaderName, word: &str| {
        let lines = head.headers.get_all(name).into_iter();
        let mut words =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        words.any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let mut keys = head.headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let key = keys.next().filter(|_| keys.next().is_none());
    let is_upgrade = head.method == Method::GET
        && has_word(UPGRADE, "websocket")
        && has_word(CONNECTION, "upgrade")
        && has_word(SEC_WEBSOCKET_VERSION, "13");
    let accept_key = key.filter(|_| is_upgrade).map(|key| derive_accept_key(key.as_bytes()));
    let accept_key = accept_key.and_then(|accept_key| HeaderValue::from_str(&accept_key).ok());
    accept_key.ok_or_else(|| GatewayError::malformed("this is no request for a WebSocket"))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    #[test]
    fn only_websockets_of_their_own_are_known() {
        for (query, want) in [
            ("EIO=3&transport=websocket", Some(EngineVersion::Three)),
            ("transport=websocket&EIO=4&t=x", Some(EngineVersion::Four)),
            ("transport=websocket", Some(EngineVersion::Three)),
            ("EIO=3&transport=polling", None),
            ("EIO=3", None),
            ("", None),
            ("EIO=5&transport=websocket", None),
            ("EIO=3&transport=websocket&sid=abc", None),
            ("transport=websocket&transport=polling", None),
        ] {
            assert_eq!(engine_version(query), want, "{query}");
        }
    }

    #[test]
    fn a_request_for_a_websocket_is_complete_or_none() {
        let right = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let accepted = |headers: &[(&str, &str)]| {
            let (mut head, ()) = hyper::Request::new(()).into_parts();
            let line = |(name, value): &(&str, &str)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
            };
            head.headers = headers.iter().map(line).collect::<HeaderMap>();
            accept_key(&head).ok()
        };
        // The example of RFC 6455, section 1.3.
        let want = HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(accepted(&right), Some(want));
        for left_out in 0..right.len() {
            let mut headers = right.to_vec();
            headers.remove(left_out);
            assert_eq!(accepted(&headers), None, "without {:?}", right[left_out]);
        }
    }
}
