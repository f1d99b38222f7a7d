//! All items of a kind that a home has, with the names of what they are parts of.

use std::collections::BTreeMap;

use housekey::args;
use housekey::model::name::or_id;
use housekey::model::{Field, Items};
use serde::Deserialize;

use super::{Item, Parents};
use crate::context::Target;
use crate::error::{Exit, Outcome};
use crate::lookup::{self, Named};
use crate::output::Output;

/// All items of a kind.
pub(crate) struct Collection<T> {
    items: Vec<T>,
    /// The names of the parents by their ids; `None` where they cannot be read.
    parents: Option<BTreeMap<String, String>>,
}

/// What is read of an item whose name stands before that of another.
#[derive(Deserialize)]
struct Parent {
    id: String,
    #[serde(default)]
    name: Field<String>,
}

impl<T: Item> Collection<T> {
    /// Reads them from the Homey. Parents that may not be read leave items without them, with a note.
    pub(crate) async fn read(target: &Target, out: &Output) -> Outcome<Self> {
        let none = args! {};
        let items = target.homey.call_as::<Items<T>>(T::LIST, &none);
        let parents = async {
            match T::PARENTS {
                Parents::Listed { operation, .. } => names(operation, target).await,
                Parents::None | Parents::Same => Ok(BTreeMap::new()),
            }
        };
        let (items, parents) = tokio::join!(items, parents);
        let Items(items) = items?;
        let mut parents = match (parents, T::PARENTS) {
            (Err(failure), Parents::Listed { word, .. }) if failure.exit() == Exit::Failed => {
                out.note(&format!("Each {} is shown without its {word}: {failure}", T::KIND));
                None
            }
            (parents, _) => Some(parents?),
        };
        if matches!(T::PARENTS, Parents::Same) {
            let named = |item: &T| (item.id().to_owned(), item.name().to_owned());
            parents = Some(items.iter().map(named).collect());
        }
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

/// The names of the items that an operation lists, by their ids.
async fn names(operation: &str, target: &Target) -> Outcome<BTreeMap<String, String>> {
    let Items(items) = target.homey.call_as::<Items<Parent>>(operation, &args! {}).await?;
    let named = |item: Parent| {
        let name = or_id(item.name.label(), &item.id).to_owned();
        (item.id, name)
    };
    Ok(items.into_iter().map(named).collect())
}
