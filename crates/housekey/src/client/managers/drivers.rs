//! The manager `drivers`.

use serde_json::Value;

use crate::error::Error;
use crate::model::{Driver, PairSession};
use crate::{Homey, args};

/// Drivers, which apps bring to pair devices, and the conversations in which they do.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for driver in homey.drivers().get_drivers().await? {
///     println!("{} by {}", driver.id(), driver.owner_name().unwrap_or("-"));
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Drivers<'a>(pub(super) &'a Homey);

impl Drivers<'_> {
    /// All drivers.
    pub async fn get_drivers(self) -> Result<Vec<Driver>, Error> {
        self.0.items("drivers.getDrivers", &args! {}).await
    }

    /// One driver (not on Homey Cloud), by its whole id.
    pub async fn get_driver(self, id: &str) -> Result<Driver, Error> {
        self.0.call_as("drivers.getDriver", &args! { "id" => id }).await
    }

    /// All conversations (V2).
    pub async fn get_pair_sessions(self) -> Result<Vec<PairSession>, Error> {
        self.0.items("drivers.getPairSessions", &args! {}).await
    }

    /// Begins a conversation. Keys: `type` (`pair`, `repair` or `unpair`), `driverId`, `deviceId`,
    /// `zoneId`.
    pub async fn create_pair_session(self, session: Value) -> Result<PairSession, Error> {
        self.0.call_as("drivers.createPairSession", &args! { "pairsession" => session }).await
    }

    /// One conversation.
    pub async fn get_pair_session(self, id: &str) -> Result<PairSession, Error> {
        self.0.call_as("drivers.getPairSession", &args! { "id" => id }).await
    }

    /// Ends a conversation.
    pub async fn delete_pair_session(self, id: &str) -> Result<(), Error> {
        self.0.act("drivers.deletePairSession", &args! { "id" => id }).await
    }
}
