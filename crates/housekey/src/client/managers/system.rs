//! The manager `system`.

use serde_json::Value;

use crate::error::Error;
use crate::model::SystemInfo;
use crate::{Homey, args};

/// The Homey itself: name, version, memory, storage, restart.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let name = homey.system().get_system_name().await?;
/// let info = homey.system().get_info().await?;
/// println!("{name} runs {}", info.homey_version.text().unwrap_or("-"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct System<'a>(pub(super) &'a Homey);

impl System<'_> {
    /// What the Homey tells about itself.
    pub async fn get_info(self) -> Result<SystemInfo, Error> {
        self.0.call_as("system.getInfo", &args! {}).await
    }

    /// The name its owner gave it.
    pub async fn get_system_name(self) -> Result<String, Error> {
        self.0.call_as("system.getSystemName", &args! {}).await
    }

    /// Gives it a name.
    pub async fn set_system_name(self, name: &str) -> Result<(), Error> {
        self.0.act("system.setSystemName", &args! { "name" => name }).await
    }

    /// Memory in bytes: `total`, `free`, and `types` by app with `name` and `size`, as another client
    /// reads it.
    pub async fn get_memory_info(self) -> Result<Value, Error> {
        self.0.call_as("system.getMemoryInfo", &args! {}).await
    }

    /// Storage. The shape is not known; one like that of the memory is likely.
    pub async fn get_storage_info(self) -> Result<Value, Error> {
        self.0.call_as("system.getStorageInfo", &args! {}).await
    }

    /// Restarts the Homey, which is gone for some minutes then.
    pub async fn reboot(self) -> Result<(), Error> {
        self.0.act("system.reboot", &args! {}).await
    }
}
