//! A device on one line: `"Kitchen" / "Ceiling lamp" · light · onoff=true dim=0.4 · e98fe6a3`.

use housekey::model::{Capability, Device};

use crate::quote::{quoted_to, word};
use crate::view::{View, value_text};

/// The most values on a line.
const VALUES: usize = 6;

/// The line of a device; the values of the capabilities that are `wanted` come first.
pub(super) fn device_line(view: &View, device: &Device, wanted: &[&str]) -> String {
    let is_wanted =
        |one: &&Capability| wanted.iter().any(|wanted| one.id == *wanted || one.base() == *wanted);
    let (mut shown, others): (Vec<_>, Vec<_>) =
        device.all_capabilities().filter(|one| !one.value().is_null()).partition(is_wanted);
    shown.extend(others);
    let more = shown.len().saturating_sub(VALUES);
    let mut values: Vec<_> = shown.iter().take(VALUES).map(|one| value(one)).collect();
    if more > 0 {
        values.push(format!("+{more}"));
    }
    let mut parts = vec![view.device_name(device)];
    parts.extend(device.class().map(word));
    if device.is_unavailable() {
        parts.push(unavailable(device));
    }
    if !values.is_empty() {
        parts.push(values.join(" "));
    }
    parts.push(view.device_id(device));
    parts.join(" · ")
}

/// `dim=0.4`.
pub(super) fn value(capability: &Capability) -> String {
    format!("{}={}", word(&capability.id), value_text(capability, capability.value()))
}

/// `unavailable "reason"`.
pub(super) fn unavailable(device: &Device) -> String {
    match device.unavailable_message.text().filter(|text| !text.trim().is_empty()) {
        Some(why) => format!("unavailable {}", quoted_to(why, 80)),
        None => "unavailable".to_owned(),
    }
}
