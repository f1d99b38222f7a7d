//! The last changes, once for all who follow: each remembers only how far it has read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::change::Change;

/// How many changes are kept for those who are slow or come back, and how many bytes of them. A busy
/// home makes some ten a second.
const COUNT: usize = 8192;
const BYTES: usize = 4 << 20;

/// The last changes.
#[derive(Debug)]
pub(super) struct History {
    kept: Mutex<Kept>,
    /// The number of the newest; gone when there will be no more.
    newest: watch::Receiver<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    changes: VecDeque<Arc<Change>>,
    bytes: usize,
}

/// Somebody fell so far behind that changes are gone which they have not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{count} changes were not read in time; take the present state, and go on from there")]
pub struct Missed {
    /// How many.
    pub count: u64,
}

impl History {
    /// An empty one, and what tells of news.
    pub(super) fn new() -> (Arc<Self>, watch::Sender<u64>) {
        let (told, newest) = watch::channel(0);
        (Arc::new(Self { kept: Mutex::default(), newest }), told)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps changes, and lets go of the oldest.
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

    /// The change with that number, if it is still there; `None` while there is none.
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

/// The changes from some point on, in order. Reading costs nobody else anything.
#[derive(Debug)]
pub struct Changes {
    history: Arc<History>,
    newest: watch::Receiver<u64>,
    /// The number of the last one that was read.
    seq: u64,
    /// Keeps the mirror going.
    _mirror: Arc<dyn std::fmt::Debug + Send + Sync>,
}

impl Changes {
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

    /// The next change; waits for it. `None` when the mirror has ended, which it does only with its
    /// runtime.
    ///
    /// # Errors
    /// [`Missed`], once, when the next ones are gone; it goes on with the oldest that is there. Safe
    /// to drop half-way.
    pub async fn next(&mut self) -> Option<Result<Arc<Change>, Missed>> {
        loop {
            // Before the look, so that what comes behind it is noticed.
            self.newest.mark_unchanged();
            if let Some(next) = self.try_next() {
                return Some(next);
            }
            self.newest.changed().await.ok()?;
        }
    }

    /// The next change that is there already.
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
    use crate::mirror::change::{How, What};
    use crate::mirror::item::Item;
    use crate::mirror::kind::Kind;

    fn change(seq: u64, what: What) -> Arc<Change> {
        Arc::new(Change { seq, how: How::Live, kind: Kind::Zone, id: "a".into(), what })
    }

    fn reader(seq: u64, history: &Arc<History>) -> Changes {
        Changes::after(seq, history.clone(), Arc::new(()))
    }

    #[tokio::test]
    async fn everybody_reads_at_their_own_pace_and_whoever_is_too_slow_is_told() {
        let (history, told) = History::new();
        let (mut quick, mut slow) = (reader(0, &history), reader(0, &history));
        assert!(quick.try_next().is_none());
        let last = COUNT as u64 + 3;
        for seq in 1..=last {
            history.add([change(seq, What::Removed)]);
            told.send_replace(seq);
            assert_eq!(quick.next().await.unwrap().unwrap().seq, seq);
        }
        assert_eq!(slow.next().await.unwrap(), Err(Missed { count: 3 }));
        for seq in 4..=last {
            assert_eq!(slow.next().await.unwrap().unwrap().seq, seq);
        }
        // Whoever comes back goes on from where they were.
        let mut back = reader(last - 1, &history);
        assert_eq!(back.next().await.unwrap().unwrap().seq, last);
        drop(told);
        assert!(back.next().await.is_none());
    }

    #[test]
    fn large_items_do_not_pile_up() {
        let (history, _told) = History::new();
        let text = format!(r#"{{"id":"a","note":"{}"}}"#, "x".repeat(BYTES / 4));
        for seq in 1..=10 {
            let (_, item) = Item::of(Kind::Zone, &text).unwrap();
            history.add([change(seq, What::Added(item.into()))]);
        }
        let kept = history.kept();
        assert!(kept.bytes <= BYTES && kept.changes.len() == 3, "{} kept", kept.changes.len());
    }
}
