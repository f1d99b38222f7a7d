//! One HTTP request as it came in, and the fields in its query or body.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header, request::Parts};
use bytes::Bytes;
use serde_json::Value;
use url::form_urlencoded;

/// A request with its body read to the end.
pub(crate) struct Request {
    pub(crate) method: String,
    /// As sent: not percent-decoded.
    pub(crate) path: String,
    /// Without the question mark; empty where there is none.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) peer: SocketAddr,
}

impl Request {
    pub(crate) fn new(parts: Parts, body: Bytes, peer: SocketAddr) -> Self {
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
            peer,
        }
    }

    /// The header's text; `None` where it is missing or not ASCII.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of an `Authorization: Bearer` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The value of a cookie; parts of the header without `=` are passed over, as servers do.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get_all(header::COOKIE).iter().filter_map(|one| one.to_str().ok());
        pairs
            .flat_map(|one| one.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The fields of the query.
    pub(crate) fn query_fields(&self) -> Fields {
        Fields::form(self.query.as_bytes())
    }

    /// The fields of the body: a JSON object by its content type, else a form.
    pub(crate) fn body_fields(&self) -> Result<Fields, String> {
        match self.header(header::CONTENT_TYPE) {
            Some(kind) if kind.starts_with("application/json") => Fields::json(&self.body),
            _ => Ok(Fields::form(&self.body)),
        }
    }
}

/// Named texts in the order they came; a name may stand several times.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    fn form(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Numbers and booleans count as their text, a list as the name several times, null as absent.
    fn json(body: &[u8]) -> Result<Self, String> {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(body)
            .map_err(|error| format!("the body is not a JSON object: {error}"))?;
        let mut fields = Vec::new();
        for (name, value) in object {
            let values = if let Value::Array(list) = value { list } else { vec![value] };
            fields.extend(values.into_iter().filter_map(|value| match value {
                Value::Null => None,
                Value::String(text) => Some((name.clone(), text)),
                other => Some((name.clone(), other.to_string())),
            }));
        }
        Ok(Self(fields))
    }

    /// The first value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(headers: &[(&'static str, &'static str)], body: &'static str) -> Request {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Request {
            method: "POST".into(),
            path: "/".into(),
            query: "a=1&a=2".into(),
            headers: map,
            body: Bytes::from_static(body.as_bytes()),
            peer: ([127, 0, 0, 1], 1).into(),
        }
    }

    #[test]
    fn a_cookie_is_found_beside_a_stray_attribute() {
        for (header, want) in [
            ("_csrf=abc; Path", Some("abc")),
            ("Path; lang=en;_csrf=abc", Some("abc")),
            ("x_csrf=abc", None),
            ("_csrf", None),
        ] {
            assert_eq!(call(&[("cookie", header)], "").cookie("_csrf"), want, "{header}");
        }
    }

    #[test]
    fn fields_are_the_same_as_a_form_and_as_json() {
        let form = call(&[], "email=a%2Bb%40x&n=1&list=x&list=y").body_fields().unwrap();
        let json = call(
            &[("content-type", "application/json; charset=utf-8")],
            r#"{"email":"a+b@x","n":1,"list":["x","y"],"gone":null}"#,
        );
        assert_eq!(json.body_fields().unwrap(), form);
        assert_eq!(form.get("email"), Some("a+b@x"));
        assert_eq!(form.all("list").collect::<Vec<_>>(), ["x", "y"]);
        assert!(call(&[("content-type", "application/json")], "[1]").body_fields().is_err());
    }

    #[test]
    fn the_bearer_is_found_whatever_the_case_of_its_scheme() {
        assert_eq!(call(&[("authorization", "bearer t")], "").bearer(), Some("t"));
        assert_eq!(call(&[("authorization", "Basic dDp0")], "").bearer(), None);
    }
}
