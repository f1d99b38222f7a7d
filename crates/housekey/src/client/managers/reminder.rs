//! The manager `reminder`.

use serde_json::Value;

use crate::Homey;
use crate::error::Error;

/// Reminders, which only old firmware has: no specification of today knows the manager.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// println!("{:#}", homey.reminder().get_reminders().await?);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reminders<'a>(pub(super) &'a Homey);

impl Reminders<'_> {
    /// All reminders, by a raw call of `/api/manager/reminder/reminder`, as an old client of the vendor
    /// made it: objects by id with `name`, `date`, `trigger` and `action`. Which firmware answers is not
    /// known; others refuse.
    pub async fn get_reminders(self) -> Result<Value, Error> {
        self.0.root("reminder/reminder").await
    }
}
