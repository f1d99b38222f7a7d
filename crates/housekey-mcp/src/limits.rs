//! How many writes a client may send: a loop of a model must not wear out a lamp, or block the Homey.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// The writes of a client within [`WINDOW`].
const OF_CLIENT: usize = 30;

/// The writes of a client to one target within [`WINDOW`].
const OF_TARGET: usize = 5;

const WINDOW: Duration = Duration::from_secs(60);

/// The writes of the last minute. Times are those of any clock that never steps back.
#[derive(Debug, Default)]
pub(crate) struct WriteLimits {
    all: VecDeque<Duration>,
    targets: HashMap<String, VecDeque<Duration>>,
}

impl WriteLimits {
    /// Counts a write, or says after how long it may be sent.
    pub(crate) fn take(&mut self, target: &str, now: Duration) -> Result<(), Duration> {
        let start = now.saturating_sub(WINDOW);
        let is_over = |at: &Duration| *at + WINDOW <= now;
        while self.all.front().is_some_and(is_over) {
            self.all.pop_front();
        }
        self.targets.retain(|_, writes| {
            while writes.front().is_some_and(is_over) {
                writes.pop_front();
            }
            !writes.is_empty()
        });
        let of_target = self.targets.get(target);
        let full = |writes: &VecDeque<Duration>, most: usize| {
            let first = writes.len().checked_sub(most).and_then(|place| writes.get(place));
            first.map(|first| first.saturating_sub(start))
        };
        let waits = [full(&self.all, OF_CLIENT), of_target.and_then(|one| full(one, OF_TARGET))];
        match waits.into_iter().flatten().max() {
            Some(wait) => Err(wait),
            None => {
                self.all.push_back(now);
                self.targets.entry(target.to_owned()).or_default().push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_counted_by_the_minute() {
        let at = Duration::from_secs;
        let mut limits = WriteLimits::default();
        for second in 0..5 {
            assert_eq!(limits.take("lamp", at(100 + second)), Ok(()));
        }
        assert_eq!(limits.take("lamp", at(110)), Err(at(50)), "5 of one device");
        for other in 0..25 {
            assert_eq!(limits.take(&format!("d{other}"), at(120)), Ok(()));
        }
        assert_eq!(limits.take("new", at(130)), Err(at(30)), "30 in all");
        assert_eq!(limits.take("lamp", at(160)), Ok(()), "the first is a minute ago");
        assert_eq!(limits.take("lamp", at(160)), Err(at(1)));
    }
}
