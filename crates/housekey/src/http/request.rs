//! A request before it is sent.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::Secret;
use crate::error::HttpError;

/// A request to send.
#[derive(Debug)]
pub struct HttpRequest {
    pub(super) method: reqwest::Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    /// A secret, since it may hold passwords and tokens.
    pub(super) body: Option<Secret>,
    pub(super) limit: Duration,
    /// The first header with an invalid value.
    unsendable: Option<HeaderName>,
}

impl HttpRequest {
    /// A request without a body.
    pub fn new(method: reqwest::Method, url: Url, limit: Duration) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None, limit, unsendable: None }
    }

    /// Adds a header. With an invalid value the request fails and is not sent.
    #[must_use]
    pub fn header(self, name: HeaderName, value: &str) -> Self {
        self.headed(name, value, false)
    }

    /// Adds `Authorization: <scheme> <secret>`, marked so that no debug output shows it.
    #[must_use]
    pub fn authorization(self, scheme: &str, secret: &Secret) -> Self {
        let value = Secret::new(format!("{scheme} {}", secret.expose()));
        self.headed(reqwest::header::AUTHORIZATION, value.expose(), true)
    }

    fn headed(mut self, name: HeaderName, value: &str, sensitive: bool) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(sensitive);
                self.headers.insert(name, value);
            }
            Err(_) => self.unsendable = self.unsendable.or(Some(name)),
        }
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.text("application/json", Secret::new(body.to_string()))
    }

    /// Sets a form body of these fields, in this order.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.text("application/x-www-form-urlencoded", Secret::new(form))
    }

    /// Sets a `multipart/form-data` body of these texts, in this order.
    #[must_use]
    pub fn multipart(self, parts: &[(&'static str, String)]) -> Self {
        // Random, so that no text contains it.
        let boundary = format!("housekey-{:032x}", rand::random::<u128>());
        let mut body = String::new();
        for (name, text) in parts {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"");
            body.extend(["--", &boundary, "\r\n", &head, "\r\n\r\n", text, "\r\n"]);
        }
        body.extend(["--", &boundary, "--\r\n"]);
        self.text(&format!("multipart/form-data; boundary={boundary}"), Secret::new(body))
    }

    /// Sets a body of that type.
    #[must_use]
    pub fn text(mut self, content_type: &str, text: Secret) -> Self {
        self.body = Some(text);
        self.header(CONTENT_TYPE, content_type)
    }

    pub(super) fn complete(self, server: &str) -> Result<http::Request<Bytes>, HttpError> {
        if let Some(name) = self.unsendable {
            let cause = format!("the value of the header {name} holds what no header may hold");
            return Err(HttpError::Invalid { server: server.to_owned(), cause: cause.into() });
        }
        let body = self.body.map(|text| Bytes::copy_from_slice(text.expose().as_bytes()));
        let request = http::Request::builder().method(self.method).uri(self.url.as_str());
        let request = request.body(body.unwrap_or_default());
        let mut request = request.map_err(|error| HttpError::Invalid {
            server: server.to_owned(),
            cause: error.into(),
        })?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_cannot_stand_in_a_header_fails_the_request() {
        let url = Url::parse("http://192.0.2.7/").unwrap();
        let ask = || HttpRequest::new(reqwest::Method::GET, url.clone(), Duration::ZERO);
        for token in ["two\nlines", "nul\0", "del\u{7f}"] {
            let asked = ask().authorization("Bearer", &Secret::new(token));
            let error = asked.complete("192.0.2.7").unwrap_err();
            let why = std::error::Error::source(&error).map(ToString::to_string);
            assert!(why.is_some_and(|why| why.contains("authorization") && !why.contains(token)));
        }
        assert!(ask().authorization("Bearer", &Secret::new("a:b")).complete("x").is_ok());
    }

    #[test]
    fn a_form_is_sent_part_by_part_below_one_boundary() {
        let url = Url::parse("http://192.0.2.7/").unwrap();
        let form = HttpRequest::new(reqwest::Method::POST, url, Duration::ZERO)
            .multipart(&[("name", "Lamp".to_owned()), ("text", "a\r\n--b".to_owned())]);
        let kind = form.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let body = form.body.unwrap().expose().replace(boundary, "B");
        let head = "--B\r\nContent-Disposition: form-data; name=";
        let want =
            format!("{head}\"name\"\r\n\r\nLamp\r\n{head}\"text\"\r\n\r\na\r\n--b\r\n--B--\r\n");
        assert_eq!(body, want);
    }
}
