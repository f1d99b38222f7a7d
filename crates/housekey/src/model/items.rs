//! A collection of items, an object by id in some answers and an array in others.

use std::ops::{Deref, DerefMut};
use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

/// The items of a collection, in the order they came. `null` is an empty collection.
///
/// One item never takes the others down: where an object has an item that lacks what its type cannot
/// do without, it goes by the key it stands under, and by nothing else where it is no object at all.
/// Elements of an array without an id are left out; [`Items::count`] counts it.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T>(pub Vec<T>);

impl Items<()> {
    /// The number of entries, of any kind; `None` where it is no collection.
    pub fn count(json: &[u8]) -> Option<usize> {
        serde_json::from_slice::<Entries<&RawValue>>(json).ok().map(|entries| entries.0.len())
    }
}

/// The entries of a collection, each with its key if it has one.
pub(crate) struct Entries<R>(pub(crate) Vec<(Option<String>, R)>);

/// As an array.
impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T> Deref for Items<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> IntoIterator for Items<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Entries(entries) = Entries::<Box<RawValue>>::deserialize(deserializer)?;
        let is_item = |raw: &RawValue| raw.get().starts_with(['{', 'n']);
        if !entries.is_empty() && !entries.iter().any(|(_, raw)| is_item(raw)) {
            return Err(D::Error::custom(format!("none of {} entries is an item", entries.len())));
        }
        let read =
            |(key, raw): (Option<String>, Box<RawValue>)| read_item(raw.get(), key.as_deref());
        Ok(Self(entries.into_iter().filter_map(read).collect()))
    }
}

/// An item, by `key` where it lacks what its type cannot do without.
pub(crate) fn read_item<T: DeserializeOwned>(text: &str, key: Option<&str>) -> Option<T> {
    if let Ok(item) = serde_json::from_str(text) {
        return Some(item);
    }
    let id = key?;
    let mut fields = match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.insert("id".to_owned(), id.into());
    serde_json::from_value(Value::Object(fields)).ok()
}

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Entries<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapOrArray(PhantomData)).map(Self)
    }
}

struct MapOrArray<R>(PhantomData<R>);

impl<'de, R: Deserialize<'de>> Visitor<'de> for MapOrArray<R> {
    type Value = Vec<(Option<String>, R)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of items by id, or an array of items")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, entry)) = map.next_entry()? {
            entries.push((Some(key), entry));
        }
        Ok(entries)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = array.next_element()? {
            entries.push((None, entry));
        }
        Ok(entries)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Zone;

    fn outcome(text: &str) -> Result<Vec<String>, String> {
        let items = serde_json::from_str::<Items<Zone>>(text).map_err(|error| error.to_string())?;
        Ok(items.into_iter().map(|zone| format!("{}={}", zone.id, zone.name())).collect())
    }

    #[test]
    fn takes_objects_arrays_and_null() {
        for (text, want) in [
            (r#"{"b": {"id": "b", "name": "B"}, "a": {"id": "a"}}"#, &["b=B", "a=a"][..]),
            (r#"[{"id": "b"}, {"id": "a"}]"#, &["b=b", "a=a"]),
            ("{}", &[]),
            ("null", &[]),
        ] {
            assert_eq!(outcome(text).unwrap(), want, "{text}");
        }
    }

    #[test]
    fn one_item_does_not_take_the_others_down() {
        for (text, want) in [
            (r#"{"a": {"id": "a", "name": null}, "b": {"id": "b"}}"#, &["a=a", "b=b"][..]),
            (r#"{"a": {"id": "a", "name": 5}, "b": {"id": "b"}}"#, &["a=a", "b=b"]),
            (r#"{"a": {"name": "A"}, "b": {"id": "b"}}"#, &["a=A", "b=b"]),
            (r#"{"a": {"id": 7, "name": "A"}, "b": {"id": "b"}}"#, &["a=A", "b=b"]),
            (r#"{"a": null, "b": {"id": "b"}}"#, &["a=a", "b=b"]),
            (r#"{"a": [1], "b": {"id": "b"}}"#, &["a=a", "b=b"]),
            (r#"[{"name": "A"}, null, 5, {"id": "b"}]"#, &["b=b"]),
        ] {
            assert_eq!(outcome(text).unwrap(), want, "{text}");
        }
        assert_eq!(Items::count(br#"[{"name": "A"}, null, 5, {"id": "b"}]"#), Some(4));
        assert_eq!(Items::count(b"true"), None);
    }

    #[test]
    fn what_is_no_collection_of_items_is_said() {
        let wants = "an object of items by id, or an array of items";
        for (text, want) in [
            ("5", wants),
            ("\"x\"", wants),
            (r#"{"error": "log in"}"#, "none of 1 entries is an item"),
            ("[1, 2]", "none of 2 entries is an item"),
        ] {
            let error = outcome(text).unwrap_err();
            assert!(error.contains(want), "{text}: {error}");
        }
    }
}
