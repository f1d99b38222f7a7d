//! Keeps snapshots of the set-up of a home: one after changes, and one a day.

use std::pin::pin;
use std::time::Duration;

use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use housekey::mirror::{Change, ChangeKind, ChangeStream, ItemKind};
use housekey::retry::Backoff;
use housekey_backup::authors::Write;
use housekey_backup::retention::Retention;
use housekey_backup::secrets::KnownSecrets;
use housekey_backup::snapshot_store::SnapshotStore;
use housekey_backup::{BackupError, Home, Part, Snapshot, read, setup};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::error_chain::error_chain;
use crate::served_homey::{MirrorError, ServedHomey};
use crate::status_board::{SnapshotIndex, StatusBoard};
use crate::supervisor::PartError;

/// How long nothing must have changed: a person who edits makes many changes, and one snapshot is enough.
const QUIET: Duration = Duration::from_secs(60);

/// How long changes that never stop may put a snapshot off.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// The time from one look at the home to the next: some parts, such as apps and scripts, report no changes.
const DAILY: Duration = Duration::from_secs(24 * 60 * 60);

/// The most writes that are kept while no snapshot can be taken.
const MAX_WRITES: usize = 1000;

/// How far the first looks of many Homeys are apart.
const APART: Duration = Duration::from_millis(100);

/// The snapshots of one home.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotKeeper {
    served: ServedHomey,
    store: SnapshotStore,
    keep: Retention,
    /// Its row of the status.
    index: SnapshotIndex,
    board: StatusBoard,
}

/// Why no snapshot could be made.
#[derive(Debug, thiserror::Error)]
enum SnapshotError {
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    #[error(transparent)]
    Read(#[from] housekey::Error),
    #[error(transparent)]
    Write(#[from] BackupError),
    #[error("the agent is stopping")]
    Stopping,
}

impl SnapshotKeeper {
    pub(crate) fn new(
        served: ServedHomey,
        store: SnapshotStore,
        keep: Retention,
        index: SnapshotIndex,
        board: StatusBoard,
    ) -> Self {
        Self { served, store, keep, index, board }
    }

    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let (mut failures, mut writes) = (0, Vec::new());
        let mut wait = APART.saturating_mul(self.index.place());
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                () = sleep(wait) => {}
            }
            let taken = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                taken = self.take(&mut writes) => taken,
            };
            match taken {
                Ok(changes) => {
                    failures = 0;
                    wait = Duration::ZERO;
                    let due = until_due(setup_changes(changes));
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => return Ok(()),
                        () = due => {}
                    }
                }
                Err(error) => {
                    wait = Backoff::BACKGROUND.wait(failures, fastrand::f64());
                    failures += 1;
                    self.failed(&error, wait);
                }
            }
        }
    }

    /// Takes a snapshot, and returns the changes since it was begun. `writes` are those that no snapshot has yet.
    async fn take(&self, writes: &mut Vec<Write>) -> Result<ChangeStream, SnapshotError> {
        let mirror = self.served.mirror().await?;
        let changes = mirror.changes();
        writes.extend(self.served.writes.take());
        writes.drain(..writes.len().saturating_sub(MAX_WRITES));
        let homey = &self.served.homey;
        let home = read::home(homey, &self.served.title, |_| {}).boxed().await?;
        let mut known = read::known_secrets(homey, &home).boxed().await?;
        self.add_token_variables(&home, &mut known);
        let now = self.board.clock().now();
        let (snapshot, _) = Snapshot::of(&home, &known, now);
        let (store, keep) = (self.store.clone(), self.keep);
        let by = writes.clone();
        let write = move || write(&store, &snapshot, &by, keep, now);
        let written = tokio::task::spawn_blocking(write).await;
        let (added, count) = written.map_err(|_| SnapshotError::Stopping)??;
        writes.clear();
        if added {
            tracing::info!(homey = self.served.name, "a snapshot of the home was kept");
        }
        self.board.snapshots(self.index, |row| {
            row.looked_at = Some(now);
            if added {
                row.newest_at = Some(now);
            }
            row.kept = count as u64;
            row.trouble = None;
        });
        Ok(changes)
    }

    /// The variables that sinks write: their values are tokens.
    fn add_token_variables(&self, home: &Home, known: &mut KnownSecrets) {
        for (id, variable) in home.items(Part::Variables) {
            let name = variable["name"].as_str().unwrap_or_default();
            if self.served.variables.contains(id, name) {
                known.variables.insert(id.to_owned());
            }
        }
    }

    fn failed(&self, error: &SnapshotError, wait: Duration) {
        let why = error_chain(error);
        let trouble = self.board.retried(why.clone(), None, wait);
        self.board.snapshots(self.index, |row| {
            if row.trouble.as_ref().is_none_or(|before| before.text != why) {
                tracing::warn!(homey = row.homey, why, "no snapshot of the home could be kept");
            }
            row.trouble = Some(trouble);
        });
    }
}

