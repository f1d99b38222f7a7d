//! The JSON arrays of events and acknowledgements, split without parsing their elements.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::PacketError;

/// The elements of the array of an acknowledgement, each still as text.
///
/// # Errors
/// [`PacketError::Arguments`] for anything but an array.
pub fn elements(arguments: &str) -> Result<Vec<&RawValue>, PacketError> {
    serde_json::from_str(arguments).map_err(|_| PacketError::Arguments)
}

/// The payload of a Homey's event. Only texts with escapes are copied.
#[derive(Debug)]
pub struct EventPayload<'a> {
    /// The name of the Socket.IO event: a URI.
    pub uri: Cow<'a, str>,
    /// Its first argument: the name of the event.
    pub name: Cow<'a, str>,
    /// Its second argument, `null` if there is none. Further ones are ignored.
    pub data: &'a RawValue,
}

impl<'a> EventPayload<'a> {
    /// Reads the array of an event.
    ///
    /// # Errors
    /// [`PacketError::Arguments`] for anything but an array that begins with two texts.
    pub fn read(arguments: &'a str) -> Result<Self, PacketError> {
        serde_json::from_str(arguments).map_err(|_| PacketError::Arguments)
    }
}

/// Borrows where it can; a plain [`Cow`] never does.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for EventPayload<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EventPayloadVisitor)
    }
}

struct EventPayloadVisitor;

impl<'de> Visitor<'de> for EventPayloadVisitor {
    type Value = EventPayload<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array that begins with two texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<EventPayload<'de>, A::Error> {
        let missing = |place| serde::de::Error::invalid_length(place, &self);
        let Text(uri) = all.next_element()?.ok_or_else(|| missing(0))?;
        let Text(name) = all.next_element()?.ok_or_else(|| missing(1))?;
        let data = all.next_element::<&RawValue>()?.unwrap_or(RawValue::NULL);
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(EventPayload { uri, name, data })
    }
}
