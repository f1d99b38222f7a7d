//! Items by id, and the operations that are alike for all kinds of them.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::call::{Answer, Answered, Call, HubError, name_in, new_name};
use crate::quirk::Quirk;
pub(super) use crate::state::items::{Items, object};
use crate::state::{ChangeKind, Home};

/// A kind of item that is stored as a JSON object.
pub(super) struct ItemKind {
    pub(super) manager: &'static str,
    /// The name in events and request bodies: `flowfolder`.
    pub(super) item: &'static str,
    /// The name in errors: `FlowFolder`.
    pub(super) name: &'static str,
    pub(super) all: fn(&Home) -> &Items,
    pub(super) all_mut: fn(&mut Home) -> &mut Items,
    /// The keys that a body may set.
    pub(super) keys: &'static [&'static str],
    /// Checks an item before it is stored.
    pub(super) check: fn(&Home, &Map<String, Value>) -> Result<(), HubError>,
    /// The item as the API shows it.
    pub(super) view: fn(&Home, &Call<'_>, &Map<String, Value>) -> Value,
}

impl ItemKind {
    pub(super) fn find<'a>(
        &self,
        home: &'a Home,
        id: &str,
    ) -> Result<&'a Map<String, Value>, HubError> {
        find((self.all)(home), self.name, id)
    }

    pub(super) fn list(&self, home: &Home, call: &Call<'_>) -> Answered {
        Ok(by_id((self.all)(home), |item| (self.view)(home, call, item)))
    }

    pub(super) fn get(&self, home: &Home, call: &Call<'_>) -> Answered {
        Ok((self.view)(home, call, self.find(home, call.text("id")?)?).into())
    }

    /// Creates an item from the defaults of `rest` and the body, which must have a name.
    pub(super) fn create(
        &self,
        home: &mut Home,
        call: &Call<'_>,
        rest: fn(&Home) -> Value,
    ) -> Answered {
        let body = call.object(self.item)?;
        let name = new_name(body, self.item)?;
        let id = new_id(home, body, self.item);
        let mut item = fresh(&id, name, rest(home));
        merge(&mut item, body, self.keys);
        self.put(home, call, &id, item, ChangeKind::Created)
    }

    pub(super) fn update(&self, home: &mut Home, call: &Call<'_>) -> Answered {
        let (id, body) = (call.text("id")?, call.object(self.item)?);
        let mut item = self.find(home, id)?.clone();
        name_in(body, "name")?;
        merge(&mut item, body, self.keys);
        self.put(home, call, id, item, ChangeKind::Updated)
    }

    /// Updates an item, or replaces it where that quirk is on. Which of the two a real Homey does is not
    /// settled; the vendor's client relies on the first.
    pub(super) fn update_or_replace(
        &self,
        home: &mut Home,
        call: &Call<'_>,
        rest: fn(&Home) -> Value,
    ) -> Answered {
        match home.quirks.contains(&Quirk::PutReplaces) {
            true => self.replace(home, call, rest),
            false => self.update(home, call),
        }
    }

    /// Replaces an item: what the body does not give is as in a new one.
    fn replace(&self, home: &mut Home, call: &Call<'_>, rest: fn(&Home) -> Value) -> Answered {
        let (id, body) = (call.text("id")?, call.object(self.item)?);
        let before = self.find(home, id)?;
        let mut item = fresh(id, new_name(body, self.item)?, rest(home));
        // What no body may set stays.
        let counted = ["order", "triggerCount"].iter();
        item.extend(counted.filter_map(|key| Some(((*key).to_owned(), before.get(*key)?.clone()))));
        merge(&mut item, body, self.keys);
        self.put(home, call, id, item, ChangeKind::Updated)
    }

    /// Checks an item, stores it and answers it.
    pub(super) fn put(
        &self,
        home: &mut Home,
        call: &Call<'_>,
        id: &str,
        item: Map<String, Value>,
        what: ChangeKind,
    ) -> Answered {
        (self.check)(home, &item)?;
        let answer = (self.view)(home, call, &item);
        (self.all_mut)(home).insert(id.to_owned(), item);
        home.changed(self.manager, self.item, id, what);
        Ok(answer.into())
    }

    pub(super) fn delete(&self, home: &mut Home, call: &Call<'_>) -> Answered {
        let id = call.text("id")?;
        self.find(home, id)?;
        self.remove(home, id);
        Ok(Answer::NOTHING)
    }

    pub(super) fn remove(&self, home: &mut Home, id: &str) {
        (self.all_mut)(home).shift_remove(id);
        home.changed(self.manager, self.item, id, ChangeKind::Deleted);
    }
}

fn fresh(id: &str, name: &str, rest: Value) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("id".to_owned(), id.into());
    item.insert("name".to_owned(), name.into());
    item.extend(object(rest));
    item
}

/// The id of a new item: chosen by the Homey, or the free UUID of the body where that quirk is on.
pub(super) fn new_id(home: &mut Home, body: &Map<String, Value>, kind: &str) -> String {
    let wished = body.get("id").and_then(Value::as_str);
    let wished = wished.filter(|id| {
        home.quirks.contains(&Quirk::WishedIds)
            && uuid::Uuid::parse_str(id).is_ok()
            && !home.has_id(id)
    });
    match wished {
        Some(id) => id.to_owned(),
        None => home.new_id(kind),
    }
}

/// The view of an item that is shown as it is stored.
pub(super) fn as_stored(_: &Home, _: &Call<'_>, item: &Map<String, Value>) -> Value {
    Value::Object(item.clone())
}

/// All items, by id.
pub(super) fn by_id<T>(all: &IndexMap<String, T>, view: impl Fn(&T) -> Value) -> Answer {
    Value::Object(all.iter().map(|(id, item)| (id.clone(), view(item))).collect()).into()
}

pub(super) fn find<'a, T>(
    all: &'a IndexMap<String, T>,
    name: &'static str,
    id: &str,
) -> Result<&'a T, HubError> {
    all.get(id).ok_or_else(|| HubError::not_found(name, id))
}

/// Copies those keys of a body to an item.
pub(super) fn merge(item: &mut Map<String, Value>, body: &Map<String, Value>, keys: &[&str]) {
    for key in keys {
        if let Some(value) = body.get(*key) {
            item.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Adds the keys of a `json!` object to a view.
pub(super) fn extended(mut view: Value, more: Value) -> Value {
    if let Some(view) = view.as_object_mut() {
        view.extend(object(more));
    }
    view
}
