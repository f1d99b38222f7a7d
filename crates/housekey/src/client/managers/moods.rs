//! The manager `moods`.

use serde_json::Value;

use crate::error::Error;
use crate::model::Mood;
use crate::{Homey, args};

/// Moods: how the devices of a zone are to be.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for mood in homey.moods().get_moods().await? {
///     if mood.name() == "Film" {
///         homey.moods().set_mood(&mood.id).await?;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Moods<'a>(pub(super) &'a Homey);

impl Moods<'_> {
    /// All moods.
    pub async fn get_moods(self) -> Result<Vec<Mood>, Error> {
        self.0.items("moods.getMoods", &args! {}).await
    }

    /// One mood.
    pub async fn get_mood(self, id: &str) -> Result<Mood, Error> {
        self.0.call_as("moods.getMood", &args! { "id" => id }).await
    }

    /// Makes a mood. Keys: `name`, `preset`, `devices` (by the device's id, each with `state`, an
    /// object of values by capability).
    pub async fn create_mood(self, mood: Value) -> Result<Mood, Error> {
        self.0.call_as("moods.createMood", &args! { "mood" => mood }).await
    }

    /// Changes a mood. Keys as in [`Moods::create_mood`]; what is not there stays as it is
    /// (inferred).
    pub async fn update_mood(self, id: &str, mood: Value) -> Result<Mood, Error> {
        self.0.call_as("moods.updateMood", &args! { "id" => id, "mood" => mood }).await
    }

    /// Removes a mood.
    pub async fn delete_mood(self, id: &str) -> Result<(), Error> {
        self.0.act("moods.deleteMood", &args! { "id" => id }).await
    }

    /// Puts all devices of a mood into its state.
    pub async fn set_mood(self, id: &str) -> Result<(), Error> {
        self.0.act("moods.setMood", &args! { "id" => id }).await
    }
}
