//! Who owns a card, a token or a log, and what an owner looks like.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::device_view;
use crate::state::Home;

/// The colour of every app of the virtual home, and of its drivers.
pub(super) const APP_COLOUR: &str = "#336699";

/// The owner as older Homeys put it beside the URI.
pub(super) fn view(home: &Home, uri: &str, name: &str) -> Value {
    let mut parts = uri.splitn(3, ':').skip(1);
    let (kind, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (colour, icon) = look(home, uri);
    json!({ "type": kind, "id": id, "name": name, "color": colour, "iconObj": icon })
}

/// Colour and icon of an owner. Inferred: that a device shows its own, and that managers have none.
pub(super) fn look(home: &Home, uri: &str) -> (Option<&'static str>, Value) {
    if let Some(device) = uri.strip_prefix("homey:device:").and_then(|id| home.devices.get(id)) {
        return (device_view::colour(device), device_view::icon(home.dialect, device));
    }
    match uri.strip_prefix("homey:app:") {
        Some(app) => (Some(APP_COLOUR), icon(home.dialect, app)),
        None => (None, Value::Null),
    }
}

/// An icon, whose id is a digest on older Homeys and a UUID on newer ones; one label, one icon.
pub(super) fn icon(dialect: Dialect, label: &str) -> Value {
    let thing = crate::state::ids::thing(label);
    if dialect == Dialect::V2 {
        let id = format!("{thing:016x}{:016x}", thing.rotate_left(17));
        return json!({ "id": id, "url": format!("/icon/{id}/icon.svg") });
    }
    let bytes = (u128::from(thing) << 64 | u128::from(!thing)).to_be_bytes();
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
    json!({ "id": id, "url": format!("/api/icon/{id}") })
}
