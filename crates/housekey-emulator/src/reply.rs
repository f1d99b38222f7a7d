//! An answer, and the shapes it comes in.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};

/// An answer that is complete but not sent yet.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Content-Type` among them; no length, which is added when the answer is sent.
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Bytes,
}

impl Reply {
    /// A JSON value.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::of(status, "application/json; charset=utf-8", value.to_string())
    }

    /// A web page.
    pub(crate) fn html(status: u16, page: impl Into<Bytes>) -> Self {
        Self::of(status, "text/html; charset=utf-8", page)
    }

    /// Any text, of that content type.
    pub(crate) fn of(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::empty(status).body(body).header("Content-Type", content_type)
    }

    /// No body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// An error in the words of OAuth 2.0, which is how the cloud puts them.
    pub(crate) fn error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &json!({ "error": error, "error_description": description }))
    }

    /// Adds a header.
    pub(crate) fn header(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The whole answer, ready to be sent.
    pub(crate) fn whole(self) -> Response<Body> {
        let body = Body::from(self.body);
        assemble(self.status, self.headers, body)
    }

    /// The complete response for a request without a connection.
    pub(crate) fn in_process(self) -> Response<Bytes> {
        assemble(self.status, self.headers, self.body)
    }

    /// The head and half of the body, after which the connection breaks.
    pub(crate) fn cut(self) -> Response<Body> {
        let half = self.body.slice(..self.body.len() / 2);
        let broken = async {
            // Once around the loop first: what was written so far leaves before the break.
            tokio::task::yield_now().await;
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
        };
        let start = stream::once(async move { Ok(half) });
        let body = Body::from_stream(futures_util::StreamExt::chain(start, stream::once(broken)));
        let length = self.body.len().to_string();
        let mut headers = self.headers;
        if !self.body.is_empty() {
            headers.push(("Content-Length".into(), length));
        }
        assemble(self.status, headers, body)
    }
}

fn assemble<B: From<String>>(
    status: u16,
    headers: Vec<(Cow<'static, str>, String)>,
    body: B,
) -> Response<B> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name.as_ref(), value);
    }
    response.body(body).unwrap_or_else(|error| {
        let mut response = Response::new(B::from(format!("this answer cannot be sent: {error}")));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
