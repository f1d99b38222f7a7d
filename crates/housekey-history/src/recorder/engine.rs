//! Turns changes of a mirror into rows; knows no file and no clock.

use std::collections::HashMap;
use std::sync::Arc;

use housekey::mirror::{Change, ChangeKind, Home, Item, ItemKind, Origin, Report};
use housekey::model::{Device, User, Variable};
use housekey::redaction::TokenVariables;

use super::item::{CapabilityInfo, DeviceInfo};
use crate::rules::{self, DeadBand, Decision, Incoming, MAX_TEXT, Noticed, Selection};
use crate::series::{Class, Names, Owner, Series, SeriesKey};
use crate::step::HOUR;
use crate::store::{Batch, Event};
use crate::value::{Point, Value, ValueType};

/// The state of all series of a home.
#[derive(Debug)]
pub struct Engine {
    selection: Selection,
    variables: TokenVariables,
    devices: HashMap<Arc<str>, DeviceInfo>,
    series: HashMap<SeriesKey, Tracked>,
    next_id: i64,
    batch: Batch,
    /// Series with a point that may be older than their statistics, with its time.
    late: Vec<(i64, i64)>,
    /// How many reports had an impossible time.
    pub clock_faults: u64,
}

/// A series; the id is 0 where it is not recorded.
#[derive(Debug)]
struct Tracked {
    series: Series,
    last: Option<Point>,
    dead_band: Option<DeadBand>,
}

/// What is known of a value besides the value.
struct About<'a> {
    key: SeriesKey,
    names: Names,
    info: Option<&'a CapabilityInfo>,
}

impl Engine {
    /// The state from what is stored: all series with their newest points. New ones get ids from `first_id` on.
    pub fn new(
        selection: Selection,
        variables: TokenVariables,
        stored: Vec<(Series, Option<Point>)>,
        first_id: i64,
    ) -> Self {
        let next_id = stored.iter().map(|(series, _)| series.id + 1).max().unwrap_or(first_id);
        let tracked = |(series, last): (Series, Option<Point>)| {
            let dead_band = selection.dead_band(&series.key, &series.names);
            (series.key.clone(), Tracked { series, last, dead_band })
        };
        let series = stored.into_iter().map(tracked).collect();
        Self {
            selection,
            variables,
            devices: HashMap::new(),
            series,
            next_id,
            batch: Batch::default(),
            late: Vec::new(),
            clock_faults: 0,
        }
    }

    /// How many series are recorded.
    pub fn series(&self) -> usize {
        self.series.values().filter(|tracked| tracked.series.id > 0).count()
    }

    /// The rows since the last call, and points that may be older than the statistics.
    pub fn take(&mut self) -> (Batch, Vec<(i64, i64)>) {
        (std::mem::take(&mut self.batch), std::mem::take(&mut self.late))
    }

    /// The present values of a whole home: at the start, and after each gap.
    pub fn snapshot(&mut self, home: &Home, source: Noticed, now: i64) {
        for (id, item) in home.items(ItemKind::Device) {
            self.device(id, item, home, source, now);
        }
        for (id, item) in home.items(ItemKind::Variable) {
            self.variable(id, item, source, now);
        }
        for (id, item) in home.items(ItemKind::User) {
            self.user(id, item, source, now);
        }
        // What went in the meantime.
        let gone: Vec<_> = self
            .series
            .values()
            .filter(|tracked| tracked.series.gone_t.is_none() && tracked.series.id > 0)
            .filter_map(|tracked| {
                let kind = kind_of(tracked.series.key.owner)?;
                let item = &tracked.series.key.item;
                home.item(kind, item).is_none().then(|| (kind, item.clone()))
            })
            .collect();
        for (kind, item) in gone {
            self.removed(kind, &item, now);
        }
    }

