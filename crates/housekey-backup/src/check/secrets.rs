//! Texts that look like a password or a key.

use serde_json::Value;

use crate::card::CardUse;

/// Names of arguments and of parts of an address that hold secrets.
const NAMES: [&str; 8] =
    ["password", "passwd", "secret", "apikey", "api_key", "access_token", "token", "pincode"];

/// Shorter texts after such a name are no secrets.
const SHORTEST: usize = 6;

/// Hexadecimal digits in a row that are a key: longer than a UUID without its hyphens.
const LONG_HEX: usize = 40;

/// The name of the argument that holds something like a secret.
pub(super) fn in_arguments<'h>(card: &CardUse<'h>) -> Option<&'h str> {
    card.args().find(|(name, value)| in_value(name, value)).map(|(name, _)| name)
}

fn in_value(name: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let of_name = NAMES.contains(&name.to_lowercase().as_str());
            (of_name && is_plain(text)) || looks_secret(text)
        }
        Value::Array(values) => values.iter().any(|value| in_value(name, value)),
        Value::Object(fields) => fields.iter().any(|(name, value)| in_value(name, value)),
        _ => false,
    }
}

/// Whether a text is one word, without a token that is filled in later.
fn is_plain(text: &str) -> bool {
    text.len() >= SHORTEST && !text.contains("[[") && !text.contains(char::is_whitespace)
}

/// Whether a text holds something like a password or a key.
pub(super) fn looks_secret(text: &str) -> bool {
    has_long_hex(text)
        || has_json_web_token(text)
        || has_bearer(text)
        || has_secret_in_address(text)
}

fn has_long_hex(text: &str) -> bool {
    let runs = text.split(|letter: char| !letter.is_ascii_hexdigit());
    runs.into_iter().any(|run| run.len() >= LONG_HEX)
}

fn has_json_web_token(text: &str) -> bool {
    text.split(|letter: char| letter.is_whitespace() || letter == '"' || letter == '=')
        .any(|word| word.starts_with("eyJ") && word.len() > 30 && word.matches('.').count() == 2)
}

/// `Bearer …` or `Basic …`, as in a header.
fn has_bearer(text: &str) -> bool {
    ["bearer ", "basic "].into_iter().any(|scheme| {
        let lower = text.to_ascii_lowercase();
        lower.match_indices(scheme).any(|(place, _)| {
            let word = text[place + scheme.len()..].split([' ', '"', '\'', ',']).next();
            word.is_some_and(|word| word.len() >= 16 && is_plain(word))
        })
    })
}

/// `https://user:password@host` or `?token=…`.
fn has_secret_in_address(text: &str) -> bool {
    text.split_whitespace().filter(|word| word.contains("://")).any(|word| {
        let rest = word.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let user = host.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        let in_user =
            user.is_some_and(|(_, password)| !password.is_empty() && !password.contains("[["));
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        let in_query =
            query.split('&').filter_map(|part| part.split_once('=')).any(|(name, value)| {
                let name = name.to_lowercase();
                (NAMES.contains(&name.as_str()) || name == "key") && is_plain(value)
            });
        in_user || in_query
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_passwords_are_seen_and_plain_texts_are_not() {
        let hex = "0123456789abcdef".repeat(3);
        let bearer = format!("Authorization: Bearer {}", "x".repeat(20));
        let jwt = format!("eyJ{}.{}.sig", "a".repeat(20), "b".repeat(20));
        for (text, want) in [
            (hex.as_str(), true),
            (bearer.as_str(), true),
            (jwt.as_str(), true),
            ("https://ann:swordfish@example.org/x", true),
            ("https://example.org/x?a=1&token=swordfish", true),
            ("https://example.org/x?token=[[homey:manager:logic|v]]", false),
            ("https://example.org:8080/x?page=12345678", false),
            ("0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30", false),
            ("The bearer of good news", false),
            ("Basic rule: no shoes", false),
            ("éééé bearer", false),
        ] {
            assert_eq!(looks_secret(text), want, "{text}");
        }
        assert!(in_value("password", &"swordfish".into()));
        assert!(!in_value("password", &"[[password]]".into()));
        assert!(in_value("body", &serde_json::json!({ "apiKey": "swordfish" })));
        assert!(!in_value("text", &"swordfish".into()));
    }
}
