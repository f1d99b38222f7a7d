//! Rows that wait to be written, up to a limit.

use crate::store::{Batch, Gap, Reason};

/// How many rows wait at most.
const MAX_ROWS: usize = 65_000;

/// Rows that wait, oldest first.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    batch: Batch,
    /// How many were dropped since the start.
    pub(super) lost: u64,
    /// The time of those that were dropped and of which no gap was written yet.
    dropped: Option<(i64, i64)>,
}

impl Backlog {
    /// Adds rows. The oldest points are dropped beyond the limit.
    pub(super) fn push(&mut self, later: Batch) {
        self.batch.append(later);
        self.limit();
    }

    /// Puts rows back that could not be written.
    pub(super) fn put_back(&mut self, mut earlier: Batch) {
        std::mem::swap(&mut self.batch, &mut earlier);
        self.batch.append(earlier);
        self.limit();
    }

    fn limit(&mut self) {
        let over = self.batch.points.len().saturating_sub(MAX_ROWS);
        for (_, point) in self.batch.points.drain(..over) {
            let (from, to) = self.dropped.get_or_insert((point.t, point.t));
            *from = point.t.min(*from);
            *to = point.t.max(*to);
        }
        let events = self.batch.events.len().saturating_sub(MAX_ROWS);
        self.batch.events.drain(..events);
        self.lost += (over + events) as u64;
    }

    /// How many rows wait.
    pub(super) fn rows(&self) -> usize {
        self.batch.rows()
    }

    /// Whether values are missing in what is written next: the present ones have to follow.
    pub(super) fn has_dropped(&self) -> bool {
        self.dropped.is_some()
    }

    /// Everything that waits, with a gap for what was dropped.
    pub(super) fn take(&mut self) -> Batch {
        let mut batch = std::mem::take(&mut self.batch);
        if let Some((from_t, to_t)) = self.dropped.take() {
            let (to_t, reason) = (to_t.max(from_t + 1), Reason::Dropped);
            batch.gaps.push(Gap { from_t, to_t, reason, filled: false });
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Point, Value};

    #[test]
    fn the_oldest_are_dropped_counted_and_leave_a_gap() {
        let mut backlog = Backlog::default();
        let point = |t| (1, Point { t, v: Value::Number(1.0) });
        let points = |from: i64, to: i64| Batch {
            points: (from..to).map(point).collect(),
            ..Batch::default()
        };
        backlog.push(points(0, 60_000));
        assert!(!backlog.has_dropped());
        backlog.push(points(60_000, 66_000));
        let earlier = backlog.take();
        assert_eq!(
            (earlier.points[0].1.t, earlier.gaps[0].from_t, earlier.gaps[0].to_t),
            (1000, 0, 999)
        );
        backlog.push(points(66_000, 66_010));
        backlog.put_back(earlier);
        assert_eq!(backlog.lost, 1010);
        let all = backlog.take();
        assert_eq!((all.points.len(), all.points[0].1.t), (MAX_ROWS, 1010));
        assert_eq!(all.gaps.last().map(|gap| (gap.from_t, gap.to_t)), Some((1000, 1009)));
    }
}
