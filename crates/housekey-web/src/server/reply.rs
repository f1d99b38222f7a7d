//! Answers: pages with an `ETag`, compressed; files; redirects.

use std::io::Write as _;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use maud::Markup;
use sha2::{Digest as _, Sha256};

use crate::assets::File;

/// Marks the answer to a visitor who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn;

/// Nothing from anywhere else, nothing within the text, and no page around it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Shorter texts are not compressed.
const WORTH_IT: usize = 1024;

const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub(super) fn page(headers: &HeaderMap, page: Markup) -> Response {
    let text = page.into_string();
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..12]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = match known.is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag))
    {
        true => with_status(StatusCode::NOT_MODIFIED, Body::empty()),
        false => body(headers, HTML, text),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    secured(response, "private, no-cache")
}

/// A picture that holds its own style, for an `img` of a page.
pub(super) fn picture(headers: &HeaderMap, picture: String) -> Response {
    let mut response = secured(body(headers, "image/svg+xml", picture), "private, no-cache");
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A file to keep.
pub(super) fn download(headers: &HeaderMap, text: String) -> Response {
    let mut response = secured(body(headers, "text/csv; charset=utf-8", text), "no-store");
    let name = HeaderValue::from_static("attachment; filename=\"history.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response
}

/// A page that stands for a failure.
pub(super) fn failed_page(status: StatusCode, headers: &HeaderMap, page: Markup) -> Response {
    let mut response = body(headers, HTML, page.into_string());
    *response.status_mut() = status;
    secured(response, "no-store")
}

/// A file, which never changes under its name.
pub(super) fn file(headers: &HeaderMap, file: &File) -> Response {
    secured(body(headers, file.kind, file.text.clone()), "public, max-age=31536000, immutable")
}

/// A text that may change.
pub(super) fn text(headers: &HeaderMap, kind: &'static str, text: String) -> Response {
    secured(body(headers, kind, text), "no-cache")
}

/// What a script is answered.
pub(super) fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    let mut response = with_status(status, Body::from(value.to_string()));
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    secured(response, "no-store")
}

/// Leads on, relative to the path of the request.
pub(super) fn redirect(to: &str) -> Response {
    let mut response = with_status(StatusCode::SEE_OTHER, Body::empty());
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    secured(response, "no-store")
}

/// A stream of events.
pub(super) fn stream(events: Body) -> Response {
    let mut response = with_status(StatusCode::OK, events);
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    secured(response, "no-store")
}

fn with_status(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// A text, compressed where the browser takes it.
fn body(headers: &HeaderMap, kind: &'static str, text: String) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|all| all.to_str().ok());
    let gzip = accepted.is_some_and(|all| {
        all.split(',').any(|one| one.split(';').next().is_some_and(|name| name.trim() == "gzip"))
    });
    let compressed = (gzip && text.len() > WORTH_IT).then(|| compressed(text.as_bytes())).flatten();
    let is_compressed = compressed.is_some();
    let bytes = compressed.unwrap_or_else(|| text.into_bytes());
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 6), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn secured(mut response: Response, cache: &'static str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::VARY, HeaderValue::from_static("cookie, accept-encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ] {
        headers.insert(name, value);
    }
    response
}
