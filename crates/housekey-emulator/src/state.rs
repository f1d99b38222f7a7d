//! The state of a home, and how it changes with time and by writes.
//!
//! Pure: time is a parameter, randomness comes from the seed. `hub` makes the JSON that the API shows.

pub(crate) mod advanced_flow;
pub(crate) mod app;
mod app_card;
pub(crate) mod availability;
mod build;
pub(crate) mod capability;
mod capability_card;
pub(crate) mod card;
mod card_effect;
pub(crate) mod card_run;
mod cards;
pub(crate) mod class;
pub(crate) mod definition;
pub(crate) mod device;
pub(crate) mod driver;
pub(crate) mod flow;
pub(crate) mod flow_state;
pub(crate) mod history;
pub(crate) mod home_fault;
pub(crate) mod house;
pub(crate) mod ids;
pub(crate) mod items;
mod listed_card;
pub(crate) mod local_time;
mod manager_card;
mod messy;
mod networks;
pub(crate) mod notification;
pub(crate) mod pattern;
pub(crate) mod picture;
pub(crate) mod radio;
mod seed_data;
pub(crate) mod session;
mod timeline;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod value;
pub(crate) mod variable;
pub(crate) mod zone;
mod zone_tree;

use std::collections::{HashMap, HashSet};

use housekey::catalogue::Dialect;
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use self::app::App;
use self::device::Device;
use self::flow_state::{Pending, Run};
use self::home_fault::HomeFault;
use self::ids::Seed;
use self::items::Items;
use self::notification::NotificationOwner;
use self::pattern::Moment;
use self::radio::Radio;
use self::session::Sessions;
use self::user::User;
use self::variable::Variable;
use self::zone::Zone;
use crate::hub_options::HubClient;
use crate::model::Model;
use crate::quirk::Quirks;

/// A change of the home, from which events are made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// A capability has another value.
    Capability { device: String, capability: String, value: Value },
    /// A variable has another value.
    Variable { id: String, value: Value },
    /// A user came home or left.
    Presence { user: String, present: bool },
    /// A mood was set.
    Mood { id: String },
    /// An item was created, changed or deleted: `zones`, `zone`, its id.
    Item { manager: &'static str, item: &'static str, id: String, what: ChangeKind },
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Created,
    Updated,
    Deleted,
}

/// The state of one Homey.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) dialect: Dialect,
    pub(crate) model: Model,
    pub(crate) cloud_id: String,
    pub(crate) name: String,
    pub(crate) seed: Seed,
    /// What the ids of new items are made from.
    new_ids: Seed,
    /// The quirks that are on.
    pub(crate) quirks: Quirks,
    /// The latest time the home has seen; it never goes back.
    pub(crate) now: Timestamp,
    /// When it was last started.
    pub(crate) booted: Timestamp,
    pub(crate) zones: IndexMap<String, Zone>,
    pub(crate) devices: IndexMap<String, Device>,
    pub(crate) variables: IndexMap<String, Variable>,
    pub(crate) users: IndexMap<String, User>,
    pub(crate) sessions: Sessions,
    pub(crate) apps: IndexMap<String, App>,
    pub(crate) flows: Items,
    pub(crate) advanced_flows: Items,
    /// Of flows of both kinds.
    pub(crate) folders: Items,
    pub(crate) moods: Items,
    /// Of HomeyScript.
    pub(crate) scripts: Items,
    pub(crate) alarms: Items,
    pub(crate) notifications: Items,
    /// By URI.
    pub(crate) notification_owners: IndexMap<String, NotificationOwner>,
    /// What was set of the options, by `manager/name`.
    pub(crate) options: Map<String, Value>,
    pub(crate) pair_sessions: Items,
    pub(crate) dashboards: Items,
    /// Those that are enabled.
    pub(crate) experiments: HashSet<String>,
    /// Insights logs that were deleted, by their full id.
    pub(crate) deleted_logs: HashSet<String>,
    /// Since when there are entries again, by the log's full id.
    pub(crate) cleared_logs: HashMap<String, Timestamp>,
    pub(crate) radio: Radio,
    /// The members of each group of devices, by the id of the group, which is a device as well.
    pub(crate) groups: IndexMap<String, Vec<String>>,
    /// Reports of energy before it were deleted.
    pub(crate) reports_since: Option<Timestamp>,
    /// The OAuth client that people sign in with.
    pub(crate) client: HubClient,
    /// How long a session from a login is taken.
    pub(crate) session_life: SignedDuration,
    /// How many ids have been issued.
    given: u64,
    /// The faults that a messy home has.
    pub(crate) home_faults: Vec<HomeFault>,
    changes: Vec<Change>,
    /// How many of the changes have been checked against the triggers of flows.
    reacted: usize,
    /// How many more flows may start in this go.
    starts_left: u32,
    pending: Vec<Pending>,
    /// Runs of advanced flows that something is put off of.
    runs: HashMap<u64, Run>,
}

