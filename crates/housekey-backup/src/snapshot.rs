//! A snapshot: the set-up of a home at one time.

use jiff::Timestamp;
use serde_json::Value;

use crate::secrets::{self, KnownSecrets, Secrets};
use crate::{Home, Part, Refs, setup, writable};

/// The set-up of a home at one time, without its secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// When it was read.
    pub when: Timestamp,
    /// The items, each as its set-up, see [`setup::of`].
    pub home: Home,
    /// What identifies the items.
    pub refs: Refs,
}

impl Snapshot {
    /// The snapshot of a home, and the secrets that were taken out of it.
    pub fn of(home: &Home, known: &KnownSecrets, when: Timestamp) -> (Self, Secrets) {
        let mut setups = Home::new(home.about.clone());
        let mut found = Secrets::new();
        for (part, items) in home.parts() {
            let of = |(id, item): (&String, &Value)| {
                let mut item = setup::of(part, id, item);
                secrets::redact(part, id, &mut item, known, &mut found);
                (id.clone(), item)
            };
            setups.insert(part, items.iter().map(of).collect());
        }
        for (part, why) in home.missing() {
            setups.miss(part, why);
        }
        let refs = Refs::of(home, &setups);
        (Self { when, home: setups, refs }, found)
    }

    /// The items whose files were edited since they were read, those that were added or removed included.
    pub fn edited(&self) -> Vec<(Part, String)> {
        let mut edited = Vec::new();
        for (part, items) in self.home.parts() {
            let is_edited = |(id, item): &(&String, &Value)| {
                self.refs
                    .get(part, id)
                    .is_none_or(|base| base.hash != writable::base_hash(part, item))
            };
            edited.extend(items.iter().filter(is_edited).map(|(id, _)| (part, id.clone())));
            let gone = self.refs.items(part).filter(|(id, _)| !items.contains_key(*id));
            edited.extend(gone.map(|(id, _)| (part, id.to_owned())));
        }
        edited
    }

    /// The edited items that `now`, the home as it is, does not hold as they were edited.
    pub fn edited_unlike(&self, now: &Snapshot) -> Vec<(Part, String)> {
        let mut edited = self.edited();
        edited.retain(|(part, id)| match (self.home.item(*part, id), now.home.item(*part, id)) {
            (Some(here), Some(there)) => !setup::is_same(here, there),
            (None, None) => false,
            _ => now.home.has(*part),
        });
        edited
    }
}
