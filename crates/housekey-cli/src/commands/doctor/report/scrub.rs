//! Error texts without what may be personal: only words of our own list are left.
//!
//! Names, ids, addresses and tokens have no form by which all of them could be found, so that nothing is
//! looked for: what is not known to be harmless is left out.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

/// What stands for words that are left out.
const LEFT_OUT: &str = "…";

/// The longest text, in words.
const LONGEST: usize = 40;

/// The words of error texts, in lower case.
static WORDS: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// The error text in the body of a refusal.
pub(super) fn refusal(body: &[u8]) -> String {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return if body.is_empty() { "empty".to_owned() } else { "not JSON".to_owned() };
    };
    let mut parts: Vec<String> = Vec::new();
    for field in ["error", "error_description", "message"] {
        if let Some(part) = json[field].as_str().map(text).filter(|part| !parts.contains(part)) {
            parts.push(part);
        }
    }
    parts.join("; ")
}

/// A text with the words that are known, in lower case.
pub(super) fn text(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    for token in text.split_whitespace() {
        let word = word(token).unwrap_or_else(|| LEFT_OUT.to_owned());
        if word != LEFT_OUT || kept.last().is_none_or(|last| last != LEFT_OUT) {
            kept.push(word);
        }
        if kept.len() == LONGEST {
            break;
        }
    }
    kept.join(" ")
}

/// A word that is known, with the mark at its end; `missing_scopes` is as known as its parts.
fn word(token: &str) -> Option<String> {
    let token = token.trim_start_matches(['(', '[', '"', '\'']);
    let bare = token.trim_end_matches([')', ']', '"', '\'', '.', ',', ':', ';', '!', '?']);
    let is_known = |part: &str| WORDS.contains(part.to_ascii_lowercase().as_str());
    let known = !bare.is_empty() && bare.split(['_', '-']).all(is_known);
    let mark = token.get(bare.len()..)?.chars().find(|mark| matches!(mark, ',' | ':' | ';'));
    known.then(|| bare.to_ascii_lowercase() + &mark.map(String::from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_left_of_an_error() {
        for (given, want) in [
            ("Missing Scopes", "missing scopes"),
            ("missing_api_method", "missing_api_method"),
            ("Not Found: Device with ID 7b2e-11 (Jan's lamp)", "not found: device with id …"),
            (
                "Cannot read properties of undefined (reading 'vandenberg')",
                "cannot read properties of undefined reading …",
            ),
            ("connect ECONNREFUSED 192.168.1.20:80", "connect econnrefused …"),
            ("no user robin@example.org, sorry", "no user …"),
            ("vandenberg_device", "…"),
            ("", ""),
        ] {
            assert_eq!(text(given), want, "{given}");
        }
        assert_eq!(text(&"error ".repeat(99)).split(' ').count(), LONGEST);
    }

    #[test]
    fn the_body_of_a_refusal_is_read_in_all_dialects() {
        for (body, want) in [
            (
                r#"{"error":"Missing Scopes","error_description":"Missing Scopes"}"#,
                "missing scopes",
            ),
            (r#"{"error":"not_found","error_description":"Geen Huis"}"#, "not_found; geen …"),
            (r#"{"message":"invalid request"}"#, "invalid request"),
            ("<html>Robin", "not JSON"),
            ("", "empty"),
            ("{}", ""),
        ] {
            assert_eq!(refusal(body.as_bytes()), want, "{body}");
        }
    }
}
