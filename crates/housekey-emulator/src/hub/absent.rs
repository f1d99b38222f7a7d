//! Operations on kinds of things that this home has none of: Matter nodes, energy dongles, bridges,
//! satellites, videos, widget stores, sessions of the developer kit. Each says that it does not know the
//! one that is named.

use super::answer::Answer;
use super::call::{Call, Handlers};
use super::error::HubError;
use crate::state::Home;

pub(super) const HANDLERS: Handlers = &[
    ("energydongle.checkFirmwareUpdateAvailable", dongle),
    ("energydongle.createAndUploadDiagnosticReport", dongle),
    ("energydongle.getNextFrame", dongle),
    ("energydongle.getPhaseLoadLimits", dongle),
    ("energydongle.getUartConfig", dongle),
    ("energydongle.installFirmwareUpdate", dongle),
    ("energydongle.reboot", dongle),
    ("energydongle.restartSettingsDiscovery", dongle),
    ("energydongle.setPhaseLoadLimits", dongle),
    ("energydongle.setUartConfig", dongle),
    ("matter.getMatterNode", node),
    ("matter.deleteMatterNode", node),
    ("matter.deleteNodeFabric", node),
    ("matter.forceNodeUpdate", node),
    ("matter.getNodeAttributes", node),
    ("matter.getNodeAvailableFirmwareUpdate", node),
    ("matter.getNodeFabrics", node),
    ("matter.installNodeAvailableFirmwareUpdate", node),
    ("matter.nodeDiagnosticReport", node),
    ("matter.nodeThreadNetworkInformation", node),
    ("matter.nodeWiFiNetworkInformation", node),
    ("matter.pingNode", node),
    ("matter.resolveNodeAddress", node),
    ("matter.deleteFabric", matter_device),
    ("matter.getFabrics", matter_device),
    ("matter.openCommissioningWindow", matter_device),
    ("videos.getVideoUrl", video),
    ("videos.videoKeepAlive", video),
    ("videos.videoOffer", video),
    ("satellites.getDebugLog", |_, call| {
        Err(HubError::not_found("Satellite", call.text("serial")?))
    }),
    ("satellites.setDebugLogging", |_, call| match call.text("serial") {
        Ok(serial) => Err(HubError::not_found("Satellite", serial)),
        // Of all there are.
        Err(_) => Ok(Answer::NOTHING),
    }),
    ("coprocessor.pairBridge", |_, call| {
        Err(HubError::not_found("Bridge", call.text("serialHash")?))
    }),
    ("coprocessor.setDebugLogging", |_, _| Ok(Answer::NOTHING)),
    ("dashboards.getAppWidgetAutocomplete", |_, call| {
        Err(HubError::not_found("AppWidget", call.text("id")?))
    }),
    ("dashboards.getWidgetStoreState", store),
    ("dashboards.setWidgetStoreState", store),
    ("devkit.getAppStdOut", |_, call| Err(HubError::not_found("Session", call.text("session")?))),
    ("devkit.stopApp", |_, call| Err(HubError::not_found("Session", call.text("session")?))),
    ("devkit.uninstallApp", |_, call| Err(HubError::not_found("Session", call.text("sessionId")?))),
];

fn dongle(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    Err(HubError::not_found("EnergyDongle", call.text("deviceId")?))
}

fn node(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    Err(HubError::not_found("MatterNode", call.text("id")?))
}

/// No device of this home is reached by Matter.
fn matter_device(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    Err(HubError::not_found("MatterNode", call.text("deviceId")?))
}

fn video(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    Err(HubError::not_found("Video", call.text("id")?))
}

fn store(_: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    Err(HubError::not_found("WidgetStore", call.text("id")?))
}
