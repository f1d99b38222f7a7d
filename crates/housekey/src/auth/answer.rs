//! Secrets in answers, read whatever the form of the rest: some of them cannot be had again.

use serde_json::Value;

use crate::Secret;

/// Names under which a bearer token stands in an answer that is an object.
const TOKEN: [&str; 3] = ["token", "access_token", "key"];

/// An answer that was read as far as it can be.
pub(crate) enum LenientAnswer<'a> {
    /// Its first JSON value; what follows that value is ignored.
    Json(Value),
    /// A text that is no JSON, without the blanks around it.
    Text(&'a str),
}

impl<'a> LenientAnswer<'a> {
    /// Reads a body. A byte order mark counts for nothing.
    pub(crate) fn of(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        match serde_json::Deserializer::from_str(text).into_iter().next() {
            // A bare token may begin with digits, which are a JSON value too.
            Some(Ok(value @ (Value::Object(_) | Value::String(_) | Value::Array(_)))) => {
                Self::Json(value)
            }
            Some(Ok(_)) if text.contains(':') => Self::Text(text),
            Some(Ok(value)) => Self::Json(value),
            _ => Self::Text(text),
        }
    }

    /// The secret under one of these names, the first of them that has one: in an object, in the object
    /// under its `result`, or in the text of an object that is broken elsewhere.
    pub(crate) fn secret(&self, names: &[&str]) -> Option<Secret> {
        let found = |name: &&str| match self {
            Self::Json(value) => secret_of(&value[*name]).or(secret_of(&value["result"][*name])),
            Self::Text(text) => in_broken(text, name).or_else(|| in_form(text, name)),
        };
        names.iter().find_map(found)
    }

    /// The bearer token that is the answer: a JSON text, an object that has it, or a bare text where the
    /// server does not call it JSON.
    pub(crate) fn token(&self, called_json: bool) -> Option<Secret> {
        let bare = match self {
            Self::Json(Value::String(text)) => Some(text.trim()),
            Self::Text(text) if !called_json => Some(*text),
            Self::Json(_) | Self::Text(_) => None,
        };
        let bare = bare.filter(|text| is_token(text) && !text.starts_with('{')).map(Secret::new);
        bare.or_else(|| self.secret(&TOKEN).filter(|token| is_token(token.expose())))
    }

    /// A length of time in seconds under that name: a number, or a number as a text. `None` for anything
    /// that no token's life is.
    pub(crate) fn seconds(&self, name: &str) -> Option<f64> {
        let Self::Json(value) = self else { return None };
        let seconds = match [&value[name], &value["result"][name]].map(number) {
            [Some(seconds), _] | [None, Some(seconds)] => seconds,
            [None, None] => return None,
        };
        (seconds.is_finite() && seconds >= 1.0).then_some(seconds)
    }
}

/// Whether a text can be sent as a bearer token: visible ASCII and nothing else. A web page is none.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<')
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn secret_of(value: &Value) -> Option<Secret> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then(|| Secret::new(text))
}

/// The whole text under that name in JSON that cannot be read: cut off, or wrong elsewhere. A text that
/// is cut off itself is none.
fn in_broken(text: &str, name: &str) -> Option<Secret> {
    let marked = format!("\"{name}\"");
    text.match_indices(&marked).find_map(|(start, _)| {
        let rest = text[start + marked.len()..].trim_start().strip_prefix(':')?;
        let first = serde_json::Deserializer::from_str(rest).into_iter::<String>().next()?;
        secret_of(&Value::String(first.ok()?))
    })
}

/// The same in a form, which some token endpoints answer with.
fn in_form(text: &str, name: &str) -> Option<Secret> {
    if text.contains(['{', '<', ' ', '\n']) {
        return None;
    }
    let mut fields = url::form_urlencoded::parse(text.as_bytes());
    fields
        .find_map(|(key, value)| (key == name).then(|| secret_of(&Value::String(value.into())))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str, called_json: bool) -> Option<String> {
        LenientAnswer::of(body).token(called_json).map(|token| token.expose().to_owned())
    }

    #[test]
    fn a_token_is_found_in_every_form() {
        for body in [
            "\"a:b:c\"",
            "\u{feff}\"a:b:c\"\r\n",
            "\" a:b:c\\n\"",
            r#"{"token":"a:b:c"}"#,
            r#"{"expires":[],"token":"a:b:c","createdAt":{"odd":1}}"#,
            r#"{"status":"ok","result":{"token":"a:b:c"}}"#,
            r#"{"access_token":"a:b:c"}"#,
            r#"{"token":null,"key":"a:b:c"}"#,
            r#"{"token":"a:b:c"}<!-- cached -->"#,
            r#"{"token" : "a:b:c","createdAt":"2026-03-0"#,
            r#"{"token":"a:b:c","name":"\ud800"}"#,
        ] {
            assert_eq!(token(body, true).as_deref(), Some("a:b:c"), "{body}");
        }
        for bare in ["a:b:c", " a:b:c\n", "5d0c:b:c", "12:b:c"] {
            assert_eq!(token(bare, false).as_deref(), Some(bare.trim()), "{bare}");
            assert_eq!(token(bare, true), None, "it is called JSON: {bare}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        for body in [
            "",
            "null",
            "42",
            "[\"a\"]",
            "{}",
            r#"{"token":null}"#,
            r#"{"token":""}"#,
            r#"{"token":{"a":"b"}}"#,
            r#"{"token":"two words"}"#,
            r#"{"token":"a:b:"#,
            r#"{"error":"no \"token\":\"a\""}"#,
            "<!DOCTYPE html><p>\"x\"</p>",
            "\"<html>\"",
            "two words",
        ] {
            for called_json in [true, false] {
                assert_eq!(token(body, called_json), None, "{body}");
            }
        }
    }
}
