//! Random days of a made-up Homey: whatever gets lost, the copy is right again after quiet, and the
//! changes that were told lead there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;
use crate::mirror::status::State;

/// How long things go on before all is quiet.
const BUSY: Duration = Duration::from_secs(60);

const KINDS: [Kind; 4] = [Kind::Device, Kind::Zone, Kind::Variable, Kind::User];

/// What goes wrong, apart from connections that break.
#[derive(Debug, Clone, Copy)]
struct Faults {
    /// Of a hundred events so many never arrive.
    lost: u32,
    /// So many arrive twice.
    doubled: u32,
    /// Of a hundred lists and subscriptions so many fail.
    failing: u32,
    /// Whether the manager tells of values too, with the whole device.
    chatty: bool,
}

/// What is going to happen.
#[derive(Debug)]
enum Happening {
    /// Something changes in the home.
    Change,
    /// The connection breaks.
    Break,
    /// It is there.
    Connect,
    /// A subscription reaches the Homey over the connection of that number.
    Subscribe(u32, Arc<str>),
    /// One came to nothing.
    Refuse(Arc<str>),
    /// A subscription is restored by the Homey.
    Restore(u32, Arc<str>),
    /// Something comes over the connection of that number.
    Receive(u32, Received),
    /// A list is made.
    List(Kind),
    /// Its answer arrives.
    Listed(Kind, Result<Vec<u8>, Trouble>),
    Deadline,
}

#[derive(Debug, Clone)]
enum Received {
    Event(Event),
    Gap(Arc<str>),
    Granted(Arc<str>),
}

struct Simulation {
    rng: StdRng,
    faults: Faults,
    now: Duration,
    agenda: BTreeMap<(Duration, u64), Happening>,
    numbers: u64,
    // The Homey.
    items: BTreeMap<(Kind, String), Value>,
    connection: Option<u32>,
    connections: u32,
    listening: BTreeSet<Arc<str>>,
    /// Packets of one connection do not overtake each other.
    last_arrival: Duration,
    /// What was asked for over this connection and not answered yet.
    asked: BTreeSet<Arc<str>>,
    /// What is restored over the next one.
    granted: BTreeSet<Arc<str>>,
    // Ours.
    machine: Machine,
    home: Home,
    /// Holds what somebody holds who began with the first complete copy and makes all changes.
    follower: Option<Home>,
    told: BTreeMap<How, usize>,
    states: BTreeSet<&'static str>,
}

fn wall(at: Duration) -> Timestamp {
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    start + SignedDuration::try_from(at).unwrap()
}

fn trouble() -> Trouble {
    Trouble { nature: Nature::Passing, reason: "no luck".into() }
}

impl Simulation {
    fn new(seed: u64, faults: Faults) -> Self {
        let now = Moment { at: Duration::ZERO, wall: wall(Duration::ZERO) };
        let kinds = KINDS.into_iter().collect();
        let mut simulation = Self {
            rng: StdRng::seed_from_u64(seed),
            faults,
            now: Duration::ZERO,
            agenda: BTreeMap::new(),
            numbers: 0,
            items: BTreeMap::new(),
            connection: None,
            connections: 0,
            listening: BTreeSet::new(),
            last_arrival: Duration::ZERO,
            asked: BTreeSet::new(),
            granted: BTreeSet::new(),
            machine: Machine::new(kinds, Duration::from_secs(10), now),
            home: Home::default(),
            follower: None,
            told: BTreeMap::new(),
            states: BTreeSet::new(),
        };
        for kind in KINDS {
            (0..4).for_each(|_| drop(simulation.create(kind)));
        }
        simulation.at(Duration::ZERO, Happening::Connect);
        simulation.soon(500, Happening::Change);
        simulation
    }

    fn at(&mut self, at: Duration, happening: Happening) {
        self.numbers += 1;
        self.agenda.insert((at, self.numbers), happening);
    }

    /// Within so many milliseconds.
    fn soon(&mut self, within_ms: u64, happening: Happening) {
        let at = self.now + Duration::from_millis(self.rng.random_range(0..=within_ms));
        self.at(at, happening);
    }

    fn of_hundred(&mut self, many: u32) -> bool {
        self.rng.random_range(0..100) < many
    }

    fn create(&mut self, kind: Kind) -> String {
        self.numbers += 1;
        let id = format!("{kind}-{}", self.numbers);
        let mut item = json!({ "id": id, "name": "new", "strange": [1.50, null] });
        if kind == Kind::Device {
            item["capabilitiesObj"] = json!({
                "onoff": { "id": "onoff", "value": false, "lastUpdated": null },
                "dim": { "id": "dim", "value": 0, "lastUpdated": null },
            });
        }
        self.items.insert((kind, id.clone()), item);
        id
    }

