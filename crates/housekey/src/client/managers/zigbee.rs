//! The manager `zigbee`.

use serde_json::Value;

use crate::error::Error;
use crate::{Homey, args};

/// The Zigbee network.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let state = homey.zigbee().get_state().await?;
/// println!("channel {}", state["controllerState"]["channel"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Zigbee<'a>(pub(super) &'a Homey);

impl Zigbee<'_> {
    /// The network: `controllerState`, `nodes` by address, and more, as a program in the field reads
    /// it.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("zigbee.getState", &args! {}).await
    }
}
