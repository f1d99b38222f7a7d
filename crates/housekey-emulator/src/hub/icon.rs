//! Icons and colours of apps and their drivers.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use crate::state::ids::thing;

/// The colour of every app of the virtual home, and of its drivers.
pub(super) const APP_COLOUR: &str = "#336699";

/// The icon of a label. Its id is a digest on older Homeys and a UUID on newer ones.
pub(super) fn of(dialect: Dialect, label: &str) -> Value {
    let digest = thing(label);
    if dialect == Dialect::V2 {
        let id = format!("{digest:016x}{:016x}", digest.rotate_left(17));
        return json!({ "id": id, "url": format!("/icon/{id}/icon.svg") });
    }
    let bytes = (u128::from(digest) << 64 | u128::from(!digest)).to_be_bytes();
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
    json!({ "id": id, "url": format!("/api/icon/{id}") })
}
