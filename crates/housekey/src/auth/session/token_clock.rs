//! How old the token at hand is, whatever becomes of the wall clock.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// How old the token at hand is at least.
///
/// A wall clock that is set back by hours would make a token look younger than it is, so that it
/// ended before it was renewed; and the steady clock stands still while the machine sleeps. So from
/// one look to the next the further of the two counts. A wall clock that is set ahead only makes the
/// token look older.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenClock {
    /// The time that the token's life is measured by, at the last look.
    now: Timestamp,
    /// What the two clocks showed then.
    wall: Timestamp,
    steady: Instant,
}

impl TokenClock {
    /// Now, which is that time by the wall clock.
    pub(super) fn at(wall: Timestamp) -> Self {
        Self { now: wall, wall, steady: Instant::now() }
    }

    /// The time that the token's life is measured by, where the wall clock shows `wall`. A clock that is set back and a
    /// machine that sleeps between two looks cannot be distinguished, so it is looked at often.
    pub(super) fn now(&mut self, wall: Timestamp) -> Timestamp {
        let steady = Instant::now();
        let passed = SignedDuration::try_from(steady - self.steady).unwrap_or(SignedDuration::MAX);
        let passed = passed.max(wall.duration_since(self.wall));
        self.now = self.now.saturating_add(passed).unwrap_or(Timestamp::MAX);
        (self.wall, self.steady) = (wall, steady);
        self.now
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_makes_nothing_younger() {
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut clock = TokenClock::at(noon);
        tokio::time::advance(Duration::from_secs(3 * 3600)).await;
        // The third step is one of 21 hours: the machine slept, or its clock was set right.
        for (wall_h, want_h) in [(3, 3), (-20, 3), (1, 24), (10, 33)] {
            let wall = noon + SignedDuration::from_hours(wall_h);
            assert_eq!(clock.now(wall), noon + SignedDuration::from_hours(want_h), "{wall}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_that_sleeps_after_its_clock_was_set_back_has_slept() {
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut clock = TokenClock::at(noon);
        tokio::time::advance(Duration::from_secs(3600)).await;
        let set_back = noon - SignedDuration::from_hours(48);
        assert_eq!(clock.now(set_back), noon + SignedDuration::from_hours(1));
        // Its steady clock stands still meanwhile.
        let awake = set_back + SignedDuration::from_hours(9);
        assert_eq!(clock.now(awake), noon + SignedDuration::from_hours(10));
    }
}
