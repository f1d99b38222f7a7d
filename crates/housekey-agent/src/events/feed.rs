//! Follows the mirror of one Homey and pushes every change to the ring.

use std::sync::{Arc, Weak};
use std::time::Duration;

use housekey::mirror::{Change, ChangeStream, Home, Mirror};
use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::ring::Ring;

/// How often an idle connection gets a comment, so that it is not taken for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long changes are batched for many listeners; with fewer they are sent at once. Waking a listener
/// costs some microseconds.
const GATHER: Duration = Duration::from_millis(50);
const MANY_LISTENERS: usize = 1000;

/// The most events in one batch.
const MAX_BATCH: usize = 512;

/// How long the first copy of the home may take before listeners are admitted without it.
const FIRST_COPY_TIMEOUT: Duration = Duration::from_secs(10);

/// The state that all listeners of a Homey share.
#[derive(Debug)]
pub(super) struct Feed {
    mirror: Mirror,
    ring: Arc<Ring>,
}

impl Feed {
    /// Starts to follow a mirror. The task ends when the feed is dropped. The time distinguishes the numbers
    /// of this feed from those of an earlier one.
    pub(super) async fn begin(mirror: Mirror, now: Timestamp) -> Arc<Self> {
        let epoch = format!("{:x}", now.as_millisecond());
        let _ = timeout(FIRST_COPY_TIMEOUT, mirror.complete()).await;
        let last = mirror.home().seq();
        let changes = mirror.changes_after(last);
        let ring = Arc::new(Ring::new(epoch, last));
        tokio::spawn(forward_changes(Arc::downgrade(&ring), changes));
        Arc::new(Self { mirror, ring })
    }

    pub(super) fn ring(&self) -> Arc<Ring> {
        self.ring.clone()
    }

    pub(super) fn home(&self) -> Arc<Home> {
        self.mirror.home()
    }

    /// The state of the mirror, as a word.
    pub(super) fn state(&self) -> &'static str {
        self.mirror.status().borrow().state.as_str()
    }
}

/// Forwards the changes of the mirror. Changes that it missed are missing here as well: the numbers jump.
async fn forward_changes(ring: Weak<Ring>, mut changes: ChangeStream) {
    let mut next_heartbeat = Instant::now() + HEARTBEAT;
    loop {
        let next = tokio::select! {
            next = changes.next() => next,
            () = sleep_until(next_heartbeat) => {
                next_heartbeat += HEARTBEAT;
                let Some(ring) = ring.upgrade() else { return };
                ring.heartbeat();
                continue;
            }
        };
        let Some(first) = next else { return };
        if ring.upgrade().is_none_or(|ring| ring.listener_count() >= MANY_LISTENERS) {
            sleep(GATHER).await;
        }
        let Some(ring) = ring.upgrade() else { return };
        let mut batch: Vec<Arc<Change>> = first.into_iter().collect();
        while batch.len() < MAX_BATCH
            && let Some(next) = changes.try_next()
        {
            let Ok(change) = next else { continue };
            if batch.last().is_some_and(|before| before.seq + 1 != change.seq) {
                ring.push(std::mem::take(&mut batch));
            }
            batch.push(change);
        }
        ring.push(batch);
    }
}
