//! Owners of cards, tokens, logs and drivers: V2 separates owner and short id, V3 joins them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Field;

/// The whole id, `homey:device:<uuid>:<short id>`, on every dialect.
pub(super) fn whole_id<'a>(owner: Option<&str>, id: &'a str) -> Cow<'a, str> {
    match owner {
        Some(owner) if !id.starts_with("homey:") => format!("{owner}:{id}").into(),
        _ => id.into(),
    }
}

/// The name of the owner: V2 keeps it in `uriObj`.
pub(super) fn name<'a>(
    owner_name: &'a Field<String>,
    other: &'a Map<String, Value>,
) -> Option<&'a str> {
    owner_name.label().or_else(|| super::name::label(other.get("uriObj")?.get("name")?))
}
