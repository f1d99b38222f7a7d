//! The manager `users`.

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::auth::Answer;
use crate::error::Error;
use crate::model::{ApiKey, User};
use crate::{Homey, Secret, args};

/// Who may use the Homey, and API keys.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let made = homey
///     .users()
///     .create_personal_access_token("grafana", &["homey.device.readonly"])
///     .await?;
/// let me = homey.users().get_user_me().await?;
/// println!("{} has the key {}", me.id, made.key.id);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(pub(super) &'a Homey);

/// An API key that was just made, with its token, which is shown only once.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// The bearer token.
    pub token: Secret,
    /// What is listed of it. Its id is empty where the answer has none that can be read.
    pub key: ApiKey,
}

impl NewApiKey {
    /// Finds the token in the answer of the Homey whatever the form of the rest: it cannot be had again.
    /// `None` where there is none.
    pub fn read(answer: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(answer);
        let token = Answer::of(&text).token(false)?;
        let key = serde_json::from_str::<Map<String, Value>>(&text).map(|mut whole| {
            whole.retain(|_, value| value.as_str().map(str::trim) != Some(token.expose()));
            Value::from(whole)
        });
        let key = key.and_then(ApiKey::deserialize);
        let key = key.or_else(|_| ApiKey::deserialize(json!({ "id": "" }))).ok()?;
        Some(Self { token, key })
    }
}

impl Users<'_> {
    /// All users.
    pub async fn get_users(self) -> Result<Vec<User>, Error> {
        self.0.items("users.getUsers", &args! {}).await
    }

    /// One user.
    pub async fn get_user(self, id: &str) -> Result<User, Error> {
        self.0.call_as("users.getUser", &args! { "id" => id }).await
    }

    /// The user whose token is used.
    pub async fn get_user_me(self) -> Result<User, Error> {
        self.0.call_as("users.getUserMe", &args! {}).await
    }

    /// What the manager tells about itself. The shape is not known.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("users.getState", &args! {}).await
    }

    /// Changes a user. Keys: `role` (`manager`, `user` or `guest`), `enabled`.
    pub async fn update_user(self, id: &str, user: Value) -> Result<User, Error> {
        self.0.call_as("users.updateUser", &args! { "id" => id, "user" => user }).await
    }

    /// The API keys of the user whose token is used (V3 Local), without their tokens.
    pub async fn get_personal_access_tokens(self) -> Result<Vec<ApiKey>, Error> {
        self.0.items("users.getPersonalAccessTokens", &args! {}).await
    }

    /// Makes an API key (V3 Local).
    ///
    /// # Errors
    /// As [`Homey::call`]; an answer without a token is one that cannot be read.
    pub async fn create_personal_access_token(
        self,
        name: &str,
        scopes: &[&str],
    ) -> Result<NewApiKey, Error> {
        let arguments = args! { "name" => name, "scopes" => scopes };
        let answer = self.0.call_unread("users.createPersonalAccessToken", &arguments).await?;
        let made = NewApiKey::read(&answer.body);
        made.ok_or_else(|| answer.unreadable("an API key with its token").into())
    }

    /// Removes an API key (V3 Local): its token is refused from then on.
    pub async fn delete_personal_access_token(self, id: &str) -> Result<(), Error> {
        self.0.act("users.deletePersonalAccessToken", &args! { "id" => id }).await
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
