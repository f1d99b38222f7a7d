//! What differs between two snapshots.

use serde_json::{Map, Value};

use crate::{Part, Snapshot, setup};

/// What differs between two snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// The items that differ, by part and path.
    pub items: Vec<Difference>,
    /// The parts that one of the two lacks: nothing is known of their items.
    pub not_compared: Vec<Part>,
}

/// An item that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What it is.
    pub part: Part,
    /// Its id.
    pub id: String,
    /// Its path: after the change, or before it where the item is gone.
    pub path: String,
    /// How it differs.
    pub kind: DifferenceKind,
}

/// How an item differs.
#[derive(Debug, Clone, PartialEq)]
pub enum DifferenceKind {
    /// It is only in the second.
    Added,
    /// It is only in the first.
    Removed,
    /// It is in both, and these fields differ.
    Changed(Vec<FieldChange>),
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Where it stands: `actions[1].args.dim`.
    pub place: String,
    /// Its value in the first; `None` where it has none.
    pub before: Option<Value>,
    /// Its value in the second.
    pub after: Option<Value>,
}

/// What differs between two snapshots of the same home.
pub fn between(before: &Snapshot, after: &Snapshot) -> Diff {
    let mut diff = Diff::default();
    for part in Part::ALL {
        match (before.home.has(part), after.home.has(part)) {
            (true, true) => compare(part, before, after, &mut diff.items),
            (false, false) => {}
            _ => diff.not_compared.push(part),
        }
    }
    diff
}

fn compare(part: Part, before: &Snapshot, after: &Snapshot, into: &mut Vec<Difference>) {
    let start = into.len();
    let mut push = |id: &str, path: String, kind| {
        into.push(Difference { part, id: id.to_owned(), path, kind });
    };
    for (id, item) in before.home.items(part) {
        match after.home.item(part, id) {
            None => push(id, before.home.path(part, id), DifferenceKind::Removed),
            Some(other) if !setup::is_same(item, other) => {
                push(id, after.home.path(part, id), DifferenceKind::Changed(fields(item, other)));
            }
            Some(_) => {}
        }
    }
    for (id, _) in after.home.items(part).filter(|(id, _)| before.home.item(part, id).is_none()) {
        push(id, after.home.path(part, id), DifferenceKind::Added);
    }
    into[start..].sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.id.cmp(&b.id)));
}

/// The fields in which two values differ, down to the smallest that does.
pub fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    collect("", Some(before), Some(after), &mut changes);
    changes
}

fn collect(
    place: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    into: &mut Vec<FieldChange>,
) {
    match (before, after) {
        (Some(one), Some(other)) if setup::is_same(one, other) => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            for key in keys(one, other) {
                let place =
                    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
                collect(&place, one.get(key), other.get(key), into);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => arrays(place, one, other, into),
        _ => into.push(FieldChange {
            place: place.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

/// The keys of both, those of the first in their order.
fn keys<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> Vec<&'a str> {
    let new = other.keys().filter(|key| !one.contains_key(*key));
    one.keys().chain(new).map(String::as_str).collect()
}

/// Lists: what is equal at both ends is passed over, so that a card that was put in or taken out is one difference.
fn arrays(place: &str, one: &[Value], other: &[Value], into: &mut Vec<FieldChange>) {
    let is_same = |(one, other): &(&Value, &Value)| setup::is_same(one, other);
    let start = one.iter().zip(other).take_while(is_same).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(is_same).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    for index in 0..one.len().max(other.len()) {
        let place = format!("{place}[{}]", start + index);
        collect(&place, one.get(index), other.get(index), into);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_named_down_to_the_smallest() {
        let before = json!({ "name": "A", "n": 20, "actions": [{ "id": 1 }, { "id": 2, "args": { "dim": 0.4 } }] });
        for (after, want) in [
            (json!({ "n": 20.0, "name": "A", "actions": before["actions"] }), vec![]),
            (
                json!({ "name": "B", "n": 20, "actions": [{ "id": 1 }, { "id": 2, "args": { "dim": 0.6 } }] }),
                vec!["name: \"A\" -> \"B\"", "actions[1].args.dim: 0.4 -> 0.6"],
            ),
            (
                json!({ "name": "A", "actions": [{ "id": 0 }, { "id": 1 }, { "id": 2, "args": { "dim": 0.4 } }] }),
                vec!["n: 20 -> -", "actions[0]: - -> {\"id\":0}"],
            ),
            (
                json!({ "name": "A", "n": 20, "actions": [] }),
                vec![
                    "actions[0]: {\"id\":1} -> -",
                    "actions[1]: {\"id\":2,\"args\":{\"dim\":0.4}} -> -",
                ],
            ),
        ] {
            let text =
                |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
            let got: Vec<String> = fields(&before, &after)
                .iter()
                .map(|change| {
                    format!("{}: {} -> {}", change.place, text(&change.before), text(&change.after))
                })
                .collect();
            assert_eq!(got, want, "{after}");
        }
    }
}