    /// Something changes, and those who listen are told.
    fn change(&mut self) {
        let kind = *KINDS.iter().choose(&mut self.rng).unwrap();
        let known: Vec<String> =
            self.items.keys().filter(|(k, _)| *k == kind).map(|(_, id)| id.clone()).collect();
        let id = known.iter().choose(&mut self.rng).cloned();
        match (self.rng.random_range(0..10), id) {
            (0, _) | (_, None) => {
                let id = self.create(kind);
                let item = self.items[&(kind, id)].clone();
                self.tell(kind.uri(), &format!("{kind}.create"), &item);
            }
            (1, Some(id)) => {
                self.items.remove(&(kind, id.clone()));
                self.tell(kind.uri(), &format!("{kind}.delete"), &json!({ "id": id }));
                self.listening.remove(&*format!("homey:device:{id}"));
            }
            (2..5, Some(id)) => {
                let number = self.rng.random_range(0..5);
                let item = self.items.get_mut(&(kind, id.clone())).unwrap();
                item["name"] = json!(format!("name {number}"));
                // The whole item, or what is new of it.
                let data = if self.rng.random_bool(0.5) {
                    item.clone()
                } else {
                    json!({ "id": id, "name": item["name"] })
                };
                self.tell(kind.uri(), &format!("{kind}.update"), &data);
            }
            (_, Some(id)) if kind == Kind::Device => self.report(&id),
            _ => {}
        }
    }

    fn report(&mut self, id: &str) {
        let (capability, value) = match self.rng.random_range(0..2) {
            0 => ("onoff", json!(self.rng.random_bool(0.5))),
            _ => ("dim", json!(self.rng.random_range(0..3))),
        };
        let at = wall(self.now);
        let item = self.items.get_mut(&(Kind::Device, id.to_owned())).unwrap();
        let entry = &mut item["capabilitiesObj"][capability];
        entry["value"] = value.clone();
        entry["lastUpdated"] = json!(format!("{at:.3}"));
        let item = item.clone();
        let time = at.as_millisecond();
        let data = json!({ "capabilityId": capability, "value": value, "transactionTime": time });
        self.tell(&format!("homey:device:{id}"), "capability", &data);
        if self.faults.chatty {
            self.tell(Kind::Device.uri(), "device.update", &item);
        }
    }

    fn tell(&mut self, uri: &str, name: &str, data: &Value) {
        let Some(connection) = self.connection else { return };
        if !self.listening.contains(uri) || self.of_hundred(self.faults.lost) {
            return;
        }
        let data = RawValue::from_string(data.to_string()).unwrap().into();
        let event = Event { uri: uri.into(), name: name.into(), data };
        let times = if self.of_hundred(self.faults.doubled) { 2 } else { 1 };
        for _ in 0..times {
            self.send(connection, Received::Event(event.clone()));
        }
    }

    /// Sends something over a connection, behind all that was sent before.
    fn send(&mut self, connection: u32, what: Received) {
        let arrival = self.now + Duration::from_millis(self.rng.random_range(0..300));
        self.last_arrival = self.last_arrival.max(arrival);
        self.at(self.last_arrival, Happening::Receive(connection, what));
    }

