//! Failures, as JSON for a script and as a page for a person.

use axum::response::Response;
use http::header::ACCEPT;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

use super::{reply, request};
use crate::page::sign_in;

/// What a sign-in without enough rights reads.
pub(super) const MORE_RIGHTS: &str =
    "It lacks the rights. `housekey agent open` gives a link with all of yours.";

/// The theme that the visitor chose.
pub(super) fn theme(head: &Parts) -> Option<&'static str> {
    match request::cookie(head, "housekey-theme") {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    }
}

/// Whether a script sent it, which reads JSON.
pub(super) fn is_script(head: &Parts) -> bool {
    head.headers
        .get(ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

pub(super) fn signed_out(head: &Parts, root: &str) -> Response {
    let is_page =
        matches!(head.method, Method::GET | Method::HEAD) && !head.uri.path().ends_with("/live");
    match is_page {
        true => reply::redirect(&format!("{root}sign-in")),
        false => failure(
            head,
            root,
            StatusCode::UNAUTHORIZED,
            "Signed out",
            "Sign in again: run `housekey agent open`.",
        ),
    }
}

pub(super) fn not_found(head: &Parts, root: &str) -> Response {
    let text = "It may have been removed, or this sign-in may not see it.";
    failure(head, root, StatusCode::NOT_FOUND, "There is nothing here", text)
}

pub(super) fn bad_request(head: &Parts) -> Response {
    failure(
        head,
        "./",
        StatusCode::BAD_REQUEST,
        "This was not understood",
        "Reload the page, and try again.",
    )
}

pub(super) fn refused(head: &Parts, root: &str, title: &str, text: &str) -> Response {
    failure(head, root, StatusCode::FORBIDDEN, title, text)
}

/// A failure, as JSON for a script and as a page for a person.
pub(super) fn failure(
    head: &Parts,
    root: &str,
    status: StatusCode,
    title: &str,
    text: &str,
) -> Response {
    if is_script(head) {
        return reply::json(status, &json!({ "error": title, "text": text }));
    }
    let page = sign_in::message(root, theme(head), title, text);
    reply::failed_page(status, &head.headers, page)
}
