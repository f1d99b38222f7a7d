//! The latest changes, shared by all readers: each keeps only its position.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::change::Change;

/// How many changes are kept for slow and returning readers, and how many bytes of them. A busy
/// home makes some ten a second.
const COUNT: usize = 8192;
const BYTES: usize = 4 << 20;

/// The latest changes.
#[derive(Debug)]
pub(super) struct History {
    kept: Mutex<Kept>,
    /// The number of the newest; closed when there will be no more.
    newest: watch::Receiver<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    changes: VecDeque<Arc<Change>>,
    bytes: usize,
}

/// A reader fell so far behind that changes were dropped unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{count} changes were not read in time; take the present state, and go on from there")]
pub struct Missed {
    /// The number.
    pub count: u64,
}

impl History {
    /// An empty one, and the sender of the newest number.
    pub(super) fn new() -> (Arc<Self>, watch::Sender<u64>) {
        let (sender, newest) = watch::channel(0);
        (Arc::new(Self { kept: Mutex::default(), newest }), sender)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds changes and drops the oldest beyond the limits.
    pub(super) fn add(&self, changes: impl IntoIterator<Item = Arc<Change>>) {
        let mut kept = self.kept();
        for change in changes {
            kept.bytes += change.bytes();
            kept.changes.push_back(change);
        }
        while (kept.changes.len() > COUNT || kept.bytes > BYTES)
            && let Some(oldest) = kept.changes.pop_front()
        {
            kept.bytes -= oldest.bytes();
        }
    }

    /// The change with that number; `None` if it does not exist yet.
    fn get(&self, seq: u64) -> Option<Result<Arc<Change>, Missed>> {
        let kept = self.kept();
        let oldest = kept.changes.front()?.seq;
        if seq < oldest {
            return Some(Err(Missed { count: oldest - seq }));
        }
        let place = usize::try_from(seq - oldest).ok()?;
        kept.changes.get(place).cloned().map(Ok)
    }
}

/// The changes from one position on, in order. Readers do not slow each other down.
#[derive(Debug)]
pub struct ChangeStream {
    history: Arc<History>,
    newest: watch::Receiver<u64>,
    /// The number of the last one that was read.
    seq: u64,
    /// Keeps the mirror running.
    _mirror: Arc<dyn std::fmt::Debug + Send + Sync>,
}

impl ChangeStream {
    pub(super) fn after(
        seq: u64,
        history: Arc<History>,
        mirror: Arc<dyn std::fmt::Debug + Send + Sync>,
    ) -> Self {
        let newest = history.newest.clone();
        Self { history, newest, seq, _mirror: mirror }
    }

    /// The number of the last change that was read.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The next change; waits for it. `None` when the mirror has ended, which happens only with
    /// its runtime.
    ///
    /// # Errors
    /// [`Missed`], once, when the next ones are gone; it goes on with the oldest that is there. Safe
    /// to drop half-way.
    pub async fn next(&mut self) -> Option<Result<Arc<Change>, Missed>> {
        // A reader that is behind needs no look at the channel.
        if let Some(next) = self.try_next() {
            return Some(next);
        }
        loop {
            // Before the history is read, so that a change added afterwards is noticed.
            self.newest.mark_unchanged();
            if let Some(next) = self.try_next() {
                return Some(next);
            }
            self.newest.changed().await.ok()?;
        }
    }

    /// The next change, if there is one already.
    pub fn try_next(&mut self) -> Option<Result<Arc<Change>, Missed>> {
        let next = self.history.get(self.seq + 1)?;
        match &next {
            Ok(change) => self.seq = change.seq,
            Err(missed) => self.seq += missed.count,
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::change::{ChangeKind, Origin};
    use crate::mirror::item::Item;
    use crate::mirror::kind::ItemKind;

    fn change(seq: u64, what: ChangeKind) -> Arc<Change> {
        Arc::new(Change { seq, origin: Origin::Live, kind: ItemKind::Zone, id: "a".into(), what })
    }

    fn reader(seq: u64, history: &Arc<History>) -> ChangeStream {
        ChangeStream::after(seq, history.clone(), Arc::new(()))
    }

    #[tokio::test]
    async fn each_reader_has_its_own_pace_and_a_slow_one_learns_what_it_missed() {
        let (history, sender) = History::new();
        let (mut quick, mut slow) = (reader(0, &history), reader(0, &history));
        assert!(quick.try_next().is_none());
        let last = COUNT as u64 + 3;
        for seq in 1..=last {
            history.add([change(seq, ChangeKind::Removed)]);
            sender.send_replace(seq);
            assert_eq!(quick.next().await.unwrap().unwrap().seq, seq);
        }
        assert_eq!(slow.next().await.unwrap(), Err(Missed { count: 3 }));
        for seq in 4..=last {
            assert_eq!(slow.next().await.unwrap().unwrap().seq, seq);
        }
        // A returning reader continues at its position.
        let mut back = reader(last - 1, &history);
        assert_eq!(back.next().await.unwrap().unwrap().seq, last);
        drop(sender);
        assert!(back.next().await.is_none());
    }

    #[test]
    fn large_items_do_not_pile_up() {
        let (history, _sender) = History::new();
        let text = format!(r#"{{"id":"a","note":"{}"}}"#, "x".repeat(BYTES / 4));
        for seq in 1..=10 {
            let (_, item) = Item::of(ItemKind::Zone, &text).unwrap();
            history.add([change(seq, ChangeKind::Added(item.into()))]);
        }
        let kept = history.kept();
        assert!(kept.bytes <= BYTES && kept.changes.len() == 3, "{} kept", kept.changes.len());
    }
}
