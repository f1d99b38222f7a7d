//! Finds the values of token variables in JSON, so that everything else stays byte for byte.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep JSON may be nested.
const DEEPEST: usize = 64;

/// The fields of variables, flow tokens and logs that describe them, besides their value.
const DESCRIPTIVE: [&str; 15] = [
    "id",
    "name",
    "title",
    "type",
    "uri",
    "uriObj",
    "ownerUri",
    "ownerId",
    "ownerName",
    "key",
    "units",
    "icon",
    "titleTrue",
    "titleFalse",
    "label",
];

/// Where the value of an item is, or an earlier one.
const VALUES: [&str; 9] = [
    "value",
    "values",
    "lastValue",
    "previousValue",
    "previous",
    "currentValue",
    "example",
    "v",
    "text",
];

/// JSON that cannot be read, or is nested too deep: nothing is known of what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no JSON, or nested deeper than {DEEPEST} levels")]
pub struct UnreadableJson;

/// The variables whose values are masked.
pub(super) trait Names {
    /// Whether it is the name of such a variable.
    fn is_name(&self, text: &str) -> bool;
    /// Whether it is the id of such a variable, or ends with it behind its owner.
    fn is_id(&self, text: &str) -> bool;
}

/// The values that were found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FoundValues {
    /// The places of the values, in order.
    pub(super) values: Vec<Range<usize>>,
    /// The ids of variables that are known by their names.
    pub(super) ids: Vec<String>,
}

/// Finds the values of token variables. `about_one`: whether the whole JSON is about such a
/// variable.
///
/// # Errors
/// [`UnreadableJson`]
pub(super) fn find(
    json: &str,
    about_one: bool,
    names: &impl Names,
) -> Result<FoundValues, UnreadableJson> {
    let root: &RawValue = serde_json::from_str(json).map_err(|_| UnreadableJson)?;
    let mut walk = Walk { base: json.as_ptr().addr(), names, found: FoundValues::default() };
    walk.value(root, about_one, DEEPEST)?;
    Ok(walk.found)
}

struct Walk<'a, N> {
    /// Where the text begins in memory.
    base: usize,
    names: &'a N,
    found: FoundValues,
}

impl<N: Names> Walk<'_, N> {
    /// `of_one`: whether it belongs to a token variable, and a value in it would be its value.
    fn value(&mut self, raw: &RawValue, of_one: bool, depth: usize) -> Result<(), UnreadableJson> {
        let depth = depth.checked_sub(1).ok_or(UnreadableJson)?;
        match raw.get().as_bytes().first() {
            Some(b'{') => self.object(raw, of_one, depth),
            Some(b'[') => {
                let elements: Vec<&RawValue> = read(raw)?;
                elements.into_iter().try_for_each(|element| self.value(element, of_one, depth))
            }
            _ if of_one => {
                self.mask(raw);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn object(&mut self, raw: &RawValue, of_one: bool, depth: usize) -> Result<(), UnreadableJson> {
        let ObjectEntries(entries) = read(raw)?;
        let is_one = of_one || self.describes_one(&entries);
        for (key, value) in entries {
            let key = &*key;
            if DESCRIPTIVE.contains(&key) {
                // Its owner, maybe; never its value.
                self.value_of_others(value, depth)?;
            } else if is_one && VALUES.contains(&key) {
                self.value(value, true, depth)?;
            } else if is_one {
                self.strings(value, depth)?;
            } else {
                let of_key = self.names.is_id(key) || self.names.is_name(key);
                self.value(value, of_key, depth)?;
            }
        }
        Ok(())
    }

    fn value_of_others(&mut self, raw: &RawValue, depth: usize) -> Result<(), UnreadableJson> {
        match raw.get().as_bytes().first() {
            Some(b'{' | b'[') => self.value(raw, false, depth),
            _ => Ok(()),
        }
    }

    /// Whether an object is a token variable, by its name or its id. Remembers the id.
    fn describes_one(&mut self, entries: &[(Cow<'_, str>, &RawValue)]) -> bool {
        let text = |raw: &RawValue| {
            serde_json::from_str::<Cow<'_, str>>(raw.get()).ok().map(Cow::into_owned)
        };
        let (mut by_id, mut by_name, mut id) = (false, false, None);
        for (key, raw) in entries {
            if !raw.get().starts_with('"') {
                continue;
            }
            let Some(text) = text(raw) else { continue };
            by_id |= self.names.is_id(&text);
            by_name |= matches!(&**key, "name" | "title" | "label") && self.names.is_name(&text);
            if key == "id" {
                id = Some(text);
            }
        }
        if by_name
            && !by_id
            && let Some(id) = id
        {
            self.found.ids.push(id);
        }
        by_id || by_name
    }

    /// Masks all texts but its id and name: the other fields of a variable are not known.
    fn strings(&mut self, raw: &RawValue, depth: usize) -> Result<(), UnreadableJson> {
        let depth = depth.checked_sub(1).ok_or(UnreadableJson)?;
        match raw.get().as_bytes().first() {
            Some(b'"') => {
                let text: Cow<'_, str> = read(raw)?;
                if !self.names.is_name(&text) && !self.names.is_id(&text) {
                    self.mask(raw);
                }
            }
            Some(b'[') => {
                let elements: Vec<&RawValue> = read(raw)?;
                elements.into_iter().try_for_each(|element| self.strings(element, depth))?;
            }
            Some(b'{') => {
                let ObjectEntries(entries) = read(raw)?;
                entries.into_iter().try_for_each(|(_, value)| self.strings(value, depth))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn mask(&mut self, raw: &RawValue) {
        let text = raw.get();
        if text != "null" {
            let begin = text.as_ptr().addr() - self.base;
            self.found.values.push(begin..begin + text.len());
        }
    }
}

fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, UnreadableJson> {
    serde_json::from_str(raw.get()).map_err(|_| UnreadableJson)
}

/// The members of an object as they came: in their order, and one that is there twice is there twice.
struct ObjectEntries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for ObjectEntries<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(ObjectKey(key)) = map.next_key()? {
                    entries.push((key, map.next_value()?));
                }
                Ok(entries)
            }
        }
        from.deserialize_map(Members).map(Self)
    }
}

#[derive(Deserialize)]
struct ObjectKey<'a>(#[serde(borrow)] Cow<'a, str>);
