//! The manager `presence`.

use serde_json::Value;

use crate::error::Error;
use crate::model::Presence;
use crate::{Homey, args};

/// Who is at home, and who is asleep. `homey.users().get_users()` tells both for all at once.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let me = homey.users().get_user_me().await?;
/// if homey.presence().get_present(&me.id).await?.value() != Some(true) {
///     homey.presence().set_present_me(true).await?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Presences<'a>(pub(super) &'a Homey);

impl Presences<'_> {
    /// Whether a user is at home.
    pub async fn get_present(self, user_id: &str) -> Result<Presence, Error> {
        self.0.call_as("presence.getPresent", &args! { "id" => user_id }).await
    }

    /// Says whether a user is at home.
    pub async fn set_present(self, user_id: &str, present: bool) -> Result<(), Error> {
        self.0.act("presence.setPresent", &args! { "id" => user_id, "value" => present }).await
    }

    /// Says whether the user is at home whose token is used.
    pub async fn set_present_me(self, present: bool) -> Result<(), Error> {
        self.0.act("presence.setPresentMe", &args! { "value" => present }).await
    }

    /// Whether a user is asleep.
    pub async fn get_asleep(self, user_id: &str) -> Result<Presence, Error> {
        self.0.call_as("presence.getAsleep", &args! { "id" => user_id }).await
    }

    /// Says whether a user is asleep.
    pub async fn set_asleep(self, user_id: &str, asleep: bool) -> Result<(), Error> {
        self.0.act("presence.setAsleep", &args! { "id" => user_id, "value" => asleep }).await
    }

    /// Says whether the user is asleep whose token is used.
    pub async fn set_asleep_me(self, asleep: bool) -> Result<(), Error> {
        self.0.act("presence.setAsleepMe", &args! { "value" => asleep }).await
    }

    /// The root of the manager, `GET /api/manager/presence/`, which is no operation but stands in lists
    /// of endpoints. The shape of the answer is not known; it may be a refusal.
    pub async fn root(self) -> Result<Value, Error> {
        self.0.root("presence").await
    }
}
