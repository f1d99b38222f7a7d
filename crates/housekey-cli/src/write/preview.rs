//! A request as a dry run prints it: without secrets.

use housekey::Secret;
use housekey::client::RawCall;
use housekey::redaction::MASK;
use housekey::request::{Body, Request};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::output::value::bare;

/// Method, path and body of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Preview {
    method: String,
    path: String,
    body: Option<Value>,
}

/// Names of secrets: those that end with one of these words, and those that are one.
const SECRET_WORDS: [&str; 6] = ["password", "passphrase", "secret", "token", "pin", "otp"];
const SECRET_NAMES: [&str; 3] = ["accesstoken", "refreshtoken", "apikey"];

impl From<Request> for Preview {
    fn from(request: Request) -> Self {
        let Request { method, path_and_query, body, .. } = request;
        Self { method: method.to_string(), path: path_and_query, body: body.map(value) }
    }
}

impl From<RawCall> for Preview {
    fn from(call: RawCall) -> Self {
        let RawCall { method, path_and_query, body } = call;
        Self { method: method.to_string(), path: path_and_query, body: body.map(value) }
    }
}

fn value(body: Body) -> Value {
    match body {
        Body::Json(value) => value,
        Body::Form(parts) => {
            let fields = parts.into_iter().map(|(name, text)| (name.to_owned(), text.into()));
            Value::Object(fields.collect())
        }
    }
}

impl Preview {
    /// The same with secrets masked: what is named as one, and the value that came from standard input.
    pub(super) fn redacted(mut self, hidden: Option<&Secret>) -> Self {
        let (path, query) = match self.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*self.path, None),
        };
        let is_of_secret = path.rsplit('/').next().is_some_and(is_secret);
        if let Some(body) = &mut self.body {
            redact(body, is_of_secret, hidden);
        }
        if let Some(query) = query {
            let pairs = form_urlencoded::parse(query.as_bytes());
            if pairs.clone().any(|(name, _)| is_secret(&name)) {
                let masked = pairs.map(|(name, value)| match is_secret(&name) {
                    true => (name, MASK.into()),
                    false => (name, value),
                });
                let mut query = form_urlencoded::Serializer::new(String::new());
                self.path = format!("{path}?{}", query.extend_pairs(masked).finish());
            }
        }
        self
    }

    /// `{"method": …, "path": …, "body": …}`; `null` for a request without a body.
    pub(super) fn json(&self) -> Map<String, Value> {
        let texts = [("method", &self.method), ("path", &self.path)];
        let fields = texts.map(|(name, text)| (name.to_owned(), text.as_str().into()));
        let body = ("body".to_owned(), self.body.clone().unwrap_or_default());
        fields.into_iter().chain([body]).collect()
    }

    /// The request line, and below it the body.
    pub(super) fn text(&self) -> String {
        let line = format!("{} {}\n", self.method, self.path);
        match &self.body {
            Some(body) => format!("{line}{body:#}\n"),
            None => line,
        }
    }
}

/// Masks the secrets in a body. `of_secret`: whether its `value` is that of a secret.
fn redact(body: &mut Value, of_secret: bool, hidden: Option<&Secret>) {
    match body {
        Value::Object(fields) => {
            let of_secret = of_secret || names_secret(fields);
            for (name, field) in fields {
                match is_secret(name) || of_secret && name == "value" {
                    true if !field.is_null() => *field = MASK.into(),
                    _ => redact(field, false, hidden),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, false, hidden)),
        Value::Null => {}
        scalar => {
            if hidden.is_some_and(|hidden| is_it(scalar, hidden.expose())) {
                *scalar = MASK.into();
            }
        }
    }
}

/// Whether an object is about a secret: a variable that is named so.
fn names_secret(fields: &Map<String, Value>) -> bool {
    fields.get("name").and_then(Value::as_str).is_some_and(is_secret)
}

/// Whether the value was read from the text.
fn is_it(value: &Value, text: &str) -> bool {
    bare(value) == text || serde_json::from_str::<Value>(text).is_ok_and(|read| read == *value)
}

/// Whether something of that name is a secret.
fn is_secret(name: &str) -> bool {
    let begins =
        name.rfind(|letter: char| letter.is_uppercase() || !letter.is_alphanumeric()).unwrap_or(0);
    let last = name[begins..].trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let is = |names: &[&str], name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
    let joined: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    is(&SECRET_WORDS, last) || is(&SECRET_WORDS, name) || is(&SECRET_NAMES, &joined)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_says_whether_it_is_a_secret() {
        for (name, want) in [
            ("password", true),
            ("PASSWORD", true),
            ("oldPassword", true),
            ("client_secret", true),
            ("wifi password", true),
            ("accesstoken", true),
            ("API key", true),
            ("droptoken", false),
            ("tokens", false),
            ("spin", false),
            ("name", false),
            ("é", false),
            ("", false),
        ] {
            assert_eq!(is_secret(name), want, "{name}");
        }
    }

    #[test]
    fn secrets_are_masked_and_the_rest_is_as_it_is_sent() {
        let piped = Secret::new("0420");
        for (path, body, masked_path, masked) in [
            (
                "/a",
                json!({"password": "p", "x": {"token": 5}}),
                "/a",
                json!({"password": "***", "x": {"token": "***"}}),
            ),
            ("/a?x=1&token=t", json!(null), "/a?x=1&token=***", json!(null)),
            ("/a?x=%20", json!([{"pin": null}]), "/a?x=%20", json!([{"pin": null}])),
            (
                "/setting/wifi_password",
                json!({"value": "p"}),
                "/setting/wifi_password",
                json!({"value": "***"}),
            ),
            (
                "/v",
                json!({"name": "accesstoken", "value": "t"}),
                "/v",
                json!({"name": "accesstoken", "value": "***"}),
            ),
            (
                "/v",
                json!({"name": "guests", "value": "0420"}),
                "/v",
                json!({"name": "guests", "value": "***"}),
            ),
            (
                "/v",
                json!({"name": "guests", "value": 42}),
                "/v",
                json!({"name": "guests", "value": 42}),
            ),
        ] {
            let preview = |path: &str, body| Preview {
                method: "PUT".to_owned(),
                path: path.to_owned(),
                body: Some(body),
            };
            let redacted = preview(path, body).redacted(Some(&piped));
            assert_eq!(redacted, preview(masked_path, masked));
        }
    }
}
