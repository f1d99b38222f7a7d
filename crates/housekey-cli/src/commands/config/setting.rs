//! What a setting is, and where that comes from.

use serde_json::{Value, json};

use super::key::Key;
use crate::context::Context;
use crate::error::Outcome;

/// A setting with what applies.
pub(super) struct Setting<'a> {
    pub(super) key: Key<'a>,
    /// What applies; null where nothing is chosen.
    pub(super) value: Value,
    /// What applies where nothing is chosen; null where that is no value.
    pub(super) default: Value,
    pub(super) source: Source,
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Environment,
    File,
    Default,
}

impl<'a> Setting<'a> {
    /// As the environment says, else `file`, which is the content of `config.toml`.
    pub(super) fn of(key: Key<'a>, file: &toml::Table, context: &Context) -> Outcome<Self> {
        let default = match key.reference.key {
            "age_key_file" => json!(context.settings.directory().join("age-key.txt")),
            _ => toml_value(key.reference.default),
        };
        let variable = key.reference.variable.map(|variable| context.env.text(variable));
        let (value, source) = match (variable.transpose()?.flatten(), in_file(file, &key.path())) {
            (Some(text), _) => (Value::String(text), Source::Environment),
            (None, Some(value)) => (json!(value), Source::File),
            (None, None) => (default.clone(), Source::Default),
        };
        Ok(Self { key, value, default, source })
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let variable = self.key.reference.variable.map(|variable| variable.name);
        json!({
            "key": self.key.text(),
            "value": self.value,
            "default": self.default,
            "source": match self.source {
                Source::Environment => "environment",
                Source::File => "file",
                Source::Default => "default",
            },
            "variable": variable,
            "about": self.key.reference.about,
        })
    }

    /// What applies where nothing is chosen; words stand in parentheses where that is no value.
    pub(super) fn default_text(&self) -> String {
        let is_value = !toml_value(self.key.reference.default).is_null();
        if is_value { text(&self.default) } else { format!("({})", self.key.reference.default) }
    }

    /// Where the value comes from, in words.
    pub(super) fn source_text(&self) -> &'static str {
        match self.source {
            Source::Environment => self.key.reference.variable.map_or("", |variable| variable.name),
            Source::File => "config.toml",
            Source::Default => "default",
        }
    }
}

/// The value at a path of keys.
fn in_file<'t>(file: &'t toml::Table, path: &[&str]) -> Option<&'t toml::Value> {
    let (key, tables) = path.split_last()?;
    let table = tables.iter().try_fold(file, |table, key| table.get(*key)?.as_table())?;
    table.get(*key)
}

/// The text for people of a value; empty for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A default as JSON; null where it is given in words.
fn toml_value(text: &str) -> Value {
    let read = format!("value = {text}").parse::<toml::Table>().ok();
    read.and_then(|table| table.get("value").map(|value| json!(value))).unwrap_or_default()
}
