//! What a tool is: a name, arguments, an effect.

use serde_json::{Map, Value, json};

use crate::group::Group;

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) arguments: &'static [Argument],
    pub(crate) effect: Effect,
}

/// What a call does to the home, for the annotations of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// It sets something to a value: once or twice is the same.
    Sets,
    /// It starts something, each time again.
    Starts,
    /// It may take something away, or write over it.
    Edits,
}

/// An argument of a tool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_needed: bool,
    /// What the name and the kind do not say; empty where they say it all.
    pub(crate) hint: &'static str,
}

/// The values of an argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Text,
    /// A text, or up to this number of them.
    Texts(usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Some of these words.
    Choices(&'static [&'static str]),
    Flag,
    /// A whole number from 1 to this.
    Count(u64),
    /// A boolean, a number or a text.
    Scalar,
    /// Values by name.
    Object,
    /// Up to this number of changes of items.
    Changes(usize),
}

/// What the items of a change are.
pub(crate) const CHANGE_KINDS: &[&str] = &["device", "zone", "folder", "flow", "variable", "mood"];

/// What a change does.
pub(crate) const CHANGE_ACTIONS: &[&str] = &["rename", "update", "set", "delete"];

/// The most bytes of an argument that is an object.
pub(crate) const LARGEST_OBJECT: usize = 256 * 1024;

/// The longest text of an argument, in bytes.
pub(crate) const LONGEST_ARGUMENT: usize = 4_096;

/// An optional argument.
pub(super) const fn may(name: &'static str, kind: Kind, hint: &'static str) -> Argument {
    Argument { name, kind, is_needed: false, hint }
}

/// A required argument.
pub(super) const fn must(name: &'static str, kind: Kind, hint: &'static str) -> Argument {
    Argument { is_needed: true, ..may(name, kind, hint) }
}

impl Tool {
    /// The schema of its arguments.
    pub(crate) fn schema(&self) -> Map<String, Value> {
        let properties: Map<_, _> =
            self.arguments.iter().map(|one| (one.name.to_owned(), one.schema())).collect();
        let needed: Vec<_> =
            self.arguments.iter().filter(|one| one.is_needed).map(|one| one.name).collect();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
        if !needed.is_empty() {
            schema.insert("required".to_owned(), needed.into());
        }
        schema.insert("additionalProperties".to_owned(), false.into());
        schema
    }
}

impl Argument {
    fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Texts(most) => {
                json!({ "type": "array", "items": { "type": "string" }, "maxItems": most })
            }
            Kind::Choice(words) => json!({ "enum": words }),
            Kind::Choices(words) => json!({ "type": "array", "items": { "enum": words } }),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Count(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
            Kind::Scalar => json!({ "type": ["boolean", "number", "string"] }),
            Kind::Object => json!({ "type": "object" }),
            Kind::Changes(most) => {
                let properties = json!({
                    "kind": { "enum": CHANGE_KINDS }, "action": { "enum": CHANGE_ACTIONS },
                    "id": { "type": "string", "description": "name or id" },
                    "set": { "type": "object" },
                });
                let item = json!({
                    "type": "object", "properties": properties, "required": ["kind", "action"],
                });
                json!({ "type": "array", "items": item, "maxItems": most })
            }
        };
        if !self.hint.is_empty() {
            schema["description"] = self.hint.into();
        }
        schema
    }
}
