//! A capability of a device, by its id.

use housekey::model::{Capability, Device};

use crate::error::Outcome;
use crate::lookup::{self, Named};

/// The capability that a device has under that id.
///
/// # Errors
/// Usage with those it has, where it has no such one.
pub(crate) fn capability<'d>(device: &'d Device, wanted: &str) -> Outcome<&'d Capability> {
    let known: Vec<&'d Capability> = device.all_capabilities().collect();
    let found = lookup::find("capability", &known, wanted, |capability| Named {
        id: &capability.id,
        name: &capability.id,
        zone: None,
    });
    found.copied()
}
