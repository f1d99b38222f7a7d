//! The recorded values of a home, as the agent gives them to the dashboard.

use futures_util::future::BoxFuture;
use housekey_chart::Point;

use crate::view::history::{RecordedSeries, Window};

/// Reads what was recorded of a home. Errors are texts for people.
pub trait Recorded: Send + Sync {
    /// All series; none where nothing was recorded yet.
    fn series(&self) -> BoxFuture<'static, Result<Vec<RecordedSeries>, String>>;

    /// The values of a series: means of numbers, the increase of meters, the share of the time that was true.
    fn values(
        &self,
        series: &RecordedSeries,
        window: Window,
    ) -> BoxFuture<'static, Result<Vec<Point>, String>>;
}
