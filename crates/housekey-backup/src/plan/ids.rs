//! Items of files that are on the Homey under other ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{Part, Snapshot, setup, writable};

/// Ids in files, with the ids of the same items on the Homey.
pub type Ids = BTreeMap<String, String>;

/// Ids shorter than this are not looked for in texts: they could be any word.
const SHORTEST: usize = 8;

/// Finds the items of `wanted` that `present` has under another id: one that a Homey has given to an item that was
/// created anew. They are the same where part and path are, and the id is one that `wanted` knows nothing of.
///
/// This makes a second run of an apply that was cut off go on where the first one ended. `known` are the ids of one
/// that was cut off while it brought the files up to date: an item may have its new id in its own file already, and
/// the old one in the file of another that refers to it.
pub(crate) fn matching(wanted: &Snapshot, present: &Snapshot, known: &Ids) -> Ids {
    let is_there = |id: &str| Part::ALL.iter().any(|part| present.home.item(*part, id).is_some());
    let known = known.iter().filter(|(old, new)| !is_there(old) && is_there(new));
    let mut ids: Ids = known.map(|(old, new)| (old.clone(), new.clone())).collect();
    let taken: BTreeSet<String> = ids.values().cloned().collect();
    for part in Part::ALL {
        let is_known = |id: &str| {
            taken.contains(id)
                || wanted.home.item(part, id).is_some()
                || wanted.refs.get(part, id).is_some()
        };
        let mut free: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (id, _) in present.home.items(part).filter(|(id, _)| !is_known(id)) {
            free.entry(key(present, part, id)).or_default().insert(id);
        }
        for (id, item) in wanted.home.items(part) {
            if present.home.item(part, id).is_some() || ids.contains_key(id) {
                continue;
            }
            let Some(candidates) = free.get_mut(&key(wanted, part, id)) else { continue };
            let wanted = translated(item, &ids);
            let is_same = |candidate: &&&str| {
                present
                    .home
                    .item(part, candidate)
                    .is_some_and(|there| writable::changes(part, &wanted, there, true).is_empty())
            };
            let best = candidates.iter().find(is_same).or_else(|| candidates.first()).copied();
            if let Some(best) = best {
                candidates.remove(best);
                ids.insert(id.to_owned(), best.to_owned());
            }
        }
    }
    ids
}

/// What an item is called wherever it is: the root of all zones is the same in every home, whatever its name.
fn key(snapshot: &Snapshot, part: Part, id: &str) -> String {
    let home = &snapshot.home;
    let is_root = home.item(part, id).is_some_and(|item| item["parent"].is_null());
    if part == Part::Zones && is_root {
        return String::new();
    }
    let driver = snapshot.refs.get(part, id).and_then(|item| item.device.as_ref());
    let driver = driver.map(|device| device.driver.as_str()).unwrap_or_default();
    format!("{}\n{driver}", home.path_names(part, id).join("\n"))
}

/// The same value with ids replaced, wherever they stand: alone, in a card's id, in a token within a text.
pub(crate) fn translated(value: &Value, ids: &Ids) -> Value {
    if ids.is_empty() {
        return value.clone();
    }
    match value {
        Value::String(text) => text_with(text, ids).into(),
        Value::Array(items) => items.iter().map(|item| translated(item, ids)).collect(),
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| (text_with(key, ids), translated(value, ids));
            Value::Object(fields.iter().map(field).collect::<Map<_, _>>())
        }
        value => value.clone(),
    }
}

fn text_with(text: &str, ids: &Ids) -> String {
    // An id may hold anything, such as a path in a new one; those that are the whole text need no boundary.
    if let Some(id) = ids.get(text) {
        return id.clone();
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !is_id_char(c)).unwrap_or(rest.len());
        let (id, after) = rest.split_at(word);
        whole.push_str(match ids.get(id) {
            Some(other) if id.len() >= SHORTEST => other,
            _ => id,
        });
        let end = after.find(is_id_char).unwrap_or(after.len());
        whole.push_str(&after[..end]);
        rest = &after[end..];
    }
    whole
}

fn is_id_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// Whether a value names one of the ids anywhere.
pub(crate) fn names_any(value: &Value, ids: &BTreeSet<&str>) -> bool {
    let mut any = false;
    each_word(value, &mut |word| any |= ids.contains(word));
    any
}

/// Calls `see` with everything in a value that may be an id: whole texts, the words in them, and keys.
pub(crate) fn each_word<'v>(value: &'v Value, see: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => {
            see(text);
            let words = text.split(|c: char| !is_id_char(c));
            words.filter(|word| word.len() >= SHORTEST).for_each(see);
        }
        Value::Array(items) => items.iter().for_each(|item| each_word(item, see)),
        Value::Object(fields) => {
            for (key, value) in fields {
                see(key);
                each_word(value, see);
            }
        }
        _ => {}
    }
}

/// The same item under another id.
pub(crate) fn with_id(item: &Value, id: &str) -> Value {
    match item {
        Value::Object(fields) => {
            let mut fields = fields.clone();
            fields.insert("id".to_owned(), id.into());
            setup::ordered_fields(fields)
        }
        item => item.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_replaced_wherever_they_stand() {
        let old = "0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30";
        let ids = Ids::from([(old.to_owned(), "NEW".to_owned()), ("a".to_owned(), "b".to_owned())]);
        let value = json!({
            "id": format!("homey:device:{old}:on"), "zone": old, "text": format!("[[homey:manager:logic|{old}]] a"),
            old: { "x": "a" }, "longer": format!("{old}0"),
        });
        let want = json!({
            "id": "homey:device:NEW:on", "zone": "NEW", "text": "[[homey:manager:logic|NEW]] a",
            "NEW": { "x": "b" }, "longer": format!("{old}0"),
        });
        assert_eq!(translated(&value, &ids), want);
        assert!(names_any(&value, &BTreeSet::from([old])));
        assert!(!names_any(&want, &BTreeSet::from([old])));
    }
}
