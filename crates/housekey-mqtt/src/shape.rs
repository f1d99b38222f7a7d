//! Which topics of a device follow which capability.

use std::sync::Arc;

use housekey::mirror::Item;
use serde_json::Value;

use crate::home_assistant::{LightParts, vacuum_state};
use crate::payload;
use crate::slug::leaf;
use crate::view::{View, is_readable, is_settable};

/// The topics of a device, without its name and bounds: what is needed for each value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    /// The topic of the device.
    pub(crate) topic: Arc<str>,
    pub(crate) leaves: Vec<Leaf>,
}

/// A topic below that of the device.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    pub(crate) name: Box<str>,
    pub(crate) source: Source,
    /// Whether it takes commands.
    pub(crate) is_settable: bool,
    /// Whether it has a value.
    pub(crate) is_readable: bool,
}

/// Where the value of a topic comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// A capability.
    Capability(Box<str>),
    /// All capabilities of a light.
    Light(LightParts),
    /// Those of a vacuum cleaner.
    Vacuum,
    /// A doorbell that rings: not retained.
    Ring,
}

impl Shape {
    pub(crate) fn of(view: &View<'_>) -> Self {
        let mut leaves: Vec<_> = view
            .capabilities
            .iter()
            .map(|capability| Leaf {
                name: leaf(&capability.id).into(),
                source: Source::Capability(capability.id.as_str().into()),
                is_settable: is_settable(capability),
                is_readable: is_readable(capability),
            })
            .collect();
        if view.options.home_assistant.is_some() {
            let own = |name: &str, source, is_settable| Leaf {
                name: name.into(),
                source,
                is_settable,
                is_readable: true,
            };
            leaves
                .extend(LightParts::of(view).map(|parts| own("light", Source::Light(parts), true)));
            if view.has("vacuumcleaner_state") {
                leaves.push(own("vacuum", Source::Vacuum, false));
            }
            if view.class() == "doorbell" && view.has("alarm_generic") {
                leaves.push(own("ring", Source::Ring, false));
            }
        }
        Self { topic: view.topic.as_str().into(), leaves }
    }

    pub(crate) fn leaf(&self, name: &str) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| *leaf.name == *name)
    }

    pub(crate) fn topic_of(&self, leaf: &Leaf) -> String {
        format!("{}/{}", self.topic, leaf.name)
    }

    /// The topics that a value of that capability changes.
    pub(crate) fn followers(&self, capability: &str) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter().filter(move |leaf| leaf.is_readable && leaf.source.follows(capability))
    }
}

impl Leaf {
    /// The message of its value; `None` where there is none, or never was.
    pub(crate) fn payload(&self, item: &Item) -> Option<String> {
        if !self.is_readable {
            return None;
        }
        let value = |id: &str| value(item, id);
        match &self.source {
            Source::Capability(id) => {
                let report = item.report(id)?;
                // What has no value and never had one has no topic.
                let was_reported = report.at.is_some() || !report.value.is_null();
                was_reported.then(|| payload::cut(payload::of_value(&report.value)))
            }
            Source::Light(parts) => parts.state(&value),
            Source::Vacuum => vacuum_state(&value),
            Source::Ring => None,
        }
    }
}

impl Source {
    fn follows(&self, capability: &str) -> bool {
        match self {
            Self::Capability(id) => **id == *capability,
            Self::Light(_) => {
                capability == "onoff" || capability == "dim" || capability.starts_with("light_")
            }
            Self::Vacuum => capability.starts_with("vacuumcleaner_"),
            Self::Ring => capability == "alarm_generic",
        }
    }
}

/// The present value of a capability.
pub(crate) fn value(item: &Item, capability: &str) -> Value {
    item.report(capability).map_or(Value::Null, |report| report.value.clone())
}
