//! Decoded items, kept by the text that they were decoded from.

use std::collections::HashMap;
use std::sync::Arc;

use housekey::mirror::{Home, ItemKind};

/// A decoded item.
pub(super) trait View: Sized {
    /// Decodes an item; `None` where it lacks what is needed.
    fn of(home: &Home, kind: ItemKind, id: &str) -> Option<Self>;
}

/// The views of one kind of item.
#[derive(Debug)]
pub(super) struct Cache<V>(HashMap<Arc<str>, Cached<V>>);

#[derive(Debug)]
struct Cached<V> {
    text: Arc<str>,
    view: Option<V>,
}

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<V: View> Cache<V> {
    /// The view of an item of the home.
    pub(super) fn get(&mut self, home: &Home, kind: ItemKind, id: &str) -> Option<&V> {
        let text = home.item(kind, id)?.received();
        if !self.0.get(id).is_some_and(|cached| Arc::ptr_eq(&cached.text, text)) {
            let cached = Cached { text: text.clone(), view: V::of(home, kind, id) };
            self.0.insert(id.into(), cached);
        }
        self.known(id)
    }

    /// Decodes what is new, and drops what is gone.
    pub(super) fn refresh(&mut self, home: &Home, kind: ItemKind) {
        let items = home.items(kind);
        let count = items.len();
        for (id, _) in items {
            self.get(home, kind, id);
        }
        if self.0.len() > count {
            self.0.retain(|id, _| home.item(kind, id).is_some());
        }
    }

    /// A view that was decoded before.
    pub(super) fn known(&self, id: &str) -> Option<&V> {
        self.0.get(id)?.view.as_ref()
    }
}
