//! What events and lists do to the copy, and the changes that are told of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Action, Machine, Moment, Nature, Output, Trouble};
use crate::mirror::change::{Change, How, What};
use crate::mirror::home::Home;
use crate::mirror::item::{Item, Report};
use crate::mirror::kind::Kind;
use crate::mirror::told::Told;
use crate::model::items::Entries;
use crate::realtime::session::Event;

impl Machine {
    pub(super) fn event(&mut self, event: &Event, home: &mut Home, out: &mut Output) {
        let Some(told) = Told::read(event) else { return };
        let kind = told.kind();
        let Some(reading) = self.readings.get_mut(&kind) else { return };
        if let Some(window) = reading.window() {
            window.note(&told);
        }
        if !reading.listed {
            return;
        }
        match told {
            Told::Report { device, report } => match home.item(kind, device) {
                Some(_) => self.report(device, report, home, out),
                None => reading.stray(),
            },
            Told::Item { id, text, created, .. } => match home.item(kind, &id) {
                Some(held) if held.is_text(text) => {}
                // All it tells may be an id: then a list has to tell the rest.
                _ if Item::count_fields(text) <= 1 => reading.stray(),
                Some(held) => {
                    let newer = held.merged(kind, text);
                    self.update(How::Live, kind, &id, newer, home, out);
                }
                None if created => {
                    if let Some((id, item)) = Item::of(kind, text) {
                        self.tell(How::Live, kind, id, What::Added(item.into()), home, out);
                    }
                }
                None => reading.stray(),
            },
            Told::Gone { id, .. } => {
                if home.item(kind, &id).is_some() {
                    self.tell(How::Live, kind, id.into(), What::Removed, home, out);
                }
            }
        }
    }

    fn report(&mut self, device: &str, report: Report, home: &mut Home, out: &mut Output) {
        let Some((id, held)) = home.entry(Kind::Device, device) else { return };
        let Report { capability, value, at } = report;
        let what = match held.report(&capability) {
            // One event came twice.
            Some(held) if held.value == value && (at.is_none() || held.at == at) => return,
            Some(held) => What::Value {
                capability: held.capability.clone(),
                value,
                previous: held.value.clone(),
                at: at.or(held.at),
            },
            // The device does not list it, and so the copy does not keep it.
            None => What::Value { capability, value, previous: serde_json::Value::Null, at },
        };
        self.tell(How::Live, Kind::Device, id.clone(), what, home, out);
    }

    pub(super) fn listed(
        &mut self,
        now: Moment,
        kind: Kind,
        list: &[u8],
        home: &mut Home,
        out: &mut Output,
    ) {
        let entries: Entries<&RawValue> = match serde_json::from_slice(list) {
            Ok(entries) => entries,
            Err(error) => {
                let reason = format!("{} answered something else: {error}", kind.operation());
                let trouble = Trouble { nature: Nature::Passing, reason: reason.into() };
                return self.not_listed(now, kind, trouble);
            }
        };
        let Some(reading) = self.readings.get_mut(&kind) else { return };
        let Some((how, window)) = reading.arrived() else { return };
        // Most are what they were, and then they share their text.
        let read = |(key, raw): (Option<String>, &RawValue)| {
            let text = raw.get();
            // One that does not tell its id goes by the key it stands under.
            let keyed = || key.filter(|_| text.starts_with('{')).map(Cow::Owned);
            let id = Item::id_of(text).or_else(keyed)?;
            match home.entry(kind, &id).filter(|(_, held)| held.is_text(text)) {
                Some((id, held)) => Some((id.clone(), Item::clone(held))),
                None => Some((id.into(), Item::new(kind, text.into()))),
            }
        };
        let mut items: BTreeMap<Arc<str>, Item> = entries.0.into_iter().filter_map(read).collect();
        window.overlay(kind, &mut items);
        let gone: Vec<Arc<str>> = home
            .items(kind)
            .filter(|(id, _)| !items.contains_key(*id))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            self.tell(how, kind, id, What::Removed, home, out);
        }
        for (id, item) in items {
            if home.item(kind, &id).is_some() {
                self.update(how, kind, &id, item, home, out);
            } else {
                self.tell(how, kind, id, What::Added(item.into()), home, out);
            }
        }
    }

    /// Tells how an item that is held differs from what it was.
    fn update(
        &mut self,
        how: How,
        kind: Kind,
        id: &str,
        newer: Item,
        home: &mut Home,
        out: &mut Output,
    ) {
        let Some((id, held)) = home.entry(kind, id) else { return };
        let differences = held.differences(&newer);
        let report = |Report { capability, value, at }| {
            let previous = held.report(&capability).map(|held| held.value.clone());
            What::Value { capability, value, previous: previous.unwrap_or_default(), at }
        };
        let mut all: Vec<What> = differences.reports.into_iter().map(report).collect();
        if !differences.fields.is_empty() {
            all.push(What::Updated { item: newer.into(), fields: differences.fields });
        }
        let id = id.clone();
        for what in all {
            self.tell(how, kind, id.clone(), what, home, out);
        }
    }

    /// Makes a change. Before the copy is complete nobody is told, since nobody can have begun.
    fn tell(
        &mut self,
        how: How,
        kind: Kind,
        id: Arc<str>,
        what: What,
        home: &mut Home,
        out: &mut Output,
    ) {
        if kind == Kind::Device {
            match what {
                What::Added(_) => self.subscriptions.want(uri(&id)),
                What::Removed if self.subscriptions.forget(&uri(&id)) => {
                    out.actions.push(Action::Unsubscribe(uri(&id)));
                }
                _ => {}
            }
        }
        let seq = home.seq() + u64::from(self.status.complete);
        let change = Arc::new(Change { seq, how, kind, id, what });
        home.apply(&change);
        if self.status.complete {
            out.told.push(change);
        }
    }
}

fn uri(device: &str) -> Arc<str> {
    format!("homey:device:{device}").into()
}
