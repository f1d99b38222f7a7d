//! A device and its capabilities: what it is, what was written to it, and its values at any time.

use std::cell::OnceCell;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::capability::{Capability, fit};
use super::ids::Seed;
use super::pattern::{self, Moment, Sample, Siblings};

/// How many writes of one capability are remembered; history before them is what would have been
/// without them.
const JOURNAL: usize = 64;

/// One device. What the API shows of it is made in `hub::devices`.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) zone: String,
    pub(crate) class: String,
    pub(crate) virtual_class: Option<String>,
    /// The id of the app the driver belongs to.
    pub(crate) app: String,
    /// The driver's short id.
    pub(crate) driver: String,
    pub(crate) icon_override: Option<String>,
    /// The id of the group it is a member of.
    pub(crate) group: Option<String>,
    /// Why it cannot be reached, as its app says.
    pub(crate) unavailable: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) hidden: bool,
    pub(crate) ui_indicator: Option<String>,
    pub(crate) data: Map<String, Value>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) energy: Value,
    /// When it joined the home, which is when the values it started with are from.
    pub(crate) paired: Timestamp,
    pub(crate) capabilities: Vec<Capability>,
    /// The JSON text last made of it; empty when something has changed since.
    pub(crate) text: OnceCell<String>,
    /// What that text is made from; empty when more than values has changed.
    pub(crate) template: OnceCell<Vec<Part>>,
}

/// A piece of a device's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Slot(Slot),
}

/// Something of a device that changes with time; capabilities by their position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Value(usize),
    Updated(usize),
    Watts,
    Seen,
    Images,
}

impl Device {
    /// Who brings its driver. A group has no app.
    pub(crate) fn owner_uri(&self) -> String {
        match self.app.as_str() {
            "" => "homey:virtualdrivergroup".to_owned(),
            app => format!("homey:app:{app}"),
        }
    }

    /// Owner and driver in one, as newer Homeys write it.
    pub(crate) fn driver_id(&self) -> String {
        let between = if self.app.is_empty() { "driver:" } else { "" };
        format!("{}:{between}{}", self.owner_uri(), self.driver)
    }

    pub(crate) fn capability(&self, id: &str) -> Option<&Capability> {
        self.capabilities.iter().find(|capability| capability.id == id)
    }

    /// What kind of picture it has, if it has one.
    pub(crate) fn picture_kind(&self) -> Option<&'static str> {
        match self.class.as_str() {
            "doorbell" => Some("camera"),
            "speaker" => Some("media"),
            _ => None,
        }
    }

    /// Forgets the texts made of it, since more than its values has changed.
    pub(crate) fn forget_texts(&mut self) {
        self.text.take();
        self.template.take();
    }

    /// Brings all values to the moment and names those that changed, by position.
    pub(crate) fn advance(&mut self, seed: &Seed, moment: Moment) -> Vec<usize> {
        let mut changed = Vec::new();
        for index in 0..self.capabilities.len() {
            let Some(sample) = self.sample(index, seed, moment) else { continue };
            let Some(capability) = self.capabilities.get_mut(index) else { continue };
            if capability.value != sample.value {
                changed.push(index);
            }
            if capability.value != sample.value || capability.last_updated != Some(sample.since) {
                self.text.take();
            }
            capability.value = sample.value;
            capability.last_updated = Some(sample.since);
        }
        changed
    }

    /// The value of one capability at a moment; `None` when it has never had one or cannot be read.
    pub(crate) fn sample(&self, index: usize, seed: &Seed, moment: Moment) -> Option<Sample> {
        let capability = self.capabilities.get(index)?;
        if !capability.definition.getable {
            return None;
        }
        let siblings = DeviceSiblings { device: self, seed };
        let lived = pattern::sample(capability.pattern, seed, capability.thing, moment, &siblings)
            .map(|sample| Sample { value: fit(sample.value, capability), ..sample });
        let written = capability.written.iter().rev().find(|write| write.since <= moment.at);
        match (lived, written) {
            // The routine takes over again at its next change.
            (Some(lived), Some(written)) if written.since < lived.since => Some(lived),
            (_, Some(written)) => Some(written.clone()),
            (Some(lived), None) => Some(lived),
            (None, None) if capability.start.is_null() => None,
            (None, None) => Some(Sample { value: capability.start.clone(), since: self.paired }),
        }
    }

    /// Notes a write; [`Device::advance`] makes it visible.
    pub(crate) fn write(&mut self, id: &str, value: Value, now: Timestamp) {
        let Some(capability) = self.capabilities.iter_mut().find(|one| one.id == id) else {
            return;
        };
        if capability.written.len() >= JOURNAL {
            capability.written.remove(0);
        }
        // A clock that was set back must not hide the newest write behind older ones.
        capability.written.retain(|write| write.since <= now);
        capability.written.push(Sample { value, since: now });
    }
}

struct DeviceSiblings<'a> {
    device: &'a Device,
    seed: &'a Seed,
}

impl Siblings for DeviceSiblings<'_> {
    fn other(&self, capability: &str, moment: Moment) -> Option<Sample> {
        let index = self.device.capabilities.iter().position(|one| one.id == capability)?;
        self.device.sample(index, self.seed, moment)
    }
}
