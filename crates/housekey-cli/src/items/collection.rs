//! All items of a kind that a home has, with the names of what they are parts of.

use std::collections::BTreeMap;
use std::future::IntoFuture as _;

use housekey::model::Items;

use super::{Item, Parents};
use crate::context::Target;
use crate::error::{Exit, Failure, Outcome};
use crate::lookup::{self, Named};
use crate::output::Output;

/// All items of a kind.
pub(crate) struct Collection<T> {
    items: Vec<T>,
    /// The names of the parents by their ids; `None` where they cannot be read.
    parents: Option<BTreeMap<String, String>>,
}

impl<T: Item> Collection<T> {
    /// Reads them from the Homey. Parents that may not be read leave items without them, with a note.
    pub(crate) async fn read(target: &Target, out: &Output) -> Outcome<Self> {
        let zones = async {
            match T::PARENTS {
                Parents::Zones => target.homey.zones().get_zones().await.map(|Items(zones)| zones),
                Parents::None | Parents::Same => Ok(Vec::new()),
            }
        };
        let (items, zones) = tokio::join!(T::list(&target.homey).into_future(), zones);
        let Items(items) = items?;
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
        Ok(Self { items, parents })
    }

    /// A collection without items, for what a Homey does not show.
    pub(crate) fn empty() -> Self {
        Self { items: Vec::new(), parents: Some(BTreeMap::new()) }
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

    /// The name of what an item is part of: its id where there is no such thing, and nothing where
    /// parents cannot be read.
    pub(crate) fn parent_of<'a>(&'a self, item: &'a T) -> Option<&'a str> {
        let id = item.parent()?;
        Some(self.parents.as_ref()?.get(id).map_or(id, String::as_str))
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

/// The names of items by their ids.
fn names<T: Item>(items: &[T]) -> BTreeMap<String, String> {
    items.iter().map(|item| (item.id().to_owned(), item.name().to_owned())).collect()
}