    /// One change.
    pub fn change(&mut self, change: &Change, home: &Home, now: i64) {
        let source = if change.origin == Origin::Live { Noticed::Live } else { Noticed::Read };
        match (&change.what, change.kind) {
            (ChangeKind::Value { capability, value, at, .. }, ItemKind::Device) => {
                let at = at.map(|at| at.as_millisecond());
                self.value(&change.id, capability, (value, at), source, now);
            }
            (ChangeKind::Added(item) | ChangeKind::Updated { item, .. }, kind) => {
                if matches!(change.what, ChangeKind::Added(_)) {
                    self.happened(change, "added", now);
                }
                match kind {
                    ItemKind::Device => self.device(&change.id, item, home, Noticed::Read, now),
                    ItemKind::Variable => self.variable(&change.id, item, source, now),
                    ItemKind::User => self.user(&change.id, item, source, now),
                    ItemKind::Zone => self.zone(&change.id, home, now),
                    _ => {}
                }
            }
            (ChangeKind::Removed, kind) => {
                self.happened(change, "removed", now);
                self.removed(kind, &change.id, now);
            }
            (ChangeKind::Value { .. }, _) => {}
        }
    }

    fn happened(&mut self, change: &Change, text: &str, now: i64) {
        if change.origin == Origin::Live {
            let (kind, item) = (change.kind.as_str().to_owned(), change.id.to_string());
            self.batch.events.push(Event { t: now, kind, item, text: text.to_owned(), who: None });
        }
    }

    /// A device that is new or differs in more than values.
    fn device(&mut self, id: &Arc<str>, item: &Item, home: &Home, source: Noticed, now: i64) {
        let Ok(device) = item.read::<Device>() else { return };
        let info = DeviceInfo::of(&device, home);
        let before = self.devices.insert(id.clone(), info.clone());
        let came_back = before.is_some_and(|before| !before.available) && info.available;
        let source = if came_back { Noticed::AfterGap } else { source };
        for Report { capability, value, at } in item.reports() {
            let (value, at) = match info.available {
                true => (value, at.map(|at| at.as_millisecond())),
                false => (&serde_json::Value::Null, None),
            };
            self.value(id, capability, (value, at), source, now);
        }
    }

    fn value(
        &mut self,
        id: &Arc<str>,
        capability: &str,
        (json, at): (&serde_json::Value, Option<i64>),
        source: Noticed,
        now: i64,
    ) {
        let Some(device) = self.devices.get(id) else { return };
        let Some(info) = device.capabilities.get(capability) else { return };
        let names = Names {
            device: device.name.clone(),
            zone: device.zone.clone(),
            title: info.title.clone(),
        };
        let key = SeriesKey {
            owner: Owner::Device,
            item: id.to_string(),
            key: capability.to_owned(),
            value_type: info.value_type,
        };
        if info.is_button {
            if source == Noticed::Live && self.selection.admits(&key, &names) {
                let (kind, item, text) =
                    ("device".to_owned(), id.to_string(), capability.to_owned());
                self.batch.events.push(Event { t: at.unwrap_or(now), kind, item, text, who: None });
            }
            return;
        }
        let info = info.clone();
        self.report(About { key, names, info: Some(&info) }, json, at, source, now);
    }

    fn variable(&mut self, id: &Arc<str>, item: &Item, source: Noticed, now: i64) {
        let Ok(variable) = item.read::<Variable>() else { return };
        let name = variable.name.text().unwrap_or_default();
        // A token is never recorded.
        if self.variables.contains(id, name) {
            return;
        }
        let Some(value_type) = variable.kind.text().and_then(ValueType::of_api) else { return };
        let key = SeriesKey {
            owner: Owner::Variable,
            item: id.to_string(),
            key: "value".to_owned(),
            value_type,
        };
        let names = Names { device: name.to_owned(), ..Names::default() };
        self.report(About { key, names, info: None }, variable.value(), None, source, now);
    }

    fn user(&mut self, id: &Arc<str>, item: &Item, source: Noticed, now: i64) {
        let Ok(user) = item.read::<User>() else { return };
        let name = user.name.label().unwrap_or_default().to_owned();
        for (key, state) in [("present", &user.present), ("asleep", &user.asleep)] {
            let Some(state) = state.get() else { continue };
            let key = SeriesKey {
                owner: Owner::User,
                item: id.to_string(),
                key: key.to_owned(),
                value_type: ValueType::Boolean,
            };
            let names = Names { device: name.clone(), ..Names::default() };
            self.report(About { key, names, info: None }, &(*state).into(), None, source, now);
        }
    }

