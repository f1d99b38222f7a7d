//! The topics besides those of capabilities.

use crate::slug::leaf;
use crate::view::HomeyNames;

/// Whether the bridge is connected; the last will.
pub(crate) fn bridge_state(base: &str) -> String {
    format!("{base}/bridge/state")
}

/// What was refused.
pub(crate) fn bridge_log(base: &str) -> String {
    format!("{base}/bridge/log")
}

/// Whether a Homey is followed.
pub(crate) fn homey_state(base: &str, homey: &HomeyNames) -> String {
    format!("{base}/{}/state", homey.level)
}

/// How many of its devices are published.
pub(crate) fn homey_devices(base: &str, homey: &HomeyNames) -> String {
    format!("{base}/{}/devices", homey.level)
}

/// Whether a device can be used; `device` is its topic.
pub(crate) fn availability(device: &str) -> String {
    format!("{device}/availability")
}

/// The value of a variable.
pub(crate) fn variable(base: &str, homey: &HomeyNames, id: &str) -> String {
    format!("{base}/{}/variables/{}", homey.level, leaf(id))
}

/// Where a mood, flow or variable takes commands.
pub(crate) fn item_command(base: &str, homey: &HomeyNames, kind: &str, id: &str) -> String {
    format!("{base}/{}/{kind}/{}/set", homey.level, leaf(id))
}

/// Where commands come in: to devices, and to moods, flows and variables.
pub(crate) fn command_filters(base: &str, homey: &HomeyNames) -> [String; 2] {
    let level = &homey.level;
    [format!("{base}/{level}/+/+/+/set"), format!("{base}/{level}/+/+/set")]
}

/// Where retained values of a Homey lie: of devices, and of variables.
pub(crate) fn value_filters(base: &str, homey: &HomeyNames) -> [String; 2] {
    let level = &homey.level;
    [format!("{base}/{level}/+/+/+"), format!("{base}/{level}/variables/+")]
}
