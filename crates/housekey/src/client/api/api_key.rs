//! API keys. A new key is read leniently from any answer, since its token is shown only once.

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::ManagerUsers;
use crate::Secret;
use crate::auth::LenientAnswer;
use crate::error::Error;
use crate::model::ApiKey;

/// A new API key with its token, which the Homey shows only once.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// The bearer token.
    pub token: Secret,
    /// Its entry in the list of keys. Its id is empty where the answer has none that can be read.
    pub key: ApiKey,
}

impl NewApiKey {
    /// Finds the token in the answer of the Homey whatever the form of the rest: it cannot be had again.
    /// `None` where there is none.
    pub fn read(answer: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(answer);
        let token = LenientAnswer::of(&text).token(false)?;
        let key = serde_json::from_str::<Map<String, Value>>(&text).map(|mut whole| {
            whole.retain(|_, value| value.as_str().map(str::trim) != Some(token.expose()));
            Value::from(whole)
        });
        let key = key.and_then(ApiKey::deserialize);
        let key = key.or_else(|_| ApiKey::deserialize(json!({ "id": "" }))).ok()?;
        Some(Self { token, key })
    }
}

impl ManagerUsers<'_> {
    /// Creates an API key with these scopes (V3 Local), and finds its token in the answer.
    ///
    /// # Errors
    /// As [`crate::Homey::call`], and [`crate::error::HttpError::Unreadable`] for an answer without a token.
    pub async fn create_api_key(self, name: &str, scopes: &[&str]) -> Result<NewApiKey, Error> {
        let answer = self.create_personal_access_token(name, scopes).unread().await?;
        let key = NewApiKey::read(&answer.body);
        key.ok_or_else(|| answer.unreadable("an API key with its token").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_shown_once_is_found_in_every_answer() {
        for (answer, id) in [
            (r#"{"id":"5f","name":"mine","scopes":["homey"],"token":"a:b:c"}"#, "5f"),
            (r#"{"id":"5f","token":"a:b:c","createdAt":{"odd":true}}"#, "5f"),
            (r#"{"token":"a:b:c"}"#, ""),
            (r#"{"id":7,"token":"a:b:c"}"#, ""),
            (r#"{"id":"5f","token":"a:b:c","name":"mi"#, ""),
            ("\"a:b:c\"", ""),
            ("a:b:c\n", ""),
        ] {
            let made = NewApiKey::read(answer.as_bytes()).unwrap();
            assert_eq!((made.token.expose(), &*made.key.id), ("a:b:c", id), "{answer}");
            assert!(!format!("{:?}", made.key.other).contains("a:b:c"), "{answer}");
        }
        for none in ["", "{}", "null", "<html>", r#"{"id":"5f","token":null}"#] {
            assert!(NewApiKey::read(none.as_bytes()).is_none(), "{none}");
        }
    }
}
