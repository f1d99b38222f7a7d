//! All items of a kind that a home has, with the names of what they are parts of.

use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture as _;

use housekey::model::{Items, Zone};

use super::{Item, Parents};
use crate::context::Target;
use crate::decode;
use crate::error::{Exit, Failure, Outcome};
use crate::lookup::{self, Named};
use crate::output::Output;

/// All items of a kind.
pub(crate) struct Collection<T> {
    items: Vec<T>,
    /// The names of the parents by their ids; `None` where they cannot be read.
    parents: Option<BTreeMap<String, String>>,
    /// The zones of the home, where the items lie in zones.
    zones: Vec<Zone>,
}

impl<T: Item> Collection<T> {
    /// Reads them from the Homey. Parents that may not be read leave items without them, with a note.
    pub(crate) async fn read(target: &Target, out: &Output) -> Outcome<Self> {
        let (items, zones) = tokio::join!(T::list(&target.homey).into_future(), zones::<T>(target));
        let Items(items) = items?;
        Self::of(items, zones, out)
    }

    /// The same with the answer they were read from.
    pub(crate) async fn read_with_answer(
        target: &Target,
        out: &Output,
    ) -> Outcome<(Self, Vec<u8>)> {
        let (answer, zones) = tokio::join!(T::list(&target.homey).bytes(), zones::<T>(target));
        let answer = answer?;
        let Items(items) = decode::read_bytes(&answer, &format!("{}s", T::KIND))?;
        Ok((Self::of(items, zones, out)?, answer))
    }

    fn of(items: Vec<T>, zones: Result<Vec<Zone>, housekey::Error>, out: &Output) -> Outcome<Self> {
        let zones = match zones.map_err(Failure::from) {
            Err(failure) if failure.exit() == Exit::Failed => {
                out.note(&format!("Each {} is shown without its zone: {failure}", T::KIND));
                None
            }
            zones => Some(zones?),
        };
        let parents = match T::PARENTS {
            Parents::Same => Some(names(&items)),
            Parents::None | Parents::Zones => zones.as_deref().map(names),
        };
        Ok(Self { items, parents, zones: zones.unwrap_or_default() })
    }

    /// A collection without items, for what a Homey does not show.
    pub(crate) fn empty() -> Self {
        Self { items: Vec::new(), parents: Some(BTreeMap::new()), zones: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }

    /// The item of that id.
    pub(crate) fn with_id(&self, id: &str) -> Option<&T> {
        self.items.iter().find(|item| item.id() == id)
    }

    /// The item of that id or name; of several with a name, `Zone/Name` says which.
    ///
    /// # Errors
    /// Usage with the candidates, where there is none or more than one.
    pub(crate) fn find(&self, wanted: &str) -> Outcome<&T> {
        lookup::find(T::KIND, &self.items, wanted, |item| self.named(item))
    }

    /// The items of those ids or names.
    ///
    /// # Errors
    /// As [`Self::find`], and usage where one is named twice.
    pub(crate) fn find_all(&self, wanted: &[String]) -> Outcome<Vec<&T>> {
        let mut found: Vec<&T> = Vec::new();
        for name in wanted {
            let item = self.find(name)?;
            if found.iter().any(|known| known.id() == item.id()) {
                return Err(Failure::usage(format!("{} is named twice", self.full_name(item)))
                    .hint(format!("name each {} once", T::KIND)));
            }
            found.push(item);
        }
        Ok(found)
    }

    /// The name of what an item is part of: its id where there is no such thing, and nothing where
    /// parents cannot be read.
    pub(crate) fn parent_of<'a>(&'a self, item: &'a T) -> Option<&'a str> {
        let id = item.parent()?;
        Some(self.parents.as_ref()?.get(id).map_or(id, String::as_str))
    }

    /// The ids of a zone and of all zones that are part of it.
    ///
    /// # Errors
    /// Usage with the candidates, where there is no such zone or more than one.
    pub(crate) fn zones_below(&self, wanted: &str) -> Outcome<BTreeSet<&str>> {
        let names = names(&self.zones);
        let named = |zone: &'_ Zone| {
            let parent = zone.parent.text().and_then(|id| names.get(id));
            (zone.id.clone(), zone.name().to_owned(), parent.cloned())
        };
        let all: Vec<_> = self.zones.iter().map(named).collect();
        let (top, ..) = lookup::find(Zone::KIND, &all, wanted, |(id, name, parent)| Named {
            id,
            name,
            zone: parent.as_deref(),
        })?;
        let mut below = BTreeSet::new();
        let mut waiting = vec![top.as_str()];
        while let Some(id) = waiting.pop() {
            let Some(zone) = self.zones.iter().find(|zone| zone.id == id) else { continue };
            if below.insert(zone.id.as_str()) {
                let children = self.zones.iter().filter(|zone| zone.parent.text() == Some(id));
                waiting.extend(children.map(|zone| zone.id.as_str()));
            }
        }
        Ok(below)
    }

    /// What an item can be found by.
    pub(crate) fn named<'a>(&'a self, item: &'a T) -> Named<'a> {
        Named { id: item.id(), name: item.name(), zone: self.parent_of(item) }
    }

    /// `Zone/Name`.
    pub(crate) fn full_name(&self, item: &T) -> String {
        self.named(item).full()
    }
}

/// The zones, where the items lie in zones.
async fn zones<T: Item>(target: &Target) -> Result<Vec<Zone>, housekey::Error> {
    match T::PARENTS {
        Parents::Zones => target.homey.zones().get_zones().await.map(|Items(zones)| zones),
        Parents::None | Parents::Same => Ok(Vec::new()),
    }
}

/// The names of items by their ids.
fn names<T: Item>(items: &[T]) -> BTreeMap<String, String> {
    items.iter().map(|item| (item.id().to_owned(), item.name().to_owned())).collect()
}
