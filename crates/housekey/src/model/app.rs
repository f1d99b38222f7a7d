//! An app that is installed on the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, FieldValue, name};

/// An app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// A reverse domain name: `com.example.lamps`.
    pub id: String,
    /// A text, or texts by language; see [`App::name`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub name: Field<Value>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub version: Field<String>,
    /// Whether it may run.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub enabled: Field<bool>,
    /// `starting`, `running`, `stopping`, `stopped`, or on V3 `crashed`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub state: Field<String>,
    /// Whether it has started (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub ready: Field<bool>,
    /// Whether it has crashed.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub crashed: Field<bool>,
    /// What it said then.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub crashed_message: Field<String>,
    /// `appstore`, `devkit_run` or `devkit_install`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub origin: Field<String>,
    /// `live` or `test` on V3; `stable`, `beta` or `alpha` on V2.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub channel: Field<String>,
    /// Whether it is updated by itself.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub autoupdate: Field<bool>,
    /// Whether there is a newer version: a boolean on V3, an object or `null` on V2; see
    /// [`App::has_update`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub update_available: Field<Value>,
    /// What it uses now.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub usage: Field<Usage>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What an app uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// The processor, probably in percent.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub cpu: Field<Number>,
    /// Memory: bytes, or an object with several measures of it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
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
