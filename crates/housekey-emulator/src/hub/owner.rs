//! The owners of cards, tokens and logs as the API shows them.

use serde_json::{Value, json};

use super::device_view;
use super::icon::{self, APP_COLOUR};
use crate::state::Home;

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
        Some(app) => (Some(APP_COLOUR), icon::of(home.dialect, app)),
        None => (None, Value::Null),
    }
}
