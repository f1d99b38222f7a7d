//! The JSON text of a device, quickly: a template that lasts until the device itself changes, into
//! which the values of the moment are put.
//!
//! A thousand devices are three megabytes, and a home's values change all the time, so making the
//! whole text anew for each request would be what an answer mostly waits for.

use serde_json::json;

use super::device_template::cut;
use super::device_view;
use crate::state::Home;
use crate::state::device::{Device, Part, Slot};
use crate::state::value::number;

/// The present JSON text of a device.
pub(super) fn text<'a>(home: &Home, device: &'a Device) -> &'a str {
    device.text.get_or_init(|| {
        let template =
            device.template.get_or_init(|| cut(&device_view::view(home, device).to_string()));
        let mut text = String::with_capacity(4096);
        for part in template {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Slot(slot) => put(&mut text, home, device, *slot),
            }
        }
        text
    })
}

fn put(text: &mut String, home: &Home, device: &Device, slot: Slot) {
    let time = |text: &mut String, at: Option<jiff::Timestamp>| match at {
        Some(at) => {
            text.push('"');
            text.push_str(&super::time(at));
            text.push('"');
        }
        None => text.push_str("null"),
    };
    match slot {
        Slot::Value(index) => match device.capabilities.get(index) {
            Some(capability) => text.push_str(&capability.value.to_string()),
            None => text.push_str("null"),
        },
        Slot::Updated(index) => {
            time(text, device.capabilities.get(index).and_then(|one| one.last_updated));
        }
        Slot::Seen => {
            time(text, device.capabilities.iter().filter_map(|one| one.last_updated).max());
        }
        Slot::Watts => text.push_str(&json!(device_view::watts(device).map(number)).to_string()),
        Slot::Images => text.push_str(&device_view::images(home, device).to_string()),
    }
}
