//! Answers about items that are kept as the JSON objects they are shown as.

use serde_json::{Map, Value};

use super::answer::Answer;
use super::error::HubError;
pub(super) use crate::state::items::{Items, object};

/// All of them, by id.
pub(super) fn all(items: &Items) -> Answer {
    let all = items.iter().map(|(id, item)| (id.clone(), Value::Object(item.clone())));
    Value::Object(all.collect()).into()
}

/// One of them.
pub(super) fn find<'a>(
    items: &'a Items,
    item: &'static str,
    id: &str,
) -> Result<&'a Map<String, Value>, HubError> {
    items.get(id).ok_or_else(|| HubError::not_found(item, id))
}

/// One of them as an answer.
pub(super) fn one(items: &Items, item: &'static str, id: &str) -> Result<Answer, HubError> {
    Ok(Value::Object(find(items, item, id)?.clone()).into())
}

/// Takes over those keys of a body that an item has.
pub(super) fn merge(item: &mut Map<String, Value>, body: &Map<String, Value>, keys: &[&str]) {
    for key in keys {
        if let Some(value) = body.get(*key) {
            item.insert((*key).to_owned(), value.clone());
        }
    }
}
