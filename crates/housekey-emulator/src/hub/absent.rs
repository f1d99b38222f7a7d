//! Operations on kinds of things that this home has none of: Matter nodes, energy dongles, bridges,
//! satellites, videos, widgets, sessions of the developer kit. Lists of them are empty, and each operation on
//! one answers that it is not found.

use housekey::catalogue::Operation;
use serde_json::json;

use super::call::{Answer, Call, Handler, Handlers, HubError};
use crate::state::Home;

pub(super) const HANDLERS: Handlers = &[
    ("coprocessor.getBridges", |_, _| Ok(json!({}).into())),
    ("coprocessor.setDebugLogging", |_, _| Ok(Answer::NOTHING)),
    ("dashboards.getAppWidgets", |_, _| Ok(json!({}).into())),
    ("dashboards.getWidgetStores", |_, _| Ok(json!({}).into())),
    ("matter.getMatterNodes", |_, _| Ok(json!({}).into())),
    ("satellites.setDebugLogging", |_, call| match call.text("serial") {
        Ok(serial) => Err(HubError::not_found("Satellite", serial)),
        // Of all satellites.
        Err(_) => Ok(Answer::NOTHING),
    }),
    ("videos.getVideos", |_, _| Ok(json!({}).into())),
];

/// The handler of an operation on an item that is not there.
pub(super) fn handler(operation: &'static Operation) -> Option<Handler> {
    missing(operation.id).map(|_| not_found as Handler)
}

fn not_found(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (item, argument) = missing(call.operation.id).unwrap_or_default();
    Err(HubError::not_found(item, call.text(argument)?))
}

/// The item that an operation is about, and the argument that names it. Options and states of these managers
/// have other handlers.
fn missing(operation: &str) -> Option<(&'static str, &'static str)> {
    Some(match operation {
        "coprocessor.pairBridge" => ("Bridge", "serialHash"),
        "dashboards.getAppWidget" | "dashboards.getAppWidgetAutocomplete" => ("AppWidget", "id"),
        "dashboards.getWidgetStore"
        | "dashboards.getWidgetStoreState"
        | "dashboards.setWidgetStoreState" => ("WidgetStore", "id"),
        "devkit.getAppStdOut" | "devkit.stopApp" => ("Session", "session"),
        "devkit.uninstallApp" => ("Session", "sessionId"),
        "matter.deleteFabric" | "matter.getFabrics" | "matter.openCommissioningWindow" => {
            ("MatterNode", "deviceId")
        }
        "satellites.getDebugLog" => ("Satellite", "serial"),
        "videos.getVideoUrl" | "videos.videoKeepAlive" | "videos.videoOffer" => ("Video", "id"),
        other => match other.split_once('.')? {
            ("matter", _) => ("MatterNode", "id"),
            ("energydongle", _) => ("EnergyDongle", "deviceId"),
            _ => return None,
        },
    })
}
