//! The shape of an answer: types and names of fields, without any value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// How deep answers are looked into.
const DEEPEST: usize = 12;

/// What the objects in some fields are, and the items in them. In any other field new names are not written.
const FIELDS: &[(&str, Keys, Keys)] = &[
    ("actions", Keys::Unsure, Keys::Names),
    ("approximation", Keys::Names, Keys::Unsure),
    ("args", Keys::Data, Keys::Unsure),
    ("bridges", Keys::Data, Keys::Unsure),
    ("capabilitiesObj", Keys::Data, Keys::Names),
    ("capabilitiesOptions", Keys::Data, Keys::Unsure),
    ("cards", Keys::Data, Keys::Names),
    ("components", Keys::Unsure, Keys::Names),
    ("conditions", Keys::Unsure, Keys::Names),
    ("controllerState", Keys::Names, Keys::Unsure),
    ("cpus", Keys::Unsure, Keys::Names),
    ("data", Keys::Data, Keys::Unsure),
    ("delay", Keys::Names, Keys::Unsure),
    ("devices", Keys::Data, Keys::Unsure),
    ("duration", Keys::Names, Keys::Unsure),
    ("energy", Keys::Names, Keys::Unsure),
    ("energyObj", Keys::Names, Keys::Unsure),
    ("flags", Keys::Data, Keys::Unsure),
    ("forecast", Keys::Unsure, Keys::Names),
    ("forecastHourly", Keys::Unsure, Keys::Names),
    ("hosts", Keys::Data, Keys::Unsure),
    ("iconObj", Keys::Names, Keys::Unsure),
    ("imageObj", Keys::Names, Keys::Unsure),
    ("images", Keys::Names, Keys::Names),
    ("insights", Keys::Unsure, Keys::Names),
    ("items", Keys::Unsure, Keys::Names),
    ("logs", Keys::Data, Keys::Unsure),
    ("meta", Keys::Data, Keys::Unsure),
    ("nodeSettings", Keys::Data, Keys::Unsure),
    ("nodes", Keys::Data, Keys::Unsure),
    ("ownerIconObj", Keys::Names, Keys::Unsure),
    ("peripherals", Keys::Data, Keys::Unsure),
    ("properties", Keys::Data, Keys::Unsure),
    ("repetition", Keys::Names, Keys::Unsure),
    ("routes", Keys::Data, Keys::Unsure),
    ("satellites", Keys::Data, Keys::Unsure),
    ("sessions", Keys::Data, Keys::Unsure),
    ("settings", Keys::Data, Keys::Unsure),
    ("state", Keys::Data, Keys::Unsure),
    ("stats", Keys::Data, Keys::Unsure),
    ("store", Keys::Data, Keys::Unsure),
    ("strategies", Keys::Data, Keys::Unsure),
    ("streams", Keys::Data, Keys::Unsure),
    ("times", Keys::Names, Keys::Unsure),
    ("tokens", Keys::Unsure, Keys::Names),
    ("totalConsumed", Keys::Names, Keys::Unsure),
    ("totalCumulative", Keys::Names, Keys::Unsure),
    ("totalGenerated", Keys::Names, Keys::Unsure),
    ("trigger", Keys::Names, Keys::Unsure),
    ("types", Keys::Data, Keys::Unsure),
    ("ui", Keys::Names, Keys::Unsure),
    ("usage", Keys::Names, Keys::Unsure),
    ("users", Keys::Data, Keys::Unsure),
    ("values", Keys::Names, Keys::Names),
    ("zones", Keys::Data, Keys::Unsure),
];

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum JsonType {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Its keys are names that the Homey chose.
    Names,
    /// It is not known whether they are.
    Unsure,
    /// Its keys are data.
    Data,
}

/// What was seen at one place of an answer, of several answers or of several items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct JsonShape {
    /// The types.
    pub(super) kinds: BTreeSet<JsonType>,
    /// The fields of objects whose keys may be names, and how many objects had each.
    pub(super) fields: BTreeMap<String, (JsonShape, usize)>,
    /// How many such objects there were.
    pub(super) objects: usize,
    /// What is in objects whose keys are data, and in arrays.
    pub(super) each: Option<Box<JsonShape>>,
}

impl JsonType {
    /// The type of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// The word in the report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl Keys {
    /// What the object in a field is, and what the items in it are.
    pub(super) fn of_field(name: &str) -> (Self, Self) {
        let known = FIELDS.iter().find(|(known, ..)| *known == name);
        known.map_or((Self::Unsure, Self::Unsure), |(_, keys, each)| (*keys, *each))
    }
}

impl JsonShape {
    /// Adds a value. `keys`: what it is, if it is an object; `each`: what the items in it are.
    pub(super) fn add(&mut self, value: &Value, keys: Keys, each: Keys) {
        self.add_to_depth(value, keys, each, DEEPEST);
    }

    fn add_to_depth(&mut self, value: &Value, keys: Keys, each: Keys, depth: usize) {
        self.kinds.insert(JsonType::of(value));
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut add_each = |value: &Value| {
            let shape = self.each.get_or_insert_default();
            shape.add_to_depth(value, each, Keys::Unsure, depth);
        };
        match value {
            Value::Array(items) => items.iter().for_each(add_each),
            Value::Object(fields) if is_data(keys, fields.keys()) => {
                fields.values().for_each(&mut add_each);
            }
            Value::Object(fields) => {
                self.objects += 1;
                for (name, value) in fields {
                    let (shape, seen) = self.fields.entry(name.clone()).or_default();
                    *seen += 1;
                    let (keys, each) = Keys::of_field(name);
                    shape.add_to_depth(value, keys, each, depth);
                }
            }
            _ => {}
        }
    }

    /// The names of all fields.
    pub(super) fn names<'a>(&'a self, names: &mut BTreeSet<&'a str>) {
        for (name, (shape, _)) in &self.fields {
            names.insert(name);
            shape.names(names);
        }
        if let Some(each) = &self.each {
            each.names(names);
        }
    }

    /// The types in words: `number|null`.
    pub(super) fn words(&self) -> String {
        self.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join("|")
    }
}

/// Whether the keys are data, by what is known of the object or by their form.
fn is_data<'a>(keys: Keys, mut names: impl Iterator<Item = &'a String>) -> bool {
    keys == Keys::Data || keys == Keys::Unsure && names.any(|name| !is_name(name))
}

/// Whether a key has the form of a name in a program: `lastSeenAt`, `measure_power`. Ids, versions, addresses
/// and names of people and things do not.
pub(super) fn is_name(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    key.len() <= 40
        && digits <= 2
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
