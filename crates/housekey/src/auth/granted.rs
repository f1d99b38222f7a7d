//! The answer of the token endpoint: what was granted, kept whatever the form of the rest.
//!
//! A refresh token is spent by the request. An answer that is thrown away because one of its fields is
//! odd ends the sign-in, so that only the tokens decide whether an answer can be used.

use jiff::{SignedDuration, Timestamp};

use super::answer::{LenientAnswer, is_token};
use super::token::{ACCESS_LIFE, AccountTokens};
use crate::Secret;

/// The tokens in an answer; `None` where it holds neither. Without an access token there is an empty one
/// that has ended, so that the next thing done is to buy another with the refresh token.
pub(super) fn tokens(body: &[u8], now: Timestamp) -> Option<AccountTokens> {
    let text = String::from_utf8_lossy(body);
    let answer = LenientAnswer::of(&text);
    let access = answer.secret(&["access_token"]).filter(|token| is_token(token.expose()));
    let refresh = answer.secret(&["refresh_token"]);
    if access.is_none() && refresh.is_none() {
        return None;
    }
    let seconds = answer.seconds("expires_in");
    let life = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    let life = match access {
        Some(_) => life.unwrap_or(ACCESS_LIFE),
        None => SignedDuration::ZERO,
    };
    Some(AccountTokens {
        access: access.unwrap_or_else(|| Secret::new("")),
        refresh,
        previous_refresh: None,
        issued_at: now,
        expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn life(expires_in: &Value) -> SignedDuration {
        let body = json!({ "access_token": "a", "refresh_token": "r", "expires_in": expires_in });
        let tokens = tokens(body.to_string().as_bytes(), noon()).unwrap();
        assert_eq!((tokens.access.expose(), tokens.refresh.unwrap().expose()), ("a", "r"));
        tokens.expires_at.duration_since(noon())
    }

    #[test]
    fn the_life_is_a_number_a_text_or_the_usual_one() {
        for (expires_in, want_s) in [
            (json!(1800), 1800),
            (json!("1800"), 1800),
            (json!(" 1800 "), 1800),
            (json!(1800.0), 1800),
            (json!("1.8e3"), 1800),
            (json!(0), 3660),
            (json!(-5), 3660),
            (json!("soon"), 3660),
            (json!(""), 3660),
            (json!("NaN"), 3660),
            (json!("inf"), 3660),
            (json!(null), 3660),
            (json!(true), 3660),
            (json!([1800]), 3660),
            (json!({ "s": 1800 }), 3660),
            (json!(1e300), 3660),
        ] {
            assert_eq!(life(&expires_in), SignedDuration::from_secs(want_s), "{expires_in}");
        }
        assert!(life(&json!(1e11)) > SignedDuration::from_hours(24 * 365 * 1000));
    }

    #[test]
    fn one_token_without_the_other_is_kept() {
        let read = |body: Value| tokens(body.to_string().as_bytes(), noon()).unwrap();
        let access = read(json!({ "access_token": "a", "refresh_token": 5.5e300 }));
        assert_eq!(access.access.expose(), "a");
        for odd in [json!(null), json!(""), json!("two words"), json!({}), json!("tab\tbed")] {
            let refresh = read(json!({ "access_token": odd, "refresh_token": "r" }));
            assert_eq!(refresh.refresh.unwrap().expose(), "r", "{odd}");
            assert!(refresh.access.is_empty() && refresh.expires_at == noon(), "{odd}");
        }
        for nothing in [&b""[..], b"{}", b"null", b"[]", b"<html>access_token=a</html>", b"\xff"] {
            assert_eq!(tokens(nothing, noon()), None, "{nothing:?}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z_]{1,8}", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    /// What servers and what stands between do to an answer without touching its tokens.
    fn mutated(text: String, kind: u8) -> Vec<u8> {
        match kind {
            0 => text.into_bytes(),
            1 => format!("\u{feff}{text}\r\n").into_bytes(),
            2 => format!("{text}<!-- cached -->").into_bytes(),
            3 => [b"\n\t ".as_slice(), text.as_bytes(), b"\0\0"].concat(),
            // The end is lost.
            4 => text.as_bytes()[..text.len() - 1].to_vec(),
            // A text in another encoding.
            5 => [&text.as_bytes()[..text.len() - 1], b",\"error_description\":\"caf\xe9\"}"]
                .concat(),
            // What no JSON may hold.
            6 => {
                [&text.as_bytes()[..text.len() - 1], b",\"scope\":\"\\ud800\",\"n\":0x1}"].concat()
            }
            _ => json!({ "status": 200, "result": serde_json::from_str::<Value>(&text).unwrap() })
                .to_string()
                .into_bytes(),
        }
    }

    proptest! {
        /// Whatever the other fields are, in whatever order and however the text is spoilt: both tokens
        /// come out as they were sent, and the access token is good for some time.
        #[test]
        fn tokens_survive_every_mutation(
            access in "[!-;=-~]{1,40}",
            refresh in "[ -~]{0,40}[!-~]",
            expires_in in any_json(),
            others in prop::collection::vec(("[a-z_]{1,10}", any_json()), 0..5),
            place in 0..3_usize,
            kind in 0..8_u8,
        ) {
            let mut fields: Vec<(String, Value)> = others
                .into_iter()
                .filter(|(name, _)| !matches!(&**name, "access_token" | "refresh_token" | "result"))
                .collect();
            let at = place.min(fields.len());
            fields.insert(at, ("refresh_token".to_owned(), json!(refresh)));
            fields.insert(0, ("expires_in".to_owned(), expires_in));
            fields.insert(at, ("access_token".to_owned(), json!(access)));
            let text = Value::Object(fields.into_iter().collect::<Map<_, _>>()).to_string();
            let tokens = tokens(&mutated(text, kind), noon()).expect("both tokens are there");
            prop_assert_eq!(tokens.access.expose(), access);
            let kept = tokens.refresh.expect("there");
            prop_assert_eq!(kept.expose(), refresh.trim());
            prop_assert!(tokens.expires_at > noon());
        }

        /// Nothing that can arrive makes it fail.
        #[test]
        fn any_bytes_are_read_or_not(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = tokens(&body, noon());
        }
    }
}
