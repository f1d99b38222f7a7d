//! The items of a home as metrics need them.

use std::collections::HashMap;

use housekey::mirror::{Home, ItemKind};
use housekey::model::{AdvancedFlow, Field, Flow, User, Variable, Zone};
use serde_json::Number;

use super::cache::{Cache, View};
use super::device::{DeviceView, number};

/// The deepest nesting of zones that is followed.
const MAX_DEPTH: usize = 32;

/// The decoded items of a home.
#[derive(Debug, Default)]
pub(super) struct Views {
    pub(super) devices: Cache<DeviceView>,
    pub(super) zones: Cache<ZoneView>,
    pub(super) variables: Cache<VariableView>,
    pub(super) users: Cache<UserView>,
    pub(super) flows: Cache<FlowView>,
    pub(super) advanced_flows: Cache<FlowView>,
    /// The way to each zone, from the home: `Home / Ground floor / Kitchen`.
    pub(super) paths: HashMap<String, String>,
}

#[derive(Debug)]
pub(super) struct ZoneView {
    pub(super) name: String,
    parent: Option<String>,
    pub(super) active: Option<bool>,
}

#[derive(Debug)]
pub(super) struct VariableView {
    pub(super) name: String,
    /// `None` for texts.
    pub(super) value: Option<f64>,
}

#[derive(Debug)]
pub(super) struct UserView {
    pub(super) name: String,
    pub(super) present: Option<bool>,
    pub(super) asleep: Option<bool>,
}

#[derive(Debug)]
pub(super) struct FlowView {
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) broken: bool,
    /// The number of starts, where the Homey counts them.
    pub(super) starts: Option<f64>,
}

impl Views {
    /// Decodes what is new.
    pub(super) fn refresh(&mut self, home: &Home) {
        self.devices.refresh(home, ItemKind::Device);
        self.zones.refresh(home, ItemKind::Zone);
        self.variables.refresh(home, ItemKind::Variable);
        self.users.refresh(home, ItemKind::User);
        self.flows.refresh(home, ItemKind::Flow);
        self.advanced_flows.refresh(home, ItemKind::AdvancedFlow);
        let zones = home.items(ItemKind::Zone);
        self.paths = zones.map(|(id, _)| (id.to_string(), path(&self.zones, id))).collect();
    }

    /// The name of a zone; empty where it is in no list.
    pub(super) fn zone_name(&self, id: Option<&str>) -> &str {
        id.and_then(|id| self.zones.known(id)).map_or("", |zone| &zone.name)
    }

    /// The way to a zone; empty where it is in no list.
    pub(super) fn zone_path(&self, id: Option<&str>) -> &str {
        id.and_then(|id| self.paths.get(id)).map_or("", String::as_str)
    }
}

fn path(zones: &Cache<ZoneView>, id: &str) -> String {
    let mut names = Vec::new();
    let mut next = zones.known(id);
    while let Some(zone) = next
        && names.len() < MAX_DEPTH
    {
        names.push(zone.name.as_str());
        next = zone.parent.as_deref().and_then(|parent| zones.known(parent));
    }
    names.reverse();
    names.join(" / ")
}

impl View for ZoneView {
    fn of(home: &Home, _kind: ItemKind, id: &str) -> Option<Self> {
        let zone: Zone = home.get(id)?;
        let parent = zone.parent.text().map(str::to_owned);
        Some(Self { name: zone.name().to_owned(), parent, active: zone.active.get().copied() })
    }
}

impl View for VariableView {
    fn of(home: &Home, _kind: ItemKind, id: &str) -> Option<Self> {
        let variable: Variable = home.get(id)?;
        Some(Self { name: variable.name().to_owned(), value: number(variable.value()) })
    }
}

impl View for UserView {
    fn of(home: &Home, _kind: ItemKind, id: &str) -> Option<Self> {
        let user: User = home.get(id)?;
        let (present, asleep) = (user.present.get().copied(), user.asleep.get().copied());
        Some(Self { name: user.name().to_owned(), present, asleep })
    }
}

impl View for FlowView {
    fn of(home: &Home, kind: ItemKind, id: &str) -> Option<Self> {
        if kind == ItemKind::AdvancedFlow {
            let flow: AdvancedFlow = home.get(id)?;
            return Some(Self::new(flow.name(), &flow.enabled, &flow.broken, &flow.trigger_count));
        }
        let flow: Flow = home.get(id)?;
        Some(Self::new(flow.name(), &flow.enabled, &flow.broken, &flow.trigger_count))
    }
}

impl FlowView {
    fn new(
        name: &str,
        enabled: &Field<bool>,
        broken: &Field<bool>,
        starts: &Field<Number>,
    ) -> Self {
        let (enabled, broken) = (enabled.get() != Some(&false), broken.get() == Some(&true));
        let starts = starts.get().and_then(Number::as_f64);
        Self { name: name.to_owned(), enabled, broken, starts }
    }
}
