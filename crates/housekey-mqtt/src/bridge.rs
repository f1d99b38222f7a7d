//! What is published of the homes on one broker: decides each message and each command, and knows neither
//! network nor clock.

mod action;
mod cleanup;
mod command;
mod entry;
mod found;
mod render;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use housekey::mirror::{Change, ChangeKind, Home, ItemKind, MirrorState, Origin};

pub use self::action::{Action, CapabilityWrite, Command, Received};
use self::entry::Followed;
use self::found::Found;
pub(crate) use self::found::{is_kept_by_us, kept_filters};
use crate::options::{Options, UniqueIds};
use crate::outbox::{Message, Outbox};
use crate::rate::Rate;
use crate::topics;
use crate::view::HomeyNames;

/// The homes on a broker.
#[derive(Debug)]
pub struct Bridge {
    options: Arc<Options>,
    homeys: Vec<Followed>,
    outbox: Outbox,
    jobs: VecDeque<Job>,
    link: Link,
    /// Retained messages of ours that the broker had.
    found: Vec<Found>,
    /// The components that it knew, by topic.
    known: BTreeMap<String, Vec<(String, String)>>,
    log: Rate,
}

/// The connection to the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Down,
    /// It is up, and the broker sends what it has of ours.
    Listening,
    Up,
}

/// What is done when nothing waits to be sent: so messages are made as fast as the broker takes them.
#[derive(Debug, Clone, PartialEq)]
enum Job {
    Subscribe(Vec<String>),
    Read(Vec<String>),
    Unsubscribe(Vec<String>),
    Send(Message),
    Device {
        homey: usize,
        id: Arc<str>,
        force: bool,
    },
    Homey {
        homey: usize,
        force: bool,
    },
    /// Publishes how many devices there are.
    Count {
        homey: usize,
    },
    /// Deletes what is left behind, and takes commands.
    Finish {
        homey: usize,
    },
}

/// What goes to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// A message.
    Publish(Message),
    /// Topics to follow from now on.
    Subscribe(Vec<String>),
    /// Topics to follow for what the broker keeps there.
    Read(Vec<String>),
    /// Topics that are not followed any more.
    Unsubscribe(Vec<String>),
}

impl Bridge {
    /// A bridge of those Homeys, not connected yet.
    pub fn new(options: Options, homeys: Vec<HomeyNames>) -> Self {
        let homeys = homeys.into_iter().map(Followed::new).collect();
        Self {
            options: Arc::new(options),
            homeys,
            outbox: Outbox::default(),
            jobs: VecDeque::new(),
            link: Link::Down,
            found: Vec::new(),
            known: BTreeMap::new(),
            log: Rate::default(),
        }
    }

    /// The last will, also published at the end.
    pub fn will(&self) -> Message {
        Message::retained(topics::bridge_state(&self.options.base), "offline")
    }

    /// How many devices are published.
    pub fn devices(&self) -> usize {
        self.homeys.iter().map(|homey| homey.count).sum()
    }

    /// The connection is up.
    pub fn connected(&mut self) {
        self.disconnected();
        self.link = Link::Listening;
        let base = self.options.base.clone();
        self.outbox.push(Message::retained(topics::bridge_state(&base), "online"));
        for homey in 0..self.homeys.len() {
            self.publish_state(homey);
        }
        let mut filters = self.found_filters();
        filters.push(sync_topic(&base));
        filters.push(self.birth_topic());
        self.jobs.push_back(Job::Read(filters));
        // It comes back behind everything that the broker has.
        self.jobs.push_back(Job::Send(Message::once(sync_topic(&base), "sync")));
    }

    /// The connection is lost. All is published again on the next one.
    pub fn disconnected(&mut self) {
        self.link = Link::Down;
        self.outbox.clear();
        self.jobs.clear();
        self.found.clear();
        self.known.clear();
        for homey in &mut self.homeys {
            homey.forget_queued();
        }
    }

    /// The broker has sent what it has of ours, or takes too long for it.
    pub fn listened(&mut self) {
        if self.link != Link::Listening {
            return;
        }
        self.link = Link::Up;
        self.jobs.push_back(Job::Unsubscribe(self.found_filters()));
        for homey in 0..self.homeys.len() {
            self.announce(homey);
        }
    }

    /// The copy of a home is complete.
    pub fn complete(&mut self, homey: usize, home: &Home) {
        self.homeys[homey].read_all(home);
        self.announce(homey);
    }

    /// Changes were missed: everything is compared.
    pub fn missed(&mut self, homey: usize, home: &Home) {
        if !self.homeys[homey].is_complete {
            return;
        }
        let gone: Vec<_> = self.homeys[homey]
            .devices
            .keys()
            .filter(|id| home.item(ItemKind::Device, id).is_none())
            .cloned()
            .collect();
        for id in gone {
            self.remove(homey, &id);
        }
        self.homeys[homey].read_all(home);
        self.queue_all(homey, false);
    }

    /// Home Assistant has started: all is sent again.
    pub fn reannounce(&mut self) {
        for homey in 0..self.homeys.len() {
            if self.link == Link::Up && self.homeys[homey].is_complete {
                self.queue_all(homey, true);
            }
        }
    }

    /// Whether a home is followed has changed.
    pub fn state(&mut self, homey: usize, state: MirrorState) {
        let is_online =
            matches!(state, MirrorState::Live | MirrorState::CatchingUp | MirrorState::Polling);
        if std::mem::replace(&mut self.homeys[homey].is_online, is_online) != is_online {
            self.publish_state(homey);
        }
    }

