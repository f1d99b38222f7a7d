//! The simulated time: it passes with tokio's paused clock, and the machine's own clock may be wrong.

use std::sync::{Arc, Mutex};

use housekey::clock::{Clock, SharedClock};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::mutex::lock_unpoisoned;

/// The time of the world, and how wrong the machine is about it.
#[derive(Debug)]
pub(super) struct Time {
    began: Instant,
    start: Timestamp,
    moved: Mutex<Moved>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Moved {
    /// What has passed while the machine slept, and its timers with it.
    slept: SignedDuration,
    /// What its clock shows beyond the true time.
    error: SignedDuration,
}

impl Time {
    pub(super) fn begin() -> Arc<Self> {
        let start = Timestamp::from_second(1_772_366_400).expect("the first of March 2026");
        Arc::new(Self { began: Instant::now(), start, moved: Mutex::default() })
    }

    /// What it really is.
    pub(super) fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.began.elapsed()).expect("some years");
        self.start + passed + self.moved().slept
    }

    /// What the machine believes.
    pub(super) fn believed(&self) -> Timestamp {
        self.now() + self.moved().error
    }

    pub(super) fn sleep(&self, length: SignedDuration) {
        self.moved().slept += length;
    }

    /// Sets the machine's clock so far beyond the true time.
    pub(super) fn set_error(&self, error: SignedDuration) {
        self.moved().error = error;
    }

    fn moved(&self) -> std::sync::MutexGuard<'_, Moved> {
        lock_unpoisoned(&self.moved)
    }
}

/// The clock of the cloud and the Homey.
#[derive(Debug)]
struct TrueClock(Arc<Time>);

/// The clock of the machine.
#[derive(Debug)]
struct MachineClock(Arc<Time>);

impl Clock for TrueClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        self.0.believed()
    }
}

pub(super) fn true_clock(time: &Arc<Time>) -> SharedClock {
    Arc::new(TrueClock(time.clone()))
}

pub(super) fn machine_clock(time: &Arc<Time>) -> SharedClock {
    Arc::new(MachineClock(time.clone()))
}
