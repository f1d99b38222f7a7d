//! The manager `cloud`.

use serde_json::Value;

use crate::error::Error;
use crate::{Homey, args};

/// The connection of the Homey to the cloud.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// println!("{:#}", homey.cloud().get_state().await?);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Cloud<'a>(pub(super) &'a Homey);

impl Cloud<'_> {
    /// What the manager tells about itself. The shape is not known.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("cloud.getState", &args! {}).await
    }
}
