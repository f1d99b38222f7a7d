//! A snapshot: the set-up of a home at one time.

use jiff::Timestamp;
use serde_json::Value;

use crate::plan::{self, Ids};
use crate::secrets::{self, KnownSecrets, Secrets};
use crate::{Home, Items, Part, Refs, setup, writable};

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

    /// These files after an apply, with the ids that `ids` says: an item that is on the Homey as the files have it
    /// becomes what is there, and that is its base from now on. Others stay as they are.
    pub fn rebased(&self, present: &Snapshot, ids: &Ids) -> Snapshot {
        let mut home = Home::new(present.home.about.clone());
        let mut refs = Refs::default();
        for (part, items) in self.home.parts() {
            let mut rebased = Items::new();
            for (id, item) in items {
                let here = ids.get(id).unwrap_or(id);
                let wanted = plan::with_id(&plan::translated(item, ids), here);
                let there = present.home.item(part, here);
                let is_there =
                    |there: &&Value| writable::changes(part, &wanted, there, false).is_empty();
                match there.filter(is_there) {
                    Some(there) => {
                        rebased.insert(here.clone(), there.clone());
                        refs.copy(part, here, &present.refs, here);
                    }
                    None => {
                        rebased.insert(here.clone(), wanted);
                        refs.copy(part, here, &self.refs, id);
                    }
                }
            }
            // What was taken out of the files and is still there is still known to have been in them.
            for (id, _) in self.refs.items(part).filter(|(id, _)| !items.contains_key(*id)) {
                if present.home.item(part, id).is_some() || !present.home.has(part) {
                    refs.copy(part, id, &self.refs, id);
                }
            }
            home.insert(part, rebased);
        }
        for (part, why) in self.home.missing() {
            home.miss(part, why);
        }
        Snapshot { when: present.when, home, refs }
    }
}
