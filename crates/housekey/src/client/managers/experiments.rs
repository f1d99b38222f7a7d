//! The manager `experiments`.

use serde_json::Value;

use crate::error::Error;
use crate::{Homey, args};

/// Features that can be tried before they are released (not on Homey Cloud).
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// println!("{:#}", homey.experiments().get_experiments().await?);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Experiments<'a>(pub(super) &'a Homey);

impl Experiments<'_> {
    /// All experiments. The shape is not known.
    pub async fn get_experiments(self) -> Result<Value, Error> {
        self.0.call_as("experiments.getExperiments", &args! {}).await
    }

    /// Switches an experiment on.
    pub async fn enable_experiment(self, id: &str) -> Result<(), Error> {
        self.0.act("experiments.enableExperiment", &args! { "id" => id }).await
    }

    /// Switches an experiment off.
    pub async fn disable_experiment(self, id: &str) -> Result<(), Error> {
        self.0.act("experiments.disableExperiment", &args! { "id" => id }).await
    }
}
