//! Homes for tests, written as JSON.

use serde_json::Value;

use crate::card::CardKind;
use crate::cards::Cards;
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

/// The cards and tokens of `{"trigger": […], "condition": […], "action": […], "tokens": […]}`.
pub(crate) fn cards(lists: &Value) -> Cards {
    let mut cards = Cards::default();
    for kind in [CardKind::Trigger, CardKind::Condition, CardKind::Action] {
        if let Ok(list) = serde_json::from_value(lists[kind.as_str()].clone()) {
            cards.insert(kind, list);
        }
    }
    if let Ok(tokens) = serde_json::from_value(lists["tokens"].clone()) {
        cards.insert_tokens(tokens);
    }
    cards
}
