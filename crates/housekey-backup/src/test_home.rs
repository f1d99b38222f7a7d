//! Homes for tests, written as JSON.

use serde_json::Value;

use crate::{Home, Part};

/// A home with these parts: `{"devices": {"<id>": {…}}}`. All other parts are unknown.
pub(crate) fn home(parts: &Value) -> Home {
    let mut home = Home::default();
    for (name, items) in parts.as_object().expect("an object") {
        let part = Part::by_name(name).expect("the name of a part");
        let items = items.as_object().expect("items by id");
        home.insert(part, items.clone().into_iter().collect());
    }
    home
}
