//! A collection of items, which some answers hold as an object by id and some as an array.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// The items of a collection, in the order they came. Keys of an object are not kept, as each item
/// holds its own id. `null` is an empty collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T>(pub Vec<T>);

impl<T> IntoIterator for Items<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapOrArray(PhantomData)).map(Self)
    }
}

struct MapOrArray<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MapOrArray<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of items by id, or an array of items")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some((IgnoredAny, item)) = map.next_entry()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_objects_arrays_and_null() {
        let rows = [
            (r#"{"b": 1, "a": 2}"#, Some(vec![1, 2])),
            ("[1, 2]", Some(vec![1, 2])),
            ("{}", Some(vec![])),
            ("null", Some(vec![])),
            ("5", None),
            (r#"{"a": "x"}"#, None),
        ];
        for (text, want) in rows {
            let got = serde_json::from_str::<Items<u8>>(text).ok().map(|items| items.0);
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn says_what_it_wants() {
        let error = serde_json::from_str::<Items<u8>>("5").unwrap_err().to_string();
        assert!(error.contains("an object of items by id, or an array of items"), "{error}");
    }
}