    /// A change of a home; `home` holds it already.
    pub fn changed(&mut self, homey: usize, change: &Change, home: &Home) {
        if !self.homeys[homey].is_complete {
            return;
        }
        match (change.kind, &change.what) {
            (ItemKind::Device, ChangeKind::Value { capability, value, previous, .. }) => {
                let rings = change.origin == Origin::Live && *value == true && *previous != true;
                self.value(homey, &change.id, capability, rings, home);
            }
            (ItemKind::Device, ChangeKind::Removed) => {
                self.remove(homey, &change.id);
                self.relevel(homey, home);
                self.queue_once(Job::Count { homey });
            }
            (ItemKind::Device, _) => {
                self.homeys[homey].read_one(&change.id, home);
                self.relevel(homey, home);
                self.queue(homey, &change.id, false);
                self.queue_once(Job::Count { homey });
            }
            (ItemKind::Zone, _) => self.relevel(homey, home),
            (ItemKind::Mood, _) if self.options.moods => self.queue_homey(homey),
            (ItemKind::Flow | ItemKind::AdvancedFlow, _) if self.options.flows => {
                self.queue_homey(homey);
            }
            (ItemKind::Variable, _) if self.options.variables => self.queue_homey(homey),
            _ => {}
        }
    }

    /// A message of the broker; `now` is any time that only grows.
    pub fn received(
        &mut self,
        topic: &str,
        payload: &[u8],
        retain: bool,
        now: Duration,
        home: &dyn Fn(usize) -> Arc<Home>,
    ) -> Received {
        if topic == sync_topic(&self.options.base) {
            self.listened();
            return Received::Nothing;
        }
        if topic == self.birth_topic() {
            let is_birth = !retain && payload == b"online" && self.options.home_assistant.is_some();
            return if is_birth { Received::Birth } else { Received::Nothing };
        }
        if topic.ends_with("/set") {
            // A retained command would be repeated with every connection.
            if retain || self.link != Link::Up {
                return Received::Nothing;
            }
            return self.command(topic, payload, now, home);
        }
        if retain && self.link == Link::Listening {
            self.find(topic, payload);
        }
        Received::Nothing
    }

    /// The next thing for the broker.
    pub fn next(&mut self, home: &dyn Fn(usize) -> Arc<Home>) -> Option<Out> {
        loop {
            if let Some(message) = self.outbox.pop() {
                return Some(Out::Publish(message));
            }
            match self.jobs.pop_front()? {
                Job::Subscribe(filters) => return Some(Out::Subscribe(filters)),
                Job::Read(filters) => return Some(Out::Read(filters)),
                Job::Unsubscribe(filters) => return Some(Out::Unsubscribe(filters)),
                Job::Send(message) => return Some(Out::Publish(message)),
                Job::Device { homey, id, force } => self.render(homey, &id, force, &home(homey)),
                Job::Homey { homey, force } => self.render_homey(homey, force, &home(homey)),
                Job::Count { homey } => self.count(homey),
                Job::Finish { homey } => self.finish(homey),
            }
        }
    }

    /// Whether there is something for the broker.
    pub fn has_next(&self) -> bool {
        !self.outbox.is_empty() || !self.jobs.is_empty()
    }

    /// Publishes a home whose copy is complete, from nothing.
    fn announce(&mut self, homey: usize) {
        if self.link != Link::Up || !self.homeys[homey].is_complete {
            return;
        }
        self.migrate(homey);
        self.queue_all(homey, true);
        self.jobs.push_back(Job::Finish { homey });
    }

    fn queue_all(&mut self, homey: usize, force: bool) {
        if self.link != Link::Up {
            return;
        }
        self.jobs.push_back(Job::Homey { homey, force });
        let ids: Vec<_> = self.homeys[homey].devices.keys().cloned().collect();
        for id in ids {
            self.queue(homey, &id, force);
        }
        self.jobs.push_back(Job::Count { homey });
    }

    fn queue_homey(&mut self, homey: usize) {
        self.queue_once(Job::Homey { homey, force: false });
    }

    fn queue_once(&mut self, job: Job) {
        if self.link == Link::Up && self.jobs.back() != Some(&job) {
            self.jobs.push_back(job);
        }
    }

    fn queue(&mut self, homey: usize, id: &Arc<str>, force: bool) {
        let Some(entry) = self.homeys[homey].devices.get_mut(id) else { return };
        // A queued one is rendered from what the home is then.
        if self.link == Link::Up && (force || !entry.is_queued) {
            entry.is_queued = true;
            self.jobs.push_back(Job::Device { homey, id: id.clone(), force });
        }
    }

    fn relevel(&mut self, homey: usize, home: &Home) {
        for id in self.homeys[homey].relevel(home) {
            self.queue(homey, &id, false);
        }
    }

    fn publish_state(&mut self, homey: usize) {
        let followed = &self.homeys[homey];
        let topic = topics::homey_state(&self.options.base, &followed.names);
        let state = if followed.is_online { "online" } else { "offline" };
        if self.link != Link::Down {
            self.outbox.push(Message::retained(topic, state));
        }
    }

    /// Where retained messages of ours may be.
    fn found_filters(&self) -> Vec<String> {
        let of_one = |homey: &Followed| kept_filters(&self.options, &homey.names);
        let mut filters: Vec<_> = self.homeys.iter().flat_map(of_one).collect();
        if self.options.ids == UniqueIds::MqttHub {
            filters.push(format!("{}/+/+/config", self.options.prefix));
        }
        filters.sort();
        filters.dedup();
        filters
    }

    fn birth_topic(&self) -> String {
        format!("{}/status", self.options.prefix)
    }
}

/// Where a message of ours comes back, behind all that came before.
fn sync_topic(base: &str) -> String {
    format!("{base}/bridge/sync")
}

/// What a message is remembered by.
fn digest(payload: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    hasher.finish()
}
