//! The manager `alarms`.

use serde_json::Value;

use crate::error::Error;
use crate::model::Alarm;
use crate::{Homey, args};

/// Alarm clocks (not on Homey Cloud).
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use serde_json::json;
/// for alarm in homey.alarms().get_alarms().await? {
///     homey.alarms().update_alarm(&alarm.id, json!({ "enabled": false })).await?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Alarms<'a>(pub(super) &'a Homey);

impl Alarms<'_> {
    /// All alarms.
    pub async fn get_alarms(self) -> Result<Vec<Alarm>, Error> {
        self.0.items("alarms.getAlarms", &args! {}).await
    }

    /// One alarm.
    pub async fn get_alarm(self, id: &str) -> Result<Alarm, Error> {
        self.0.call_as("alarms.getAlarm", &args! { "id" => id }).await
    }

    /// Makes an alarm. Keys: `name`, `time` (`07:30`), `enabled`, `repetition` (an object with a
    /// boolean for each of [`Alarm::DAYS`]).
    pub async fn create_alarm(self, alarm: Value) -> Result<Alarm, Error> {
        self.0.call_as("alarms.createAlarm", &args! { "alarm" => alarm }).await
    }

    /// Changes an alarm. Keys as in [`Alarms::create_alarm`]; what is not there stays as it is
    /// (inferred).
    pub async fn update_alarm(self, id: &str, alarm: Value) -> Result<Alarm, Error> {
        self.0.call_as("alarms.updateAlarm", &args! { "id" => id, "alarm" => alarm }).await
    }

    /// Removes an alarm.
    pub async fn delete_alarm(self, id: &str) -> Result<(), Error> {
        self.0.act("alarms.deleteAlarm", &args! { "id" => id }).await
    }
}
