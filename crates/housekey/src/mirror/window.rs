//! Events that arrive while a list is being read; the list may be older than they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::{Item, Report, merge};
use super::item_event::ItemEvent;
use super::kind::ItemKind;

/// The events about each item since the list was requested.
#[derive(Debug, Default)]
pub(super) struct Window {
    touched: BTreeMap<Arc<str>, Touch>,
}

/// The events about one item.
#[derive(Debug, Default)]
struct Touch {
    /// Whether it was deleted; the other fields are newer than that.
    gone: bool,
    created: bool,
    /// The fields that events had.
    fields: Option<Arc<str>>,
    /// The values that it reported since.
    reports: BTreeMap<Arc<str>, Report>,
}

impl Window {
    /// Records an event.
    pub(super) fn record(&mut self, event: &ItemEvent<'_>) {
        match event {
            ItemEvent::Item { kind, id, text, created } => {
                let touch = self.touch(id);
                touch.created |= created;
                let fields = match &touch.fields {
                    Some(older) => merge(older, text).unwrap_or_else(|| (*text).into()),
                    None => (*text).into(),
                };
                // It has the values itself.
                if Item::of(*kind, text).is_some_and(|(_, item)| !item.reports().is_empty()) {
                    touch.reports.clear();
                }
                touch.fields = Some(fields);
            }
            ItemEvent::Gone { id, .. } => {
                *self.touch(id) = Touch { gone: true, ..Touch::default() };
            }
            ItemEvent::Report { device, report } => {
                let reports = &mut self.touch(device).reports;
                reports.insert(report.capability.clone(), report.clone());
            }
        }
    }

    fn touch(&mut self, id: &str) -> &mut Touch {
        if !self.touched.contains_key(id) {
            self.touched.insert(id.into(), Touch::default());
        }
        self.touched.entry(id.into()).or_default()
    }

    /// Applies the events to the list, where they are newer.
    pub(super) fn overlay(mut self, kind: ItemKind, list: &mut BTreeMap<Arc<str>, Item>) {
        for (id, touch) in std::mem::take(&mut self.touched) {
            if touch.gone {
                list.remove(&id);
            }
            if let Some(fields) = &touch.fields {
                let known = list.get(&id).map(|item| item.merged(kind, fields));
                let new = || Item::of(kind, fields).filter(|_| touch.created).map(|(_, item)| item);
                match known.or_else(new) {
                    Some(item) => drop(list.insert(id.clone(), item)),
                    None => continue,
                }
            }
            if let Some(item) = list.get_mut(&id) {
                touch.reports.values().for_each(|report| item.take(report));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn item<'a>(text: &'a str, created: bool) -> ItemEvent<'a> {
        ItemEvent::Item { kind: ItemKind::Device, id: "a".into(), text, created }
    }

    fn report(value: i32) -> ItemEvent<'static> {
        let report = Report { capability: "dim".into(), value: value.into(), at: None };
        ItemEvent::Report { device: "a", report }
    }

    fn device(name: &str, dim: i32) -> Value {
        json!({ "id": "a", "name": name, "capabilitiesObj": { "dim": { "value": dim } } })
    }

    #[test]
    fn events_meanwhile_win_over_the_list() {
        let listed = device("Listed", 1).to_string();
        let whole = device("Whole", 5).to_string();
        let part = r#"{"id":"a","name":"Part"}"#;
        let gone = || ItemEvent::Gone { kind: ItemKind::Device, id: "a".into() };
        let table: Vec<(Vec<ItemEvent<'_>>, Option<Value>, Option<Value>)> = vec![
            (vec![], Some(device("Listed", 1)), None),
            (vec![report(2), report(3)], Some(device("Listed", 3)), None),
            (vec![item(part, false)], Some(device("Part", 1)), None),
            (vec![report(2), item(part, false)], Some(device("Part", 2)), None),
            (vec![report(2), item(&whole, false)], Some(device("Whole", 5)), None),
            (
                vec![item(&whole, false), report(2), item(part, false)],
                Some(device("Part", 2)),
                None,
            ),
            (vec![gone()], None, None),
            (vec![report(2), gone(), report(3)], None, None),
            (vec![item(&whole, true)], Some(device("Whole", 5)), Some(device("Whole", 5))),
            (vec![gone(), item(&whole, true)], Some(device("Whole", 5)), Some(device("Whole", 5))),
            (vec![item(&whole, true), gone()], None, None),
        ];
        for (events, when_listed, when_not) in table {
            for (list, want) in [(Some(&listed), &when_listed), (None, &when_not)] {
                let mut window = Window::default();
                events.iter().for_each(|event| window.record(event));
                let items = list.and_then(|text| Item::of(ItemKind::Device, text));
                let mut items: BTreeMap<Arc<str>, Item> = items.into_iter().collect();
                window.overlay(ItemKind::Device, &mut items);
                let got = items.get("a").map(Item::value);
                assert_eq!(got.as_ref(), want.as_ref(), "{events:?} over {list:?}");
            }
        }
    }
}