    /// A zone that was renamed: its devices are called otherwise from now on.
    fn zone(&mut self, id: &str, home: &Home, now: i64) {
        let ids: Vec<_> = self
            .devices
            .iter()
            .filter(|(_, device)| device.zone_id == id)
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            if let Some(item) = home.item(ItemKind::Device, &id).cloned() {
                self.device(&id, &item, home, Noticed::Read, now);
            }
        }
    }

    fn removed(&mut self, kind: ItemKind, id: &str, now: i64) {
        self.devices.remove(id);
        for tracked in self.series.values_mut() {
            let key = &tracked.series.key;
            if key.item != id || kind_of(key.owner) != Some(kind) || tracked.series.id == 0 {
                continue;
            }
            tracked.series.gone_t = Some(now);
            self.batch.series.push((tracked.series.clone(), now));
            if tracked.last.as_ref().is_some_and(|last| last.v.is_known()) {
                let point = Point { t: now, v: Value::Unknown };
                tracked.last = Some(point.clone());
                self.batch.points.push((tracked.series.id, point));
            }
        }
    }

    fn report(
        &mut self,
        about: About<'_>,
        json: &serde_json::Value,
        at: Option<i64>,
        source: Noticed,
        now: i64,
    ) {
        let Some(value) = Value::of_json(json).and_then(|value| about.key.value_type.fit(value))
        else {
            return;
        };
        if matches!(&value, Value::Text(text) if text.len() > MAX_TEXT) {
            return;
        }
        let next_id = &mut self.next_id;
        let admits = || self.selection.admits(&about.key, &about.names);
        let tracked = match self.series.entry(about.key.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let id = if admits() { std::mem::replace(next_id, *next_id + 1) } else { 0 };
                let series = Series {
                    id,
                    class: Class::of_new(&about.key),
                    key: about.key.clone(),
                    unit: None,
                    decimals: None,
                    first_t: None,
                    last_t: None,
                    gone_t: None,
                    names: Names::default(),
                };
                let dead_band = self.selection.dead_band(&about.key, &about.names);
                entry.insert(Tracked { series, last: None, dead_band })
            }
        };
        if tracked.series.id == 0 {
            return;
        }
        let (unit, decimals) =
            about.info.map_or((None, None), |info| (info.unit.clone(), info.decimals));
        let series = &mut tracked.series;
        if series.names != about.names
            || series.unit != unit
            || series.decimals != decimals
            || series.gone_t.is_some()
        {
            (series.names, series.unit, series.decimals) = (about.names, unit, decimals);
            tracked.dead_band = self.selection.dead_band(&series.key, &series.names);
            series.gone_t = None;
            self.batch.series.push((series.clone(), now));
        }
        let report = Incoming { value, at, now, source };
        let decision = rules::decide(tracked.last.as_ref(), &report, tracked.dead_band);
        let Decision::Write { point, replaces, clock_fault } = decision else { return };
        self.clock_faults += u64::from(clock_fault);
        let id = tracked.series.id;
        if point.t < now - HOUR || tracked.last.as_ref().is_some_and(|last| point.t < last.t) {
            self.late.push((id, point.t));
        }
        if let Some(t) = replaces {
            let before = self.batch.points.len();
            self.batch.points.retain(|(of, point)| *of != id || point.t != t);
            if before == self.batch.points.len() {
                self.batch.replaced.push((id, t));
            }
        }
        if tracked.last.as_ref().is_none_or(|last| point.t >= last.t) {
            tracked.last = Some(point.clone());
        }
        self.batch.points.push((id, point));
    }
}

fn kind_of(owner: Owner) -> Option<ItemKind> {
    match owner {
        Owner::Device => Some(ItemKind::Device),
        Owner::Variable => Some(ItemKind::Variable),
        Owner::User => Some(ItemKind::User),
        _ => None,
    }
}
