//! The manager `energy`.

use serde_json::Value;

use crate::error::Error;
use crate::model::LiveReport;
use crate::{Homey, args};

/// What is used and generated.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let live = homey.energy().get_live_report(None).await?;
/// println!("{:?}", live.total_consumed.get().and_then(|total| total.watts.get()));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Energy<'a>(pub(super) &'a Homey);

impl Energy<'_> {
    /// What is used and generated now in a zone, or in the whole home.
    pub async fn get_live_report(self, zone: Option<&str>) -> Result<LiveReport, Error> {
        self.0.call_as("energy.getLiveReport", &args! { "zone" => zone }).await
    }

    /// The currency of the costs (V3): `EUR`. V2 tells it in the report.
    pub async fn get_currency(self) -> Result<String, Error> {
        self.0.call_as("energy.getCurrency", &args! {}).await
    }

    /// What was used in a day (V3), such as `2026-01-31`. Other clients read
    /// `electricity.consumedPeriod` in it.
    pub async fn get_report_day(self, date: &str) -> Result<Value, Error> {
        self.0.call_as("energy.getReportDay", &args! { "date" => date }).await
    }

    /// What was used in a week (V3), such as `2026-W05`.
    pub async fn get_report_week(self, iso_week: &str) -> Result<Value, Error> {
        self.0.call_as("energy.getReportWeek", &args! { "isoWeek" => iso_week }).await
    }

    /// What was used in a month (V3), such as `2026-01`.
    pub async fn get_report_month(self, year_month: &str) -> Result<Value, Error> {
        self.0.call_as("energy.getReportMonth", &args! { "yearMonth" => year_month }).await
    }

    /// What was used in a year (V3).
    pub async fn get_report_year(self, year: &str) -> Result<Value, Error> {
        self.0.call_as("energy.getReportYear", &args! { "year" => year }).await
    }
}
