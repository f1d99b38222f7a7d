//! Reply frames of the gateway, and what the replies of a Homey mean.

use housekey::Secret;
use housekey::realtime::packet::{Packet, elements};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The namespace that a handshake names if the Homey's reply names none.
const NAMESPACE: &str = "/api";

/// Parses one element of an event or a reply.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a RawValue) -> Option<T> {
    serde_json::from_str(text.get()).ok()
}

/// The reply frame with an error object.
pub(super) fn error(namespace: &str, ack: u64, error: &Value) -> String {
    reply(namespace, ack, &json!([error]).to_string())
}

/// The reply frame with these arguments, as JSON.
pub(super) fn reply(namespace: &str, ack: u64, arguments: &str) -> String {
    Packet::Ack { namespace, ack, arguments }.to_string()
}

/// The arguments of the reply to a successful handshake, with what the client sent in place of the token:
/// some clients give up without it. `None` if the Homey's reply cannot be parsed.
pub(super) fn handshake_done(arguments: &str, sent: &Secret) -> Option<String> {
    let elements = elements(arguments).ok()?;
    let result = elements.get(1).and_then(|result| parse::<Value>(result)).unwrap_or_default();
    let namespace = result["namespace"].as_str().filter(|name| is_namespace(name));
    let namespace = namespace.unwrap_or(NAMESPACE);
    let sent = sent.expose();
    Some(format!(r#"[null,{{"token":{sent},"namespace":"{namespace}","success":true}}]"#))
}

/// Whether a text is as short and plain as the names of namespaces are.
fn is_namespace(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    name.len() <= 32 && name.starts_with('/') && name.bytes().all(plain)
}

/// The status of an error reply; `None` for a success.
pub(super) fn error_status(arguments: &str) -> Option<u64> {
    if arguments.starts_with("[null") {
        return None;
    }
    let error: Value = parse(elements(arguments).ok()?.first()?)?;
    if error.is_null() {
        return None;
    }
    // An error without a number is an error all the same.
    Some(error["statusCode"].as_u64().or(error["code"].as_u64()).unwrap_or(0))
}

/// The error for an event that cannot be parsed in one way only.
pub(super) fn malformed(name: &str) -> Value {
    let description = match name {
        "api" => "a call is {\"uri\": text, \"operation\": text, \"args\": object}, each once",
        _ => "what is subscribed to is a text",
    };
    json!({ "error": "malformed_request", "error_description": description, "statusCode": 400 })
}

/// The error for a call that is not sent again after a renewal.
pub(super) fn too_large_to_resend() -> Value {
    let description = "the token was renewed, and this call was too large to be kept for that: nothing was \
                       done, send it again";
    json!({ "error": "token_renewed", "error_description": description, "statusCode": 503 })
}

/// The error in place of a reply that cannot be redacted.
pub(super) fn unreadable() -> Value {
    let description = "the Homey's answer cannot be read, and may hold a token: it is withheld";
    json!({ "error": "answer_unreadable", "error_description": description, "statusCode": 502 })
}

/// The error for a Homey that refuses even a renewed token.
pub(super) fn token_refused(homey: &str) -> Value {
    let description = format!(
        "the Homey {homey} takes no token for this, not even a new one: run `housekey status`"
    );
    json!({ "error": "token_refused", "error_description": description, "statusCode": 503 })
}
