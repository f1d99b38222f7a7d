//! The manager `mobile`.

use serde_json::Value;

use crate::error::Error;
use crate::{Homey, args};

/// What the mobile app shows.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// println!("{:#}", homey.mobile().get_state().await?);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Mobile<'a>(pub(super) &'a Homey);

impl Mobile<'_> {
    /// What the app shows first (V2). The shape is not known.
    pub async fn get_summary(self) -> Result<Value, Error> {
        self.0.call_as("mobile.getSummary", &args! {}).await
    }

    /// What the manager tells about itself (V3). The shape is not known.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("mobile.getState", &args! {}).await
    }

    /// The root of the manager, `GET /api/manager/mobile/`, which is no operation but stands in lists
    /// of endpoints. The shape of the answer is not known; it may be a refusal.
    pub async fn root(self) -> Result<Value, Error> {
        self.0.root("mobile").await
    }
}
