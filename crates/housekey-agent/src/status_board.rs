//! Shared live status: each part updates its own row.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use housekey::clock::SharedClock;
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::security::SecurityLog;
use crate::status::{
    FORMAT, HistoryStatus, HomeyStatus, PartStatus, SinkStatus, SnapshotStatus, Status, Trouble,
};

/// The status as it is now. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct StatusBoard {
    status: Arc<watch::Sender<Status>>,
    clock: SharedClock,
    security: SecurityLog,
}

/// The row of a Homey. Rows are never removed, so each index stays valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HomeyIndex(usize);

/// The row of a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SinkIndex(usize);

/// The row of the snapshots of a Homey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SnapshotIndex(usize);

/// The row of the recorder of a Homey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HistoryIndex(usize);

impl SnapshotIndex {
    /// Which of the rows it is, from 0.
    pub(crate) fn place(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

/// The row of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartIndex(usize);

impl StatusBoard {
    /// The status of an agent with the settings in `file`, without any row yet.
    pub(crate) fn new(file: &Path, clock: SharedClock) -> Self {
        let status = Status {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            started_at: clock.now(),
            settings: file.display().to_string(),
            listen: None,
            homeys: Vec::new(),
            sinks: Vec::new(),
            parts: Vec::new(),
            gateway: None,
            snapshots: Vec::new(),
            history: Vec::new(),
        };
        let status = Arc::new(watch::Sender::new(status));
        Self { status, clock, security: SecurityLog::default() }
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The log of security events.
    pub(crate) fn security(&self) -> &SecurityLog {
        &self.security
    }

    pub(crate) fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Waits until the status satisfies a condition.
    pub(crate) async fn until(&self, done: impl FnMut(&Status) -> bool) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.status.subscribe().wait_for(done).await;
    }

    pub(crate) fn listens_at(&self, address: Option<std::net::SocketAddr>) {
        self.status.send_modify(|status| status.listen = address);
    }

    /// Adds the row of a Homey.
    pub(crate) fn add_homey(&self, homey: HomeyStatus) -> HomeyIndex {
        HomeyIndex(self.add(homey, |status| &mut status.homeys))
    }

    /// Adds the row of a sink.
    pub(crate) fn add_sink(&self, sink: SinkStatus) -> SinkIndex {
        SinkIndex(self.add(sink, |status| &mut status.sinks))
    }

    /// Adds the row of a part.
    pub(crate) fn add_part(&self, part: PartStatus) -> PartIndex {
        PartIndex(self.add(part, |status| &mut status.parts))
    }

    /// Adds the row of the snapshots of a Homey.
    pub(crate) fn add_snapshots(&self, row: SnapshotStatus) -> SnapshotIndex {
        SnapshotIndex(self.add(row, |status| &mut status.snapshots))
    }

    /// The short name of a Homey.
    pub(crate) fn homey_name(&self, index: HomeyIndex) -> String {
        self.status.borrow().homeys[index.0].name.clone()
    }

    /// Changes the row of a Homey. It is written every minute, mostly with the same values: that notifies
    /// no subscriber.
    pub(crate) fn homey(&self, index: HomeyIndex, change: impl FnOnce(&mut HomeyStatus)) {
        self.status.send_if_modified(|status| {
            let homey = &mut status.homeys[index.0];
            let before = homey.clone();
            change(homey);
            *homey != before
        });
    }

    /// Changes the row of a sink.
    pub(crate) fn sink(&self, index: SinkIndex, change: impl FnOnce(&mut SinkStatus)) {
        self.status.send_modify(|status| change(&mut status.sinks[index.0]));
    }

    /// Adds the row of the recorder of a Homey.
    pub(crate) fn add_history(&self, row: HistoryStatus) -> HistoryIndex {
        HistoryIndex(self.add(row, |status| &mut status.history))
    }

    /// Changes the row of the recorder of a Homey.
    pub(crate) fn history(&self, index: HistoryIndex, change: impl FnOnce(&mut HistoryStatus)) {
        self.status.send_modify(|status| change(&mut status.history[index.0]));
    }

    /// Changes the row of the snapshots of a Homey.
    pub(crate) fn snapshots(&self, index: SnapshotIndex, change: impl FnOnce(&mut SnapshotStatus)) {
        self.status.send_modify(|status| change(&mut status.snapshots[index.0]));
    }

    /// Changes the row of a part.
    pub(crate) fn part(&self, index: PartIndex, change: impl FnOnce(&mut PartStatus)) {
        self.status.send_modify(|status| change(&mut status.parts[index.0]));
    }

    /// Sets or clears the failure of a part that goes on running.
    pub(crate) fn part_trouble(&self, name: &str, trouble: Option<Trouble>) {
        self.status.send_if_modified(|status| {
            let part = status.parts.iter_mut().find(|part| part.name == name);
            let changed = part.filter(|part| part.trouble != trouble);
            changed.map(|part| part.trouble = trouble).is_some()
        });
    }

    fn add<T>(&self, row: T, rows: impl FnOnce(&mut Status) -> &mut Vec<T>) -> usize {
        let mut index = 0;
        self.status.send_modify(|status| {
            let rows = rows(status);
            index = rows.len();
            rows.push(row);
        });
        index
    }

    /// A failure at this moment.
    pub(crate) fn trouble(&self, text: impl Into<String>, advice: Option<String>) -> Trouble {
        Trouble { text: text.into(), advice, at: self.clock.now(), next_attempt_at: None }
    }

    /// A failure at this moment, which is retried after that wait.
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
