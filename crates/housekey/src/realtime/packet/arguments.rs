//! The JSON arrays of events and answers, taken apart without reading what does not matter yet.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::PacketError;

/// The elements of the array of an answer, each still as text.
///
/// # Errors
/// [`PacketError::Arguments`] for anything but an array.
pub fn elements(arguments: &str) -> Result<Vec<&RawValue>, PacketError> {
    serde_json::from_str(arguments).map_err(|_| PacketError::Arguments)
}

/// What an event of a Homey tells. Nothing is copied but texts that have escapes in them.
#[derive(Debug)]
pub struct Told<'a> {
    /// Where: the name of the Socket.IO event.
    pub uri: Cow<'a, str>,
    /// What: its first argument.
    pub name: Cow<'a, str>,
    /// Its second argument, `null` where there is none. Any further ones are passed over.
    pub data: &'a RawValue,
}

impl<'a> Told<'a> {
    /// Reads the array of an event.
    ///
    /// # Errors
    /// [`PacketError::Arguments`] for anything but an array that begins with two texts.
    pub fn read(arguments: &'a str) -> Result<Self, PacketError> {
        serde_json::from_str(arguments).map_err(|_| PacketError::Arguments)
    }
}

/// A text that borrows where it can; a [`Cow`] by itself never does.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Told<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ToldVisitor)
    }
}

struct ToldVisitor;

impl<'de> Visitor<'de> for ToldVisitor {
    type Value = Told<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array that begins with two texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Told<'de>, A::Error> {
        let missing = |place| serde::de::Error::invalid_length(place, &self);
        let Text(uri) = all.next_element()?.ok_or_else(|| missing(0))?;
        let Text(name) = all.next_element()?.ok_or_else(|| missing(1))?;
        let data = all.next_element::<&RawValue>()?.unwrap_or(RawValue::NULL);
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Told { uri, name, data })
    }
}
