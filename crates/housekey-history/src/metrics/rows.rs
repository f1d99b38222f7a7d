//! One row for each series of a home, except for those of devices.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use housekey::mirror::{Home, ItemKind, Kinds, MirrorState};

use super::family::{Fixed, Labels, Rows};
use super::options::MetricsOptions;
use super::views::Views;

/// All states of a mirror.
const STATES: [MirrorState; 6] = [
    MirrorState::Connecting,
    MirrorState::Live,
    MirrorState::CatchingUp,
    MirrorState::Polling,
    MirrorState::Offline,
    MirrorState::SignedOut,
];

/// Everything that a page is computed from.
pub(super) struct Scrape<'a> {
    pub(super) homey: &'a str,
    pub(super) options: &'a MetricsOptions,
    pub(super) views: &'a Views,
    pub(super) changes: &'a HashMap<Arc<str>, HashMap<Arc<str>, u64>>,
    pub(super) home: &'a Home,
    pub(super) state: MirrorState,
    pub(super) up: bool,
    /// Since when the copy is not current.
    pub(super) age: Duration,
    /// The kinds of items that the caller may read.
    pub(super) sees: Kinds,
}

impl<'a> Scrape<'a> {
    /// The rows of all series.
    pub(super) fn rows(&self) -> Rows<'a> {
        let mut rows = Rows::new();
        self.add_mirror(&mut rows);
        // What was true minutes ago is no value any more.
        if self.age > self.options.stale_after {
            return rows;
        }
        if self.sees(ItemKind::Device) {
            self.add_devices(&mut rows);
        }
        self.add_variables(&mut rows);
        self.add_users(&mut rows);
        self.add_zones(&mut rows);
        self.add_flows(&mut rows);
        rows
    }

    pub(super) fn sees(&self, kind: ItemKind) -> bool {
        self.sees.contains(kind)
    }

    pub(super) fn labels(&self) -> Labels<'a> {
        Labels { homey: self.homey, ..Labels::default() }
    }

    fn add_mirror(&self, rows: &mut Rows<'a>) {
        rows.add(Fixed::Up, self.labels(), flag(self.up));
        for state in STATES {
            let labels = Labels { state: Some(state.as_str()), ..self.labels() };
            rows.add(Fixed::MirrorState, labels, flag(state == self.state));
        }
        rows.add(Fixed::MirrorAge, self.labels(), self.age.as_secs_f64());
    }

    /// The ids of the items of a kind, if the caller may read it.
    fn ids(&self, kind: ItemKind) -> impl Iterator<Item = &'a str> {
        let items = self.sees(kind).then(|| self.home.items(kind));
        items.into_iter().flatten().map(|(id, _)| &**id)
    }

    fn add_variables(&self, rows: &mut Rows<'a>) {
        for id in self.ids(ItemKind::Variable) {
            let Some(variable) = self.views.variables.known(id) else { continue };
            let Some(value) = variable.value else { continue };
            let more = vec![("variable", variable.name.as_str()), ("variable_id", id)];
            rows.add(Fixed::VariableValue, Labels { more, ..self.labels() }, value);
        }
    }

    fn add_users(&self, rows: &mut Rows<'a>) {
        if !self.options.users {
            return;
        }
        for id in self.ids(ItemKind::User) {
            let Some(user) = self.views.users.known(id) else { continue };
            let labels =
                || Labels { more: vec![("user", &user.name), ("user_id", id)], ..self.labels() };
            for (family, is) in
                [(Fixed::UserPresent, user.present), (Fixed::UserAsleep, user.asleep)]
            {
                if let Some(is) = is {
                    rows.add(family, labels(), flag(is));
                }
            }
        }
    }

    fn add_zones(&self, rows: &mut Rows<'a>) {
        for id in self.ids(ItemKind::Zone) {
            let Some(zone) = self.views.zones.known(id) else { continue };
            let Some(active) = zone.active else { continue };
            let more = vec![("zone", zone.name.as_str()), ("zone_id", id)];
            rows.add(Fixed::ZoneActive, Labels { more, ..self.labels() }, flag(active));
        }
    }

    fn add_flows(&self, rows: &mut Rows<'a>) {
        let mut counts = BTreeMap::new();
        let kinds = [
            (ItemKind::Flow, "flow", &self.views.flows),
            (ItemKind::AdvancedFlow, "advanced", &self.views.advanced_flows),
        ];
        for (kind, word, views) in kinds {
            for id in self.ids(kind) {
                let Some(flow) = views.known(id) else { continue };
                *counts.entry((word, flow.enabled, flow.broken)).or_insert(0_u32) += 1;
                let more = || vec![("flow_id", id), ("flow", flow.name.as_str())];
                if let Some(starts) = flow.starts {
                    let labels = Labels { more: more(), ..self.labels() };
                    rows.add(Fixed::FlowStarts, labels, starts);
                }
                if self.options.flows {
                    for (family, is) in
                        [(Fixed::FlowEnabled, flow.enabled), (Fixed::FlowBroken, flow.broken)]
                    {
                        let mut more = more();
                        more.push(("kind", word));
                        rows.add(family, Labels { more, ..self.labels() }, flag(is));
                    }
                }
            }
        }
        for ((kind, enabled, broken), count) in counts {
            let word = |is| if is { "true" } else { "false" };
            let more = vec![("kind", kind), ("enabled", word(enabled)), ("broken", word(broken))];
            rows.add(Fixed::Flows, Labels { more, ..self.labels() }, count.into());
        }
    }
}

/// 1 or 0.
pub(super) fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}
