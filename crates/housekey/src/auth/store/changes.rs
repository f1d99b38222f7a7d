//! Notices that something was stored, by this process or another.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::backend::Backend;
use crate::mutex::lock_unpoisoned;

/// How often the place is looked at: one look at one directory, however many wait for it.
const LOOK: Duration = Duration::from_secs(1);

/// A counter of the changes that were noticed, and whether a task looks for them.
#[derive(Debug, Default)]
pub(super) struct ChangeWatcher {
    noticed: watch::Sender<u64>,
    looking: Mutex<bool>,
}

impl ChangeWatcher {
    /// ChangeWatcher at most [`LOOK`] after a write. To be called within a runtime.
    pub(super) fn receiver(self: &Arc<Self>, place: &Arc<dyn Backend>) -> watch::Receiver<u64> {
        if let Some(written) = place.written() {
            return written;
        }
        let mut looking = lock_unpoisoned(&self.looking);
        let receiver = self.noticed.subscribe();
        if !std::mem::replace(&mut *looking, true) {
            tokio::spawn(look(Arc::downgrade(self), Arc::downgrade(place)));
        }
        receiver
    }

    /// Whether anyone still waits; if not, the task that looks is at its end.
    fn is_waited_for(&self) -> bool {
        let mut looking = lock_unpoisoned(&self.looking);
        *looking = self.noticed.receiver_count() > 0;
        *looking
    }
}

/// Looks until no one waits any more.
async fn look(changes: Weak<ChangeWatcher>, place: Weak<dyn Backend>) {
    let generation = || place.upgrade()?.generation();
    let mut seen = generation();
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(changes) = changes.upgrade().filter(|changes| changes.is_waited_for()) else {
            return;
        };
        let now = generation();
        if now != seen {
            seen = now;
            changes.noticed.send_modify(|count| *count += 1);
        }
    }
}
