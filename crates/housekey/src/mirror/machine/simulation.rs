//! Random days of a made-up Homey: whatever gets lost, the copy is right again after quiet, and the
//! recorded changes lead there.

mod happenings;
mod homey;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::*;
use crate::mirror::status::MirrorState;

/// How long things go on before all is quiet.
const BUSY: Duration = Duration::from_secs(60);

const KINDS: [ItemKind; 4] = [ItemKind::Device, ItemKind::Zone, ItemKind::Variable, ItemKind::User];

/// The faults, apart from lost connections.
#[derive(Debug, Clone, Copy)]
struct Faults {
    /// The percentage of events that never arrive.
    lost: u32,
    /// The percentage of events that arrive twice.
    doubled: u32,
    /// The percentage of lists and subscriptions that fail.
    failing: u32,
    /// Whether the manager tells of values too, with the whole device.
    chatty: bool,
}

/// The scheduled events.
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
    /// An event arrives over the connection with that number.
    Receive(u32, Received),
    /// A list is made.
    List(ItemKind),
    /// Its answer arrives.
    Listed(ItemKind, Result<Vec<u8>, Trouble>),
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
    items: BTreeMap<(ItemKind, String), Value>,
    connection: Option<u32>,
    connections: u32,
    listening: BTreeSet<Arc<str>>,
    /// Packets of one connection do not overtake each other.
    last_arrival: Duration,
    /// Requested over this connection and not answered yet.
    requested: BTreeSet<Arc<str>>,
    /// What is restored over the next one.
    granted: BTreeSet<Arc<str>>,
    // Ours.
    machine: Machine,
    home: Home,
    /// The copy of a reader that began with the first complete copy and applies all changes.
    follower: Option<Home>,
    changes: BTreeMap<Origin, usize>,
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
        let now = StepTime { at: Duration::ZERO, wall: wall(Duration::ZERO) };
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
            requested: BTreeSet::new(),
            granted: BTreeSet::new(),
            machine: Machine::new(kinds, Duration::from_secs(10), now),
            home: Home::default(),
            follower: None,
            changes: BTreeMap::new(),
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
        assert_eq!(status.state, MirrorState::Live, "seed {seed}: {status:?}");
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
        seen.extend(simulation.changes.keys().map(|origin| format!("{origin:?}")));
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

/// Where events are lost without notice, the next reconcile finds what they would have shown.
#[test]
fn after_losses_the_copy_is_right_with_the_next_reconcile() {
    for chatty in [false, true] {
        let faults = Faults { lost: 25, doubled: 20, failing: 15, chatty };
        days(1000..1100, faults, RECONCILE + Duration::from_secs(90));
    }
}
