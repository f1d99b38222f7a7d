//! Apps: what is installed.

use serde_json::{Map, Value, json};

/// An installed app.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) enabled: bool,
    pub(crate) autoupdate: bool,
    pub(crate) channel: String,
    pub(crate) settings: Map<String, Value>,
    /// How many alike actions it offers beside its own.
    pub(crate) tools: usize,
}

impl App {
    pub(crate) fn new(id: &str, name: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            enabled: true,
            autoupdate: true,
            channel: String::new(),
            settings: Map::from_iter([("debug".to_owned(), json!(false))]),
            tools: 0,
        }
    }
}
