//! The manager `users`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

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

/// An API key that was just made, with its token, which is told only once. *Inferred*: that both stand
/// in one object, the token as `token`.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// The bearer token.
    pub token: Secret,
    /// What is listed of it.
    pub key: ApiKey,
}

/// One object that holds both, token and key.
impl<'de> Deserialize<'de> for NewApiKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut whole = Map::deserialize(from)?;
        let Some(Value::String(token)) = whole.remove("token") else {
            return Err(D::Error::missing_field("token"));
        };
        let key = ApiKey::deserialize(Value::Object(whole)).map_err(D::Error::custom)?;
        Ok(Self { token: Secret::new(token), key })
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
    pub async fn create_personal_access_token(
        self,
        name: &str,
        scopes: &[&str],
    ) -> Result<NewApiKey, Error> {
        let arguments = args! { "name" => name, "scopes" => scopes };
        self.0.call_as("users.createPersonalAccessToken", &arguments).await
    }

    /// Removes an API key (V3 Local): its token is refused from then on.
    pub async fn delete_personal_access_token(self, id: &str) -> Result<(), Error> {
        self.0.act("users.deletePersonalAccessToken", &args! { "id" => id }).await
    }
}