    fn is_quiet(&self) -> bool {
        self.now > BUSY
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Change if self.is_quiet() => {}
            Happening::Change => {
                self.change();
                self.soon(500, Happening::Change);
            }
            Happening::Break if self.is_quiet() || self.connection.is_none() => {}
            Happening::Break => {
                self.connection = None;
                self.listening.clear();
                self.step(Input::Disconnected(Loss::Silent));
                for uri in std::mem::take(&mut self.asked) {
                    self.granted.remove(&uri);
                    self.soon(300, Happening::Refuse(uri));
                }
                // Now and then for longer than anybody's patience.
                let within = if self.rng.random_bool(0.3) { 40_000 } else { 3_000 };
                self.soon(within, Happening::Connect);
            }
            Happening::Connect => {
                self.connections += 1;
                let connection = self.connections;
                self.connection = Some(connection);
                self.step(Input::Connected);
                for uri in self.granted.clone() {
                    self.soon(300, Happening::Restore(connection, uri));
                }
                self.soon(40_000, Happening::Break);
            }
            Happening::Restore(connection, uri) => {
                if self.connection == Some(connection) && self.granted.contains(&uri) {
                    self.listening.insert(uri.clone());
                    self.send(connection, Received::Gap(uri));
                }
            }
            Happening::Subscribe(connection, uri) => {
                if self.connection != Some(connection) {
                    return;
                }
                if self.of_hundred(self.faults.failing) {
                    self.asked.remove(&uri);
                    self.soon(300, Happening::Refuse(uri));
                    return;
                }
                self.listening.insert(uri.clone());
                self.granted.insert(uri.clone());
                self.send(connection, Received::Granted(uri));
            }
            Happening::Refuse(uri) => self.step(Input::Asked(uri, Err(trouble()))),
            Happening::Receive(connection, _) if self.connection != Some(connection) => {}
            Happening::Receive(_, Received::Event(event)) => self.step(Input::Event(&event)),
            Happening::Receive(_, Received::Gap(uri)) => {
                self.step(Input::Gap(uri, Loss::Silent));
            }
            Happening::Receive(_, Received::Granted(uri)) => {
                self.asked.remove(&uri);
                self.step(Input::Asked(uri, Ok(())));
            }
            Happening::List(kind) => {
                let failed = self.of_hundred(self.faults.failing);
                let all = self.items.iter().filter(|((k, _), _)| *k == kind);
                let all: BTreeMap<&str, &Value> =
                    all.map(|((_, id), item)| (id.as_str(), item)).collect();
                let body = serde_json::to_vec(&all).unwrap();
                let answer = if failed { Err(trouble()) } else { Ok(body) };
                self.soon(600, Happening::Listed(kind, answer));
            }
            Happening::Listed(kind, answer) => self.step(Input::Listed(kind, answer)),
            Happening::Deadline => {}
        }
    }

    fn moment(&self) -> Moment {
        Moment { at: self.now, wall: wall(self.now) }
    }

    fn step(&mut self, input: Input<'_>) {
        let mut out = Output::default();
        let now = self.moment();
        self.machine.step(now, input, &mut self.home, &mut out);
        self.act(out);
    }

    fn act(&mut self, out: Output) {
        for change in out.told {
            *self.told.entry(change.how).or_default() += 1;
            let follower = self.follower.as_mut().expect("nobody is told of an incomplete copy");
            assert_eq!(change.seq, follower.seq() + 1, "none is left out");
            follower.apply(&change);
        }
        for action in out.actions {
            match action {
                Action::Subscribe(uri) => {
                    let connection = self.connection.expect("asked for without a connection");
                    self.asked.insert(uri.clone());
                    self.soon(300, Happening::Subscribe(connection, uri));
                }
                Action::Unsubscribe(uri) => {
                    self.asked.remove(&uri);
                    self.granted.remove(&uri);
                    self.listening.remove(&uri);
                }
                Action::List(kind) => self.soon(600, Happening::List(kind)),
            }
        }
    }

    /// Lets the machine decide, as the task does after all that came at once.
    fn settle(&mut self) {
        let mut out = Output::default();
        let now = self.moment();
        self.machine.settle(now, &mut out);
        self.act(out);
        if self.machine.status().complete && self.follower.is_none() {
            self.follower = Some(self.home.clone());
        }
        self.states.insert(self.machine.status().state.as_str());
    }

    fn run(&mut self, until: Duration) {
        loop {
            self.settle();
            let deadline = self.machine.deadline().max(self.now);
            let next = self.agenda.first_key_value().map(|((at, _), _)| *at);
            let at = next.map_or(deadline, |next| next.min(deadline));
            if at > until {
                return;
            }
            assert!(self.numbers < 1_000_000, "it turns in circles");
            self.numbers += 1;
            self.now = at;
            if next == Some(at) {
                // Sometimes several things come at once.
                let many = self.rng.random_range(1..4);
                for _ in 0..many {
                    match self.agenda.first_entry() {
                        Some(first) if first.key().0 == at => {
                            let happening = first.remove();
                            self.happen(happening);
                        }
                        _ => break,
                    }
                }
            } else {
                self.happen(Happening::Deadline);
            }
        }
    }

    fn check(&self, seed: u64) {
        let status = self.machine.status();
        assert_eq!(status.state, State::Live, "seed {seed}: {status:?}");
        let follower = self.follower.as_ref().expect("complete");
        for kind in KINDS {
            let truth = self.items.iter().filter(|((k, _), _)| *k == kind);
            let truth: BTreeMap<&str, Value> =
                truth.map(|((_, id), item)| (id.as_str(), item.clone())).collect();
            for (whose, home) in [("the mirror", &self.home), ("who followed", follower)] {
                let held: BTreeMap<&str, Value> =
                    home.items(kind).map(|(id, item)| (&**id, item.value())).collect();
                assert_eq!(held, truth, "seed {seed}: what {whose} holds of {kind}");
            }
        }
        assert_eq!(follower.seq(), self.home.seq(), "seed {seed}");
    }
}

/// Runs some days, and tells which states and ways of telling were seen in any of them.
fn days(seeds: std::ops::Range<u64>, faults: Faults, quiet: Duration) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for seed in seeds {
        let mut simulation = Simulation::new(seed, faults);
        simulation.run(BUSY + quiet);
        simulation.check(seed);
        seen.extend(simulation.states.iter().map(ToString::to_string));
        seen.extend(simulation.told.keys().map(|how| format!("{how:?}")));
    }
    seen
}

/// Breaks, failures and doubles alone: the copy is right as soon as everything is in place again.
#[test]
fn after_breaks_the_copy_is_right_without_waiting_for_the_next_reconcile() {
    for chatty in [false, true] {
        let faults = Faults { lost: 0, doubled: 20, failing: 15, chatty };
        let seen = days(0..100, faults, Duration::from_secs(90));
        for what in ["catching-up", "connecting", "live", "polling", "CaughtUp", "Live", "Polled"] {
            assert!(seen.contains(what), "{what} was never seen: {seen:?}");
        }
    }
}

/// Where events get lost without a word, the next reconcile finds what they would have told.
#[test]
fn after_losses_the_copy_is_right_with_the_next_reconcile() {
    for chatty in [false, true] {
        let faults = Faults { lost: 25, doubled: 20, failing: 15, chatty };
        days(1000..1100, faults, RECONCILE + Duration::from_secs(90));
    }
}
