//! What events told while a list was on its way, which may be older than they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::{Item, Report, merge};
use super::kind::Kind;
use super::told::Told;

/// The time between asking for a list and its arrival.
#[derive(Debug, Default)]
pub(super) struct Window {
    touched: BTreeMap<Arc<str>, Touch>,
}

/// What events told about one item.
#[derive(Debug, Default)]
struct Touch {
    /// Whether it was gone; what else there is came after that.
    gone: bool,
    created: bool,
    /// What was told of its fields.
    fields: Option<Arc<str>>,
    /// What it reported since.
    reports: BTreeMap<Arc<str>, Report>,
}

impl Window {
    /// Notes an event.
    pub(super) fn note(&mut self, told: &Told<'_>) {
        match told {
            Told::Item { kind, id, text, created } => {
                let touch = self.touch(id);
                touch.created |= created;
                let fields = match &touch.fields {
                    Some(older) => merge(older, text).unwrap_or_else(|| (*text).into()),
                    None => (*text).into(),
                };
                // It tells values itself.
                if Item::of(*kind, text).is_some_and(|(_, item)| !item.reports().is_empty()) {
                    touch.reports.clear();
                }
                touch.fields = Some(fields);
            }
            Told::Gone { id, .. } => {
                *self.touch(id) = Touch { gone: true, ..Touch::default() };
            }
            Told::Report { device, report } => {
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

    /// What the list says, with what is newer in place of it.
    pub(super) fn overlay(mut self, kind: Kind, list: &mut BTreeMap<Arc<str>, Item>) {
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

    fn item<'a>(text: &'a str, created: bool) -> Told<'a> {
        Told::Item { kind: Kind::Device, id: "a".into(), text, created }
    }

    fn report(value: i32) -> Told<'static> {
        let report = Report { capability: "dim".into(), value: value.into(), at: None };
        Told::Report { device: "a", report }
    }

    fn device(name: &str, dim: i32) -> Value {
        json!({ "id": "a", "name": name, "capabilitiesObj": { "dim": { "value": dim } } })
    }

    #[test]
    fn what_was_told_meanwhile_wins_over_the_list() {
        let listed = device("Listed", 1).to_string();
        let whole = device("Whole", 5).to_string();
        let part = r#"{"id":"a","name":"Part"}"#;
        let gone = || Told::Gone { kind: Kind::Device, id: "a".into() };
        let table: Vec<(Vec<Told<'_>>, Option<Value>, Option<Value>)> = vec![
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
                events.iter().for_each(|told| window.note(told));
                let items = list.and_then(|text| Item::of(Kind::Device, text));
                let mut items: BTreeMap<Arc<str>, Item> = items.into_iter().collect();
                window.overlay(Kind::Device, &mut items);
                let got = items.get("a").map(Item::value);
                assert_eq!(got.as_ref(), want.as_ref(), "{events:?} over {list:?}");
            }
        }
    }
}
