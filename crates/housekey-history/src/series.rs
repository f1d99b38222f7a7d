//! The identity of a series, and what is known of it.

use std::fmt;

use crate::value::ValueType;

/// What a series belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A capability of a device.
    Device,
    /// A logic variable.
    Variable,
    /// A zone.
    Zone,
    /// Presence of a user.
    User,
    /// The weather.
    Weather,
    /// An app.
    App,
    /// Energy of the home.
    Energy,
}

/// How a series behaves, which decides how long its points are kept and how they are averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Numbers that change often.
    Chatty,
    /// Everything that changes rarely.
    Rare,
    /// A counter that only grows, apart from resets.
    Meter,
    /// A direction: 360° is 0°.
    Angle,
}

/// What makes a series: a renamed or moved device keeps its series, one that is paired anew gets another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey {
    /// What it belongs to.
    pub owner: Owner,
    /// The id of the item.
    pub item: String,
    /// The id of the capability, or `value`.
    pub key: String,
    /// The type; a capability whose type changes gets a second series.
    pub value_type: ValueType,
}

/// A series, with the names of now.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The number in the store.
    pub id: i64,
    /// Its identity.
    pub key: SeriesKey,
    /// The unit, as the Homey writes it.
    pub unit: Option<String>,
    /// How many decimals are shown.
    pub decimals: Option<u8>,
    /// How it behaves.
    pub class: Class,
    /// The time of its first point, if any.
    pub first_t: Option<i64>,
    /// The time of its last point, if any.
    pub last_t: Option<i64>,
    /// When its item was removed.
    pub gone_t: Option<i64>,
    /// Its names.
    pub names: Names,
}

/// What an item and a value are called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Names {
    /// The name of the device or variable.
    pub device: String,
    /// The name of its zone; empty where it has none.
    pub zone: String,
    /// The title of the capability; empty where it has none.
    pub title: String,
}

impl Owner {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Device,
        Self::Variable,
        Self::Zone,
        Self::User,
        Self::Weather,
        Self::App,
        Self::Energy,
    ];

    /// Its name in the table `series`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Variable => "variable",
            Self::Zone => "zone",
            Self::User => "user",
            Self::Weather => "weather",
            Self::App => "app",
            Self::Energy => "energy",
        }
    }

    /// The owner of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Chatty, Self::Rare, Self::Meter, Self::Angle];

    /// Its name in the table `series`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chatty => "chatty",
            Self::Rare => "rare",
            Self::Meter => "meter",
            Self::Angle => "angle",
        }
    }

    /// The class of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The class that a new series begins with.
    pub fn of_new(key: &SeriesKey) -> Self {
        match (key.value_type, key.base()) {
            (ValueType::Number, "measure_wind_angle" | "measure_gust_angle" | "light_hue") => {
                Self::Angle
            }
            (ValueType::Number, base) if base.starts_with("meter_") => Self::Meter,
            (ValueType::Number, _) => Self::Chatty,
            _ => Self::Rare,
        }
    }

    /// Whether it has stored statistics and its points are thinned.
    pub const fn is_thinned(self) -> bool {
        !matches!(self, Self::Rare)
    }
}

impl SeriesKey {
    /// The capability without the part that distinguishes several of one device: `measure_power` for
    /// `measure_power.phase1`.
    pub fn base(&self) -> &str {
        self.key.split('.').next().unwrap_or(&self.key)
    }
}

impl Series {
    /// `Kitchen/Fridge`, or the id where no name is known.
    pub fn place(&self) -> String {
        match (&*self.names.zone, &*self.names.device) {
            (_, "") => self.key.item.clone(),
            ("", device) => device.to_owned(),
            (zone, device) => format!("{zone}/{device}"),
        }
    }

    /// What is measured: the title, or the id of the capability.
    pub fn title(&self) -> &str {
        if self.names.title.is_empty() { &self.key.key } else { &self.names.title }
    }

    /// The full turn of an angle: 360, or 1 for a hue.
    pub fn turn(&self) -> Option<f64> {
        (self.class == Class::Angle)
            .then(|| if self.key.base() == "light_hue" { 1.0 } else { 360.0 })
    }

    /// By what the integral over hours is divided: watts count as kWh.
    pub fn integral_divisor(&self) -> f64 {
        let watts = match self.unit.as_deref() {
            Some(unit) => unit.trim() == "W",
            None => self.key.base() == "measure_power",
        };
        if watts { 1000.0 } else { 1.0 }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place(), self.key.key)
    }
}
