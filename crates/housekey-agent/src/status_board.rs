//! The live status, which every part writes its own line of and everybody may read.

use std::sync::Arc;
use std::time::Duration;

use housekey::clock::SharedClock;
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::security::SecurityLog;
use crate::status::{HomeyStatus, PartStatus, SinkStatus, Status, Trouble};

/// The status as it is now. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct StatusBoard {
    status: Arc<watch::Sender<Status>>,
    clock: SharedClock,
    security: SecurityLog,
}

impl StatusBoard {
    pub(crate) fn new(status: Status, clock: SharedClock) -> Self {
        let status = Arc::new(watch::Sender::new(status));
        Self { status, clock, security: SecurityLog::default() }
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Where every part records what may be an attack.
    pub(crate) fn security(&self) -> &SecurityLog {
        &self.security
    }

    pub(crate) fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Waits until the status is as told.
    pub(crate) async fn until(&self, done: impl FnMut(&Status) -> bool) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.status.subscribe().wait_for(done).await;
    }

    pub(crate) fn listens_at(&self, address: Option<std::net::SocketAddr>) {
        self.status.send_modify(|status| status.listen = address);
    }

    /// Changes what is told of a Homey. It is looked at every minute, mostly to find it as it was: nobody
    /// is woken then.
    pub(crate) fn homey(&self, place: usize, change: impl FnOnce(&mut HomeyStatus)) {
        self.status.send_if_modified(|status| {
            let Some(homey) = status.homeys.get_mut(place) else { return false };
            let before = homey.clone();
            change(homey);
            *homey != before
        });
    }

    pub(crate) fn sink(&self, place: usize, change: impl FnOnce(&mut SinkStatus)) {
        self.change(|status| status.sinks.get_mut(place).map(change));
    }

    pub(crate) fn part(&self, place: usize, change: impl FnOnce(&mut PartStatus)) {
        self.change(|status| status.parts.get_mut(place).map(change));
    }

    /// Adds a part and tells its place.
    pub(crate) fn add_part(&self, part: PartStatus) -> usize {
        let mut place = 0;
        self.status.send_modify(|status| {
            place = status.parts.len();
            status.parts.push(part);
        });
        place
    }

    fn change(&self, change: impl FnOnce(&mut Status) -> Option<()>) {
        self.status.send_modify(|status| {
            let _ = change(status);
        });
    }

    /// What went wrong just now.
    pub(crate) fn trouble(&self, text: impl Into<String>, advice: Option<String>) -> Trouble {
        Trouble { text: text.into(), advice, at: self.clock.now(), next_attempt_at: None }
    }

    /// The same of what is tried again by itself after that wait.
    pub(crate) fn retried(
        &self,
        text: impl Into<String>,
        advice: Option<String>,
        wait: Duration,
    ) -> Trouble {
        let trouble = self.trouble(text, advice);
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        Trouble { next_attempt_at: trouble.at.checked_add(wait).ok(), ..trouble }
    }
}
