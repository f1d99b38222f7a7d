//! Quirks of careless servers: error answers that quote the `Authorization` header, in several
//! spellings, and error answers that are compressed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::quirk::{Quirk, Quirks};
use crate::reply::Reply;

/// Stands in a text where the escaped quotation goes, since a JSON writer would escape its backslashes
/// once more. No text of an error holds it.
const MARK: &str = "\u{e000}";

/// The header of the quirk [`Quirk::EchoAuthorizationHead`].
const HEAD: &str = "X-Request-Authorization";

/// An answer over HTTP as the quirks make it, for a request with that `Authorization` header.
pub(crate) fn disguise(reply: Reply, authorization: Option<&str>, quirks: &Quirks) -> Reply {
    let mut reply = reply;
    if let Some(text) = authorization {
        if reply.status >= 400 {
            for quote in Quote::ALL.into_iter().filter(|quote| quirks.contains(&quote.quirk())) {
                reply.body = quote.into_body(&reply.body, text).into();
            }
        }
        if quirks.contains(&Quirk::EchoAuthorizationHead) {
            reply = reply.header(HEAD, text);
        }
    }
    if reply.status >= 400 && quirks.contains(&Quirk::ErrorsGzip) {
        reply.body = gzip(&reply.body).into();
        reply = reply.header("Content-Encoding", "gzip");
    }
    reply
}

/// The error of an answer over a live connection, which quotes the token of its handshake.
pub(crate) fn quoted_error(error: &Value, token: &str, quirks: &Quirks) -> Option<Box<RawValue>> {
    let mut text = error.to_string();
    let quotes: Vec<_> =
        Quote::ALL.into_iter().filter(|one| quirks.contains(&one.quirk())).collect();
    if quotes.is_empty() || token.is_empty() {
        return to_raw_value(error).ok();
    }
    for quote in quotes {
        let body = quote.into_body(text.as_bytes(), token);
        text = String::from_utf8_lossy(&body).into_owned();
    }
    RawValue::from_string(text).ok()
}

/// A spelling in which a text is quoted.
#[derive(Clone, Copy)]
enum Quote {
    Plain,
    Json,
    Percent,
}

impl Quote {
    const ALL: [Self; 3] = [Self::Plain, Self::Json, Self::Percent];

    const fn quirk(self) -> Quirk {
        match self {
            Self::Plain => Quirk::EchoAuthorization,
            Self::Json => Quirk::EchoAuthorizationJson,
            Self::Percent => Quirk::EchoAuthorizationPercent,
        }
    }

    fn spell(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Json => text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
            Self::Percent => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        }
    }

    /// Adds the quotation to every text of a JSON error that people read, and to the end of what is
    /// not JSON.
    fn into_body(self, body: &[u8], quoted: &str) -> Vec<u8> {
        let spelled = self.spell(quoted);
        let mark = |text: &mut Value| match text {
            Value::String(text) => {
                text.push_str(&format!(" (Authorization: {MARK})"));
                true
            }
            _ => false,
        };
        let mut error: Value = serde_json::from_slice(body).unwrap_or_default();
        let keys = ["error", "error_description", "message"];
        let marked = match &mut error {
            Value::Object(fields) => {
                keys.into_iter().filter(|key| fields.get_mut(*key).is_some_and(mark)).count()
            }
            other => usize::from(mark(other)),
        };
        if marked > 0 {
            // Only the spelling as JSON is for a JSON text as it is; the header has no quotation marks.
            return error.to_string().replace(MARK, &spelled).into_bytes();
        }
        let end = format!(" (Authorization: {spelled})");
        // A JSON value without a text to add to stays readable.
        if !error.is_null() || body == b"null" {
            body.to_vec()
        } else {
            [body, end.as_bytes()].concat()
        }
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    // A vector takes everything.
    writer.write_all(body).and_then(|()| writer.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEADER: &str = "Bearer ab:c0";

    fn body(reply: Reply, quirk: Quirk) -> String {
        let reply = disguise(reply, Some(HEADER), &Quirks::from([quirk]));
        String::from_utf8(reply.body.to_vec()).unwrap()
    }

    #[test]
    fn errors_quote_the_header_in_each_spelling() {
        let error = || Reply::error(403, "no", "No.");
        for (quirk, want) in [
            (Quirk::EchoAuthorization, "Bearer ab:c0"),
            (
                Quirk::EchoAuthorizationJson,
                r"\u0042\u0065\u0061\u0072\u0065\u0072\u0020\u0061\u0062\u003a\u0063\u0030",
            ),
            (Quirk::EchoAuthorizationPercent, "%42%65%61%72%65%72%20%61%62%3A%63%30"),
        ] {
            let text = body(error(), quirk);
            assert_eq!(text.matches(want).count(), 2, "{quirk:?}: {text}");
            let read: Value = serde_json::from_str(&text).unwrap();
            assert!(read["error_description"].as_str().unwrap().starts_with("No. (Auth"), "{text}");
            // Pages and empty bodies as well, good answers never.
            assert!(body(Reply::html(404, "<p>No</p>"), quirk).contains(want), "{quirk:?}");
            assert!(body(Reply::empty(500), quirk).contains(want), "{quirk:?}");
            assert_eq!(body(Reply::json(200, &json!({ "error": "x" })), quirk), r#"{"error":"x"}"#);
        }
        let read: Value =
            serde_json::from_str(&body(error(), Quirk::EchoAuthorizationJson)).unwrap();
        assert_eq!(read["error"], format!("no (Authorization: {HEADER})"));
    }

    #[test]
    fn a_json_error_stays_json() {
        for value in [json!("text"), json!({ "message": "text" }), json!({ "code": 5 }), json!([1])]
        {
            for quirk in [Quirk::EchoAuthorization, Quirk::EchoAuthorizationJson] {
                let text = body(Reply::json(500, &value), quirk);
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn the_head_quotes_it_whatever_the_status() {
        let quirks = Quirks::from([Quirk::EchoAuthorizationHead]);
        for status in [200, 404] {
            let reply = disguise(Reply::empty(status), Some(HEADER), &quirks);
            assert!(reply.headers.contains(&(HEAD.into(), HEADER.to_owned())), "{status}");
        }
        assert!(disguise(Reply::empty(200), None, &quirks).headers.is_empty());
    }

    #[test]
    fn an_error_over_a_live_connection_quotes_the_token() {
        let quirks = Quirks::from([Quirk::EchoAuthorizationPercent, Quirk::EchoAuthorization]);
        let raw =
            quoted_error(&json!({ "error": "No", "statusCode": 404 }), "a:b", &quirks).unwrap();
        let want = "No (Authorization: a:b) (Authorization: %61%3A%62)";
        assert_eq!(serde_json::from_str::<Value>(raw.get()).unwrap()["error"], want);
        let plain = quoted_error(&json!({ "error": "No" }), "a:b", &Quirks::new()).unwrap();
        assert_eq!(plain.get(), r#"{"error":"No"}"#);
    }
}
