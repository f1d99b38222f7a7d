//! One component of a device.

use housekey::model::Capability;
use serde_json::{Map, Value, json};

use crate::view::{View, is_share};

/// The template from a share of one to per cent.
pub(crate) const PERCENT: &str =
    "{{ value if value == 'None' else (value | float * 100) | round(0) | int }}";

/// The template back.
pub(crate) const SHARE: &str = "{{ value / 100 }}";

/// A component of a device: its platform and its keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entity {
    /// Its id within the device: a capability, or the name of a composite.
    pub(crate) key: String,
    pub(crate) platform: &'static str,
    pub(crate) config: Map<String, Value>,
    /// The capabilities that are part of it.
    pub(crate) takes: Vec<String>,
}

impl Entity {
    pub(crate) fn new(view: &View<'_>, key: &str, platform: &'static str) -> Self {
        let mut entity =
            Self { key: key.to_owned(), platform, config: Map::new(), takes: Vec::new() };
        entity.set("unique_id", view.unique_id(key));
        entity
    }

    /// A composite that takes those capabilities, as far as the device has them.
    pub(crate) fn composite(view: &View<'_>, platform: &'static str, takes: &[&str]) -> Self {
        let mut entity = Self::new(view, platform, platform);
        entity.takes = takes.iter().filter(|id| view.has(id)).map(|&id| id.to_owned()).collect();
        entity
    }

    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.config.insert(key.to_owned(), value.into());
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// The same with a key that is left out where there is no value.
    pub(crate) fn with_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same with the topics `<name>state_topic` and `<name>command_topic` of a capability.
    pub(crate) fn with_topics(self, view: &View<'_>, name: &str, capability: &str) -> Self {
        self.with(&format!("{name}state_topic"), view.state(capability))
            .with(&format!("{name}command_topic"), view.command(capability))
    }

    /// The same for a share of one that the component takes in per cent: `templates` are the keys of the
    /// two templates.
    pub(crate) fn with_percent(self, capability: &Capability, templates: [&str; 2]) -> Self {
        match is_share(capability) {
            true => self.with(templates[0], PERCENT).with(templates[1], SHARE),
            false => self,
        }
    }

    /// The main component has the name of its device, others their own.
    pub(crate) fn named(self, main: Option<()>) -> Self {
        match main {
            Some(()) => self.with("name", Value::Null),
            None => {
                let name = self.key.replace('_', " ");
                self.with("name", name)
            }
        }
    }
}

/// Payloads of a boolean, as its topic has them.
pub(crate) fn booleans(entity: Entity, on: &str, off: &str) -> Entity {
    entity.with(on, json!("true")).with(off, json!("false"))
}
