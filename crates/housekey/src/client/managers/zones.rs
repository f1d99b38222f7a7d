//! The manager `zones`.

use serde_json::Value;

use crate::error::Error;
use crate::model::Zone;
use crate::{Homey, args};

/// Rooms and floors, and whether something is going on in them.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use serde_json::json;
/// let attic = homey.zones().create_zone(json!({ "name": "Attic", "icon": "default" })).await?;
/// homey.zones().update_zone(&attic.id, json!({ "name": "Study" })).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Zones<'a>(pub(super) &'a Homey);

impl Zones<'_> {
    /// All zones.
    pub async fn get_zones(self) -> Result<Vec<Zone>, Error> {
        self.0.items("zones.getZones", &args! {}).await
    }

    /// One zone.
    pub async fn get_zone(self, id: &str) -> Result<Zone, Error> {
        self.0.call_as("zones.getZone", &args! { "id" => id }).await
    }

    /// Makes a zone. Keys: `name`, `icon`, `parent` (the id of a zone).
    pub async fn create_zone(self, zone: Value) -> Result<Zone, Error> {
        self.0.call_as("zones.createZone", &args! { "zone" => zone }).await
    }

    /// Changes a zone. Keys as in [`Zones::create_zone`]; what is not there stays as it is.
    pub async fn update_zone(self, id: &str, zone: Value) -> Result<Zone, Error> {
        self.0.call_as("zones.updateZone", &args! { "id" => id, "zone" => zone }).await
    }

    /// Removes a zone.
    pub async fn delete_zone(self, id: &str) -> Result<(), Error> {
        self.0.act("zones.deleteZone", &args! { "id" => id }).await
    }
}