/// Adds a snapshot if it differs from the newest one, and removes those that are not kept any more. Returns whether it
/// was added, and how many there are.
fn write(
    store: &SnapshotStore,
    snapshot: &Snapshot,
    writes: &[Write],
    keep: Retention,
    now: Timestamp,
) -> Result<(bool, usize), BackupError> {
    let added = store.add(snapshot, writes)?;
    store.prune(&keep, now, &TimeZone::UTC)?;
    Ok((added, store.times()?.len()))
}

/// Waits until a day is over, or until changes have come and then none for a while.
async fn until_due(changes: impl Stream<Item = ()>) {
    let changed = async {
        let mut changes = pin!(changes.chain(stream::pending()));
        changes.next().await;
        let latest = Instant::now() + LONGEST_WAIT;
        while timeout_at((Instant::now() + QUIET).min(latest), changes.next()).await.is_ok() {}
    };
    tokio::select! {
        () = changed => {}
        () = sleep(DAILY) => {}
    }
}

/// The changes of what people set up.
fn setup_changes(changes: ChangeStream) -> impl Stream<Item = ()> {
    stream::unfold(changes, async |mut changes| {
        loop {
            match changes.next().await? {
                Ok(change) if !is_setup_change(&change) => {}
                // What was missed may have been one.
                _ => return Some(((), changes)),
            }
        }
    })
}

/// Whether people have set something up differently.
fn is_setup_change(change: &Change) -> bool {
    match &change.what {
        ChangeKind::Added(_) | ChangeKind::Removed => true,
        ChangeKind::Updated { fields, .. } => {
            fields.iter().any(|field| is_setup_field(change.kind, field))
        }
        ChangeKind::Value { .. } => false,
    }
}

/// Whether a field is set up by people: counters and the state of devices are not. The value of a variable is, but flows
/// change it all day; the daily look notices it.
fn is_setup_field(kind: ItemKind, field: &str) -> bool {
    let part = match kind {
        ItemKind::Device => Part::Devices,
        ItemKind::Zone => Part::Zones,
        ItemKind::Flow => Part::Flows,
        ItemKind::AdvancedFlow => Part::AdvancedFlows,
        ItemKind::Variable => Part::Variables,
        ItemKind::Mood => Part::Moods,
        ItemKind::User => Part::Users,
    };
    setup::is_setup(part, field) && !(part == Part::Variables && field == "value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_snapshot_is_due_when_changes_have_come_to_rest() {
        let begun = Instant::now();
        until_due(stream::empty()).await;
        assert_eq!(begun.elapsed(), DAILY, "nothing changed");

        let after = |wait_s| sleep(Duration::from_secs(wait_s));
        let begun = Instant::now();
        until_due(stream::iter([100, 59, 59]).then(after)).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(100 + 59 + 59) + QUIET);

        let begun = Instant::now();
        until_due(stream::repeat(1).then(after)).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(1) + LONGEST_WAIT, "changes never stop");
    }

    #[test]
    fn which_fields_are_set_up_by_people() {
        for (kind, field, want) in [
            (ItemKind::Device, "name", true),
            (ItemKind::Device, "zone", true),
            (ItemKind::Device, "settings", true),
            (ItemKind::Device, "available", false),
            (ItemKind::Flow, "actions", true),
            (ItemKind::Flow, "triggerCount", false),
            (ItemKind::Variable, "name", true),
            (ItemKind::Variable, "value", false),
            (ItemKind::Zone, "activeOrigins", false),
            (ItemKind::User, "present", false),
            (ItemKind::User, "role", true),
        ] {
            assert_eq!(is_setup_field(kind, field), want, "{kind} {field}");
        }
    }
}
