//! An alarm clock.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};

/// An alarm: a time of day, on some days of the week.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner.
    pub name: Field<String>,
    /// The time of day, in the time zone of the Homey: `07:30`.
    pub time: Field<String>,
    /// Whether it goes off.
    pub enabled: Field<bool>,
    /// Whether it goes off on `monday` to `sunday`; see [`Alarm::days`].
    pub repetition: Field<Map<String, Value>>,
    /// When it goes off next; the vendor spells it so.
    pub next_occurance: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Alarm {
    /// The days of the week in English small letters.
    pub const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// The days it goes off on, from Monday on.
    pub fn days(&self) -> impl Iterator<Item = &'static str> {
        let on = |day: &&str| self.repetition.get()?.get(*day)?.as_bool();
        Self::DAYS.into_iter().filter(move |day| on(day) == Some(true))
    }
}
