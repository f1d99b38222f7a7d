//! A snapshot of the copy: all items of a home, shared between snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::change::{Change, ChangeKind};
use super::item::{Item, Report};
use super::kind::ItemKind;
use crate::model::items::read_item;
use crate::model::{AdvancedFlow, Device, Flow, Mood, User, Variable, Zone};

/// The items of one kind, by id.
type Shelf = BTreeMap<Arc<str>, Arc<Item>>;

/// The items of a home. A snapshot never changes; a clone copies only pointers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Home {
    seq: u64,
    shelves: [Arc<Shelf>; ItemKind::ALL.len()],
}

/// A type of the model that is mirrored.
pub trait Mirrored: DeserializeOwned {
    /// Its kind.
    const KIND: ItemKind;
}

macro_rules! mirrored {
    ($($type:ty: $kind:ident;)+) => {$(
        impl Mirrored for $type {
            const KIND: ItemKind = ItemKind::$kind;
        }
    )+};
}

mirrored! {
    Device: Device;
    Zone: Zone;
    Flow: Flow;
    AdvancedFlow: AdvancedFlow;
    Variable: Variable;
    Mood: Mood;
    User: User;
}

impl Home {
    /// The number of the last change that is part of it.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// One item.
    pub fn item(&self, kind: ItemKind, id: &str) -> Option<&Arc<Item>> {
        self.shelf(kind).get(id)
    }

    /// One item, with its shared id.
    pub(super) fn entry(&self, kind: ItemKind, id: &str) -> Option<(&Arc<str>, &Arc<Item>)> {
        self.shelf(kind).get_key_value(id)
    }

    /// All items of a kind, in the order of their ids.
    pub fn items(&self, kind: ItemKind) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<Item>)> {
        self.shelf(kind).iter()
    }

    /// One item as its type: `home.get::<Device>(id)`. `None` where there is none, or where it
    /// lacks a field that the type requires.
    pub fn get<T: Mirrored>(&self, id: &str) -> Option<T> {
        read_item(&self.item(T::KIND, id)?.json(), Some(id))
    }

    /// All items of a type, in the order of their ids.
    pub fn all<T: Mirrored>(&self) -> impl Iterator<Item = T> {
        self.shelf(T::KIND).iter().filter_map(|(id, item)| read_item(&item.json(), Some(id)))
    }

    /// The home with those of its items alone.
    #[must_use]
    pub fn only(&self, keep: impl Fn(ItemKind, &str, &Item) -> bool) -> Self {
        let mut home = self.clone();
        for kind in ItemKind::ALL {
            if !self.shelf(kind).iter().all(|(id, item)| keep(kind, id, item)) {
                Arc::make_mut(&mut home.shelves[kind as usize])
                    .retain(|id, item| keep(kind, id, item));
            }
        }
        home
    }

    /// Applies a change. All changes after [`Home::seq`], applied in order, give the mirror's
    /// present copy.
    pub fn apply(&mut self, change: &Change) {
        match &change.what {
            ChangeKind::Added(item) | ChangeKind::Updated { item, .. } => {
                self.put(change.kind, change.id.clone(), item.clone());
            }
            ChangeKind::Removed => self.remove(change.kind, &change.id),
            ChangeKind::Value { capability, value, at, .. } => {
                let shelf = Arc::make_mut(&mut self.shelves[change.kind as usize]);
                if let Some(item) = shelf.get_mut(&change.id) {
                    let (capability, value) = (capability.clone(), value.clone());
                    Arc::make_mut(item).take(&Report { capability, value, at: *at });
                }
            }
        }
        self.seq = change.seq;
    }

    pub(super) fn put(&mut self, kind: ItemKind, id: Arc<str>, item: Arc<Item>) {
        Arc::make_mut(&mut self.shelves[kind as usize]).insert(id, item);
    }

    pub(super) fn remove(&mut self, kind: ItemKind, id: &str) {
        Arc::make_mut(&mut self.shelves[kind as usize]).remove(id);
    }

    fn shelf(&self, kind: ItemKind) -> &Shelf {
        &self.shelves[kind as usize]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mirror::change::Origin;

    #[test]
    fn a_snapshot_stays_and_shares_what_did_not_change() {
        let mut home = Home::default();
        for id in ["a", "b"] {
            let text = json!({ "id": id, "name": id, "capabilitiesObj": { "onoff": {} } });
            let (_, item) = Item::of(ItemKind::Device, &text.to_string()).unwrap();
            home.put(ItemKind::Device, id.into(), item.into());
        }
        let before = home.clone();
        let what = ChangeKind::Value {
            capability: "onoff".into(),
            value: json!(true),
            previous: json!(null),
            at: None,
        };
        let (origin, kind, id) = (Origin::Live, ItemKind::Device, "a".into());
        home.apply(&Change { seq: 1, origin, kind, id, what });
        let on = |home: &Home| home.item(kind, "a").unwrap().report("onoff").unwrap().value.clone();
        assert_eq!((on(&before), on(&home)), (json!(null), json!(true)));
        assert_eq!((before.seq(), home.seq()), (0, 1));
        let share = |kind, id| {
            let item = |home: &Home| Arc::as_ptr(home.item(kind, id).unwrap());
            item(&before) == item(&home)
        };
        assert!(share(kind, "b") && !share(kind, "a"));
        let names = |home: &Home| home.all::<Device>().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(names(&home), ["a", "b"]);
        let only = home.only(|_, id, _| id == "b");
        assert_eq!((names(&only), only.seq()), (vec!["b".to_owned()], 1));
    }
}
