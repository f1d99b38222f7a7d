//! A device as it is published: its topics, ids and the capabilities that are chosen.

use housekey::model::{Capability, Choice, Device, Measure, ValueKind};
use serde_json::{Number, Value};

use crate::options::{Discovery, Names, Options, Override, UniqueIds};
use crate::slug::{leaf, object_id};

/// The Homey of a device, as topics and ids name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeyNames {
    /// Its short name as a level of topics.
    pub(crate) level: String,
    /// Its name.
    pub(crate) title: String,
    /// What its ids begin with: the cloud id, or else the short name.
    pub(crate) id: String,
}

impl HomeyNames {
    /// The names of a Homey with that short name, title and cloud id.
    pub fn new(name: &str, title: &str, id: Option<&str>) -> Self {
        let level = match &*crate::slug::slug(name) {
            // The status of the connection lies there.
            "bridge" | "" => "homey".to_owned(),
            level => level.to_owned(),
        };
        let id = object_id(id.unwrap_or(&level));
        Self { level, title: title.to_owned(), id }
    }
}

/// A device, with what is published of it.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) device: &'a Device,
    pub(crate) homey: &'a HomeyNames,
    pub(crate) options: &'a Options,
    /// The name of its zone.
    pub(crate) zone: &'a str,
    /// Its topic: `housekey/home/kitchen/lamp`.
    pub(crate) topic: String,
    /// The capabilities that are chosen.
    pub(crate) capabilities: Vec<&'a Capability>,
}

impl<'a> View<'a> {
    /// `None` for a device that is not published.
    pub(crate) fn new(
        device: &'a Device,
        homey: &'a HomeyNames,
        options: &'a Options,
        zone: &'a str,
        level: &str,
    ) -> Option<Self> {
        let topic = format!("{}/{}/{level}", options.base, homey.level);
        let mut view = Self { device, homey, options, zone, topic, capabilities: Vec::new() };
        let names = view.names();
        let is_hidden = device.other.get("hidden") == Some(&Value::Bool(true));
        if is_hidden || !options.selection.device(&names) {
            return None;
        }
        let chosen =
            |capability: &&Capability| options.selection.capability(&names, &capability.id);
        view.capabilities = device.all_capabilities().filter(chosen).collect();
        Some(view)
    }

    fn names(&self) -> Names<'a> {
        let (id, name) = (&*self.device.id, self.device.name());
        Names { id, name, zone: self.zone, class: self.device.class().unwrap_or_default() }
    }

    /// Its class according to its owner.
    pub(crate) fn class(&self) -> &str {
        self.device.class().unwrap_or_default()
    }

    pub(crate) fn capability(&self, id: &str) -> Option<&'a Capability> {
        self.capabilities.iter().copied().find(|capability| capability.id == id)
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.capability(id).is_some()
    }

    /// Where the value of a capability is.
    pub(crate) fn state(&self, id: &str) -> String {
        format!("{}/{}", self.topic, leaf(id))
    }

    /// Where a capability is set.
    pub(crate) fn command(&self, id: &str) -> String {
        format!("{}/{}/set", self.topic, leaf(id))
    }

    /// The unique id of an entity.
    pub(crate) fn unique_id(&self, key: &str) -> String {
        match self.options.ids {
            UniqueIds::Housekey => format!("hk_{}_{}_{key}", self.homey.id, self.device.id),
            UniqueIds::MqttHub => format!("{}_{key}", self.device.id),
        }
    }

    /// What the discovery topics of the device are called.
    pub(crate) fn object_id(&self) -> String {
        format!("hk_{}_{}", self.homey.id, object_id(&self.device.id.replace('-', "")))
    }

    /// Whether the messages are for a Home Assistant before 2024.12.
    pub(crate) fn is_old(&self) -> bool {
        self.options.home_assistant == Some(Discovery::Component)
    }

    /// What the settings change for the device itself, or for a capability or composite.
    pub(crate) fn overrides(&self, key: Option<&str>) -> impl Iterator<Item = &'a Override> {
        let names = self.names();
        let own = move |one: &&Override| one.capability.as_deref() == key && names.fit(&one.device);
        self.options.overrides.iter().filter(own).collect::<Vec<_>>().into_iter()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'a str {
        self.overrides(None)
            .find_map(|one| one.name.as_deref())
            .unwrap_or_else(|| self.device.name())
    }
}

/// Whether the capability can be read; where it does not say so, it can.
pub(crate) fn is_readable(capability: &Capability) -> bool {
    capability.getable.get() != Some(&false)
}

pub(crate) fn is_settable(capability: &Capability) -> bool {
    capability.setable.is_true()
}

/// Whether it runs from 0 to 1, shown in per cent. Parts of colours do not say their unit.
pub(crate) fn is_share(capability: &Capability) -> bool {
    let is_colour = capability.id.starts_with("light_") && bound(&capability.max) == Some(1.0);
    is_number(capability) && (is_colour || Measure::of_capability(capability).scaled(1.0) == 100.0)
}

pub(crate) fn is_number(capability: &Capability) -> bool {
    capability.kind() == Some(ValueKind::Number)
}

/// The values of an `enum`.
pub(crate) fn choices(capability: &Capability) -> Vec<&str> {
    let choices: &[Choice] = capability.values.get().map_or(&[], Vec::as_slice);
    choices.iter().map(|choice| choice.id.as_str()).collect()
}

/// A bound or step as a number.
pub(crate) fn bound(field: &housekey::model::Field<Number>) -> Option<f64> {
    field.get().and_then(Number::as_f64).filter(|bound| bound.is_finite())
}