/// How often the simulation looks at its patterns, in seconds.
const TICK_S: i64 = 10;

impl Home {
    /// Advances the time: flows first, then values. Values are functions of time, so a year costs no more
    /// than a minute.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        if now > self.now {
            self.pass(now);
        }
        self.settle(now);
    }

    /// Updates all values to a time.
    fn settle(&mut self, now: Timestamp) {
        if now.as_second().div_euclid(TICK_S) <= self.now.as_second().div_euclid(TICK_S) {
            self.now = self.now.max(now);
            return;
        }
        self.now = now;
        self.settle_again();
    }

    /// Updates all values to the present time, whether or not a tick has passed.
    fn settle_again(&mut self) {
        let moment = Moment::at(self.now);
        let Self { devices, seed, changes, .. } = self;
        for device in devices.values_mut() {
            if device.picture_kind().is_some() {
                // Its picture may be a newer one.
                device.text.take();
            }
            note(device, seed, moment, changes);
        }
    }

    /// Writes a value that fits its capability, and the values that depend on it: the brightness of a lamp
    /// switches it, as `setOnDim` does by default.
    pub(crate) fn write_capability(&mut self, device: &str, capability: &str, value: Value) {
        let now = self.now;
        let Some(device) = self.devices.get_mut(device) else { return };
        if capability == "dim"
            && let Some(level) = value.as_f64()
        {
            device.write("onoff", Value::Bool(level > 0.0), now);
        }
        device.write(capability, value, now);
        note(device, &self.seed, Moment::at(now), &mut self.changes);
    }

    /// Gives a variable another value of its type.
    pub(crate) fn set_variable(&mut self, id: &str, value: Value) {
        let Some(variable) = self.variables.get_mut(id) else { return };
        if variable.value == value {
            return;
        }
        variable.value = value.clone();
        self.changes.push(Change::Variable { id: id.to_owned(), value });
        self.changed("logic", "variable", id, ChangeKind::Updated);
    }

    /// Records that a user came home or left.
    pub(crate) fn presence_changed(&mut self, user: &str, present: bool) {
        self.changes.push(Change::Presence { user: user.to_owned(), present });
    }

    /// Records that a mood was set.
    pub(crate) fn mood_was_set(&mut self, mood: &str) {
        self.changes.push(Change::Mood { id: mood.to_owned() });
    }

    /// Drops the cached texts of all devices, since something that they all show has changed.
    pub(crate) fn forget_device_texts(&mut self) {
        for device in self.devices.values_mut() {
            device.forget_texts();
        }
    }

    /// A new id for a thing of that kind.
    pub(crate) fn new_id(&mut self, kind: &str) -> String {
        self.given += 1;
        self.new_ids.uuid(&format!("{kind}/new/{}", self.given))
    }

    /// Whether an item has that id.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        let stored = [
            &self.flows,
            &self.advanced_flows,
            &self.folders,
            &self.moods,
            &self.alarms,
            &self.dashboards,
        ];
        stored.iter().any(|items| items.contains_key(id))
            || self.zones.contains_key(id)
            || self.devices.contains_key(id)
            || self.variables.contains_key(id)
            || self.users.contains_key(id)
    }

    /// Records that an item was created, changed or deleted.
    pub(crate) fn changed(
        &mut self,
        manager: &'static str,
        item: &'static str,
        id: &str,
        what: ChangeKind,
    ) {
        self.changes.push(Change::Item { manager, item, id: id.to_owned(), what });
    }

    /// Takes the changes since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        self.reacted = 0;
        std::mem::take(&mut self.changes)
    }
}

/// Updates one device to the moment and records what changed.
fn note(device: &mut Device, seed: &Seed, moment: Moment, changes: &mut Vec<Change>) {
    for index in device.advance(seed, moment) {
        let Some(capability) = device.capabilities.get(index) else { continue };
        changes.push(Change::Capability {
            device: device.id.clone(),
            capability: capability.id.clone(),
            value: capability.value.clone(),
        });
    }
}
