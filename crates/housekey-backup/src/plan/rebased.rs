//! Files brought up to date after an apply.

use super::ids::{Ids, translated, with_id};
use crate::{Home, Items, Refs, Snapshot, writable};
use serde_json::Value;

impl Snapshot {
    /// These files after an apply, with the ids that `ids` says: an item that is on the Homey as the files have it
    /// becomes what is there, and that is its base from now on. Others stay as they are.
    pub fn rebased(&self, present: &Snapshot, ids: &Ids) -> Snapshot {
        let mut home = Home::new(present.home.about.clone());
        let mut refs = Refs::default();
        for (part, items) in self.home.parts() {
            let mut rebased = Items::new();
            for (id, item) in items {
                let here = ids.get(id).unwrap_or(id);
                let wanted = with_id(&translated(item, ids), here);
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
