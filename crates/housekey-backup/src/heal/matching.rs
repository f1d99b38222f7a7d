//! Which device of a home is one that is known by another id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::graph::ItemRef;
use crate::known_devices::{KnownDevice, KnownDevices};
use crate::{DeviceRef, Home, Part, label};

/// Why two ids are taken for those of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A person says so.
    Map,
    /// Its driver knows it by the same data: a serial number, an address.
    Data,
    /// It has the same driver, name and zone.
    Place,
    /// It has the same driver and name.
    Name,
    /// It has the same class and name, and the capabilities that are used.
    Likeness,
}

impl Rule {
    /// The rules that compare, the surest first.
    const COMPARING: [Self; 4] = [Self::Data, Self::Place, Self::Name, Self::Likeness];

    /// Its name for programs: `data`, `place`, `name`, `likeness`, `map`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Data => "data",
            Self::Place => "place",
            Self::Name => "name",
            Self::Likeness => "likeness",
        }
    }

    /// What is the same, for people.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Map => "as the map says",
            Self::Data => "same driver and address",
            Self::Place => "same driver, name and zone",
            Self::Name => "same driver and name",
            Self::Likeness => "same class and name",
        }
    }

    /// How sure it is: `sure`, `strong`, `fair`, `weak`.
    pub const fn strength(self) -> &'static str {
        match self {
            Self::Map | Self::Data => "sure",
            Self::Place => "strong",
            Self::Name => "fair",
            Self::Likeness => "weak",
        }
    }
}

/// A device that was found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The id it was known by.
    pub old: String,
    /// What it was called, with its zone.
    pub path: String,
    /// The id it has.
    pub new: String,
    /// Why it is taken for the same.
    pub rule: Rule,
}

/// A device that was not found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The id it was known by.
    pub old: String,
    /// What it was called; `None` where nothing is known of it.
    pub path: Option<String>,
    /// Why there is no match.
    pub why: WhyUnmatched,
}

/// Why a device was not found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyUnmatched {
    /// Neither its name nor anything else is known.
    Unknown,
    /// No device is like it.
    Nothing,
    /// Several are, with these ids.
    Several(Vec<String>),
    /// A device is like it and like another one that is gone, too.
    Shared(String),
}

/// A device that is there.
struct Present<'h> {
    name: &'h str,
    /// What a backup calls it, and what the kept names call it.
    paths: [String; 2],
    device: DeviceRef,
}

/// The devices of a home, for finding others among them.
pub(crate) struct Candidates<'h> {
    devices: BTreeMap<&'h str, Present<'h>>,
}

impl<'h> Candidates<'h> {
    pub(crate) fn of(home: &'h Home) -> Self {
        let present = |(id, device): (&'h str, &serde_json::Value)| {
            let item = ItemRef::new(Part::Devices, id);
            let paths = [home.path(Part::Devices, id), label::item(home, &item)];
            let device = DeviceRef::of(device);
            (id, Present { name: home.name(Part::Devices, id), paths, device })
        };
        Self { devices: home.items(Part::Devices).map(present).collect() }
    }

    /// Finds each of the devices of `lost` that are known. `has_what_is_used` says of a lost one and a candidate
    /// whether the candidate has the capabilities that are used of the lost one.
    pub(crate) fn find(
        &self,
        lost: impl IntoIterator<Item = &'h str>,
        known: &KnownDevices,
        map: &BTreeMap<String, String>,
        has_what_is_used: impl Fn(&str, &str) -> bool,
    ) -> (Vec<Match>, Vec<Unmatched>) {
        let (mut matches, mut unmatched): (Vec<Match>, Vec<Unmatched>) = (Vec::new(), Vec::new());
        for old in lost {
            let path = known.get(old).map(|known| known.path.clone());
            let found = match map.get(old) {
                Some(new) => Ok((new.clone(), Rule::Map)),
                None => self.candidate(old, known, &has_what_is_used),
            };
            match found {
                Ok((new, rule)) => {
                    let (old, path) = (old.to_owned(), path.unwrap_or_else(|| old.to_owned()));
                    matches.push(Match { old, path, new, rule });
                }
                Err(why) => unmatched.push(Unmatched { old: old.to_owned(), path, why }),
            }
        }
        if known.is_of_one_time() {
            part_rivals(&mut matches, &mut unmatched);
        }
        (matches, unmatched)
    }

    /// The one candidate of the surest rule that has any.
    fn candidate(
        &self,
        old: &str,
        all: &KnownDevices,
        has_what_is_used: &impl Fn(&str, &str) -> bool,
    ) -> Result<(String, Rule), WhyUnmatched> {
        let known = all.get(old).ok_or(WhyUnmatched::Unknown)?;
        for rule in Rule::COMPARING {
            let is_it = |(id, present): &(&&str, &Present<'_>)| {
                // One that was there beside it and was as much like it then is another one.
                let other = all.get(id).filter(|_| all.is_of_one_time() && **id != old);
                let was_beside = || other.is_some_and(|other| was_like(rule, known, other));
                is_like(rule, known, present)
                    && !was_beside()
                    && (rule != Rule::Likeness || has_what_is_used(old, id))
            };
            let mut found = self.devices.iter().filter(is_it).map(|(id, _)| (*id).to_owned());
            match (found.next(), found.next()) {
                (Some(one), None) => return Ok((one, rule)),
                (Some(one), Some(other)) => {
                    let several = [one, other].into_iter().chain(found).collect();
                    return Err(WhyUnmatched::Several(several));
                }
                _ => {}
            }
        }
        Err(WhyUnmatched::Nothing)
    }
}

/// Whether a device that is there is like one that was known, as a rule means it.
fn is_like(rule: Rule, known: &KnownDevice, present: &Present<'_>) -> bool {
    let is_called = known.is_called(present.name);
    match (&known.device, rule) {
        (Some(was), Rule::Likeness) => is_called && was.class == present.device.class,
        // Where the class was is not known, the name with the zone has to be the same.
        (None, Rule::Likeness) => present.paths.contains(&known.path),
        (Some(was), Rule::Data) => was.is_same_by_data(&present.device),
        (Some(was), Rule::Place) => {
            was.driver == present.device.driver && present.paths.contains(&known.path)
        }
        (Some(was), Rule::Name) => was.driver == present.device.driver && is_called,
        (_, Rule::Map) | (None, _) => false,
    }
}

/// Whether another known device was like this one.
fn was_like(rule: Rule, known: &KnownDevice, other: &KnownDevice) -> bool {
    let name = other.path.rsplit('/').next().unwrap_or_default();
    match (&known.device, &other.device, rule) {
        (Some(one), Some(other), Rule::Data) => one.is_same_by_data(other),
        (_, _, Rule::Place) => known.path == other.path,
        _ => known.is_called(name),
    }
}

/// Two devices that were there at the same time cannot both be the same one now: the surer match stays, and where
/// they are equally sure, none.
fn part_rivals(matches: &mut Vec<Match>, unmatched: &mut Vec<Unmatched>) {
    let all = matches.clone();
    matches.retain(|one| {
        let rivals = || all.iter().filter(|other| other.new == one.new && other.old != one.old);
        let rival = rivals().find(|other| other.rule <= one.rule && one.rule != Rule::Map);
        if let Some(rival) = rival {
            let why = WhyUnmatched::Shared(rival.path.clone());
            unmatched.push(Unmatched { old: one.old.clone(), path: Some(one.path.clone()), why });
        }
        rival.is_none()
    });
}

impl DeviceRef {
    fn is_same_by_data(&self, other: &Self) -> bool {
        self.data.is_some() && self.data == other.data && self.driver == other.driver
    }
}
