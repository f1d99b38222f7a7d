//! The copy itself: all items of a home at one moment, shared and not copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::change::{Change, What};
use super::item::{Item, Report};
use super::kind::Kind;
use crate::model::items::read_item;
use crate::model::{AdvancedFlow, Device, Flow, Mood, User, Variable, Zone};

/// The items of one kind, by id.
type Shelf = BTreeMap<Arc<str>, Arc<Item>>;

/// What a home holds. Whoever has one keeps it as it was; a clone copies nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Home {
    seq: u64,
    shelves: [Arc<Shelf>; Kind::ALL.len()],
}

/// A type of the model that is mirrored.
pub trait Mirrored: DeserializeOwned {
    /// Its kind.
    const KIND: Kind;
}

macro_rules! mirrored {
    ($($type:ty: $kind:ident;)+) => {$(
        impl Mirrored for $type {
            const KIND: Kind = Kind::$kind;
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
    pub fn item(&self, kind: Kind, id: &str) -> Option<&Arc<Item>> {
        self.shelf(kind).get(id)
    }

    /// One item, with the id that everybody shares.
    pub(super) fn entry(&self, kind: Kind, id: &str) -> Option<(&Arc<str>, &Arc<Item>)> {
        self.shelf(kind).get_key_value(id)
    }

    /// All items of a kind, in the order of their ids.
    pub fn items(&self, kind: Kind) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<Item>)> {
        self.shelf(kind).iter()
    }

    /// One item as its type: `home.get::<Device>(id)`. `None` where there is none, or none that has
    /// what the type cannot do without.
    pub fn get<T: Mirrored>(&self, id: &str) -> Option<T> {
        read_item(&self.item(T::KIND, id)?.json(), Some(id))
    }

    /// All items of a type, in the order of their ids.
    pub fn all<T: Mirrored>(&self) -> impl Iterator<Item = T> {
        self.shelf(T::KIND).iter().filter_map(|(id, item)| read_item(&item.json(), Some(id)))
    }

    /// Makes a change. Whoever makes all that are told from [`Home::seq`] on, in order, holds what
    /// the mirror holds.
    pub fn apply(&mut self, change: &Change) {
        match &change.what {
            What::Added(item) | What::Updated { item, .. } => {
                self.put(change.kind, change.id.clone(), item.clone());
            }
            What::Removed => self.remove(change.kind, &change.id),
            What::Value { capability, value, at, .. } => {
                let shelf = Arc::make_mut(&mut self.shelves[change.kind as usize]);
                if let Some(item) = shelf.get_mut(&change.id) {
                    let (capability, value) = (capability.clone(), value.clone());
                    Arc::make_mut(item).take(&Report { capability, value, at: *at });
                }
            }
        }
        self.seq = change.seq;
    }

    pub(super) fn put(&mut self, kind: Kind, id: Arc<str>, item: Arc<Item>) {
        Arc::make_mut(&mut self.shelves[kind as usize]).insert(id, item);
    }

    pub(super) fn remove(&mut self, kind: Kind, id: &str) {
        Arc::make_mut(&mut self.shelves[kind as usize]).remove(id);
    }

    fn shelf(&self, kind: Kind) -> &Shelf {
        &self.shelves[kind as usize]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mirror::change::How;

    #[test]
    fn a_snapshot_stays_and_shares_what_did_not_change() {
        let mut home = Home::default();
        for id in ["a", "b"] {
            let text = json!({ "id": id, "name": id, "capabilitiesObj": { "onoff": {} } });
            let (_, item) = Item::of(Kind::Device, &text.to_string()).unwrap();
            home.put(Kind::Device, id.into(), item.into());
        }
        let before = home.clone();
        let what = What::Value {
            capability: "onoff".into(),
            value: json!(true),
            previous: json!(null),
            at: None,
        };
        let (how, kind, id) = (How::Live, Kind::Device, "a".into());
        home.apply(&Change { seq: 1, how, kind, id, what });
        let on = |home: &Home| home.item(kind, "a").unwrap().report("onoff").unwrap().value.clone();
        assert_eq!((on(&before), on(&home)), (json!(null), json!(true)));
        assert_eq!((before.seq(), home.seq()), (0, 1));
        let share = |kind, id| {
            let item = |home: &Home| Arc::as_ptr(home.item(kind, id).unwrap());
            item(&before) == item(&home)
        };
        assert!(share(kind, "b") && !share(kind, "a"));
        assert_eq!(
            home.all::<Device>().map(|device| device.name().to_owned()).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}
