//! An app that is installed on the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, FieldValue, name};

/// An app.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// A reverse domain name: `com.example.lamps`.
    pub id: String,
    /// A text, or texts by language; see [`App::name`].
    pub name: Field<Value>,
    /// Its version.
    pub version: Field<String>,
    /// Whether it may run.
    pub enabled: Field<bool>,
    /// `starting`, `running`, `stopping`, `stopped`, or on V3 `crashed`.
    pub state: Field<String>,
    /// Whether it has started (V2).
    pub ready: Field<bool>,
    /// Whether it has crashed.
    pub crashed: Field<bool>,
    /// The text of the crash.
    pub crashed_message: Field<String>,
    /// `appstore`, `devkit_run` or `devkit_install`.
    pub origin: Field<String>,
    /// `live` or `test` on V3; `stable`, `beta` or `alpha` on V2.
    pub channel: Field<String>,
    /// Whether it is updated automatically.
    pub autoupdate: Field<bool>,
    /// Whether there is a newer version: a boolean on V3, an object or `null` on V2; see
    /// [`App::has_update`].
    pub update_available: Field<Value>,
    /// The resources it uses now.
    pub usage: Field<Usage>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The resources that an app uses.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// The processor, probably in percent.
    pub cpu: Field<Number>,
    /// Memory: bytes, or an object with several measures of it.
    pub mem: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FieldValue for Usage {}

impl App {
    /// The name, the English one where there are several.
    pub fn name(&self) -> Option<&str> {
        name::label(self.name.get()?)
    }

    /// Whether there is a newer version, on every dialect.
    pub fn has_update(&self) -> bool {
        match self.update_available.get() {
            Some(Value::Bool(has)) => *has,
            has => has.is_some(),
        }
    }
}
