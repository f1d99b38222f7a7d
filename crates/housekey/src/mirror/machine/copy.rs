//! Applies events and lists to the copy, and records the changes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Machine, MachineAction, Nature, Output, StepTime, Trouble};
use crate::mirror::change::{Change, ChangeKind, Origin};
use crate::mirror::home::Home;
use crate::mirror::item::{Item, Report};
use crate::mirror::item_event::ItemEvent;
use crate::mirror::kind::ItemKind;
use crate::model::items::Entries;
use crate::realtime::session::Event;

impl Machine {
    pub(super) fn event(&mut self, event: &Event, home: &mut Home, out: &mut Output) {
        let Some(item_event) = ItemEvent::read(event) else { return };
        let kind = item_event.kind();
        let Some(reading) = self.readings.get_mut(&kind) else { return };
        if let Some(window) = reading.window() {
            window.record(&item_event);
        }
        if !reading.listed {
            return;
        }
        match item_event {
            ItemEvent::Report { device, report } => match home.item(kind, device) {
                Some(_) => self.report(device, report, home, out),
                None => reading.mark_stale(),
            },
            ItemEvent::Item { id, text, created, .. } => match home.item(kind, &id) {
                Some(held) if held.is_text(text) => {}
                // An event may have the id only: then a list is needed.
                _ if Item::count_fields(text) <= 1 => reading.mark_stale(),
                Some(held) => {
                    let newer = held.merged(kind, text);
                    self.update(Origin::Live, kind, &id, newer, home, out);
                }
                None if created => {
                    if let Some((id, item)) = Item::of(kind, text) {
                        self.record(
                            Origin::Live,
                            kind,
                            id,
                            ChangeKind::Added(item.into()),
                            home,
                            out,
                        );
                    }
                }
                None => reading.mark_stale(),
            },
            ItemEvent::Gone { id, .. } => {
                if home.item(kind, &id).is_some() {
                    self.record(Origin::Live, kind, id.into(), ChangeKind::Removed, home, out);
                }
            }
        }
    }

    fn report(&mut self, device: &str, report: Report, home: &mut Home, out: &mut Output) {
        let Some((id, held)) = home.entry(ItemKind::Device, device) else { return };
        let Report { capability, value, at } = report;
        let what = match held.report(&capability) {
            // The same event, received twice.
            Some(held) if held.value == value && (at.is_none() || held.at == at) => return,
            Some(held) => ChangeKind::Value {
                capability: held.capability.clone(),
                value,
                previous: held.value.clone(),
                at: at.or(held.at),
            },
            // The device does not list it, so the copy does not keep it.
            None => ChangeKind::Value { capability, value, previous: serde_json::Value::Null, at },
        };
        self.record(Origin::Live, ItemKind::Device, id.clone(), what, home, out);
    }

    pub(super) fn listed(
        &mut self,
        now: StepTime,
        kind: ItemKind,
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
        let Some((origin, window)) = reading.arrived() else { return };
        // Most are unchanged, and then share their text.
        let read = |(key, raw): (Option<String>, &RawValue)| {
            let text = raw.get();
            // One without an id has the key of its entry.
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
            self.record(origin, kind, id, ChangeKind::Removed, home, out);
        }
        for (id, item) in items {
            if home.item(kind, &id).is_some() {
                self.update(origin, kind, &id, item, home, out);
            } else {
                self.record(origin, kind, id, ChangeKind::Added(item.into()), home, out);
            }
        }
    }

    /// Records the differences of a newer version of an item.
    fn update(
        &mut self,
        origin: Origin,
        kind: ItemKind,
        id: &str,
        newer: Item,
        home: &mut Home,
        out: &mut Output,
    ) {
        let Some((id, held)) = home.entry(kind, id) else { return };
        let differences = held.differences(&newer);
        let report = |Report { capability, value, at }| {
            let previous = held.report(&capability).map(|held| held.value.clone());
            ChangeKind::Value { capability, value, previous: previous.unwrap_or_default(), at }
        };
        let mut all: Vec<ChangeKind> = differences.reports.into_iter().map(report).collect();
        if !differences.fields.is_empty() {
            all.push(ChangeKind::Updated { item: newer.into(), fields: differences.fields });
        }
        let id = id.clone();
        for what in all {
            self.record(origin, kind, id.clone(), what, home, out);
        }
    }

    /// Applies and records a change. Before the copy is complete no change is recorded, since no
    /// reader can have begun.
    fn record(
        &mut self,
        origin: Origin,
        kind: ItemKind,
        id: Arc<str>,
        what: ChangeKind,
        home: &mut Home,
        out: &mut Output,
    ) {
        if kind == ItemKind::Device {
            match what {
                ChangeKind::Added(_) => self.subscriptions.want(uri(&id)),
                ChangeKind::Removed if self.subscriptions.forget(&uri(&id)) => {
                    out.actions.push(MachineAction::Unsubscribe(uri(&id)));
                }
                _ => {}
            }
        }
        let seq = home.seq() + u64::from(self.status.complete);
        let change = Arc::new(Change { seq, origin, kind, id, what });
        home.apply(&change);
        if self.status.complete {
            out.changes.push(change);
        }
    }
}

fn uri(device: &str) -> Arc<str> {
    format!("homey:device:{device}").into()
}
