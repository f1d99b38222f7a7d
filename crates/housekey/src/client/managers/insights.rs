//! The manager `insights`.

use crate::error::Error;
use crate::model::{Log, LogEntries};
use crate::{Homey, args};

/// Values over time.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let power = "homey:device:550e8400-e29b-41d4-a716-446655440000:measure_power";
/// let day = homey.insights().get_log_entries(power, Some("last24Hours")).await?;
/// for (at, watts) in day.points() {
///     println!("{at} {watts:?}");
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Insights<'a>(pub(super) &'a Homey);

impl Insights<'_> {
    /// All logs.
    pub async fn get_logs(self) -> Result<Vec<Log>, Error> {
        self.0.items("insights.getLogs", &args! {}).await
    }

    /// One log, by its whole id.
    pub async fn get_log(self, id: &str) -> Result<Log, Error> {
        self.0.call_as("insights.getLog", &args! { "id" => id }).await
    }

    /// What stands in a log, by its whole id. For resolutions see [`LogEntries::RESOLUTIONS`]; a
    /// Homey answers one that it does not know with a stretch of its own choice, and no error.
    pub async fn get_log_entries(
        self,
        id: &str,
        resolution: Option<&str>,
    ) -> Result<LogEntries, Error> {
        self.0
            .call_as("insights.getLogEntries", &args! { "id" => id, "resolution" => resolution })
            .await
    }

    /// Removes a log, by its whole id.
    pub async fn delete_log(self, id: &str) -> Result<(), Error> {
        self.0.act("insights.deleteLog", &args! { "id" => id }).await
    }

    /// Empties a log, by its whole id.
    pub async fn delete_log_entries(self, id: &str) -> Result<(), Error> {
        self.0.act("insights.deleteLogEntries", &args! { "id" => id }).await
    }
}
