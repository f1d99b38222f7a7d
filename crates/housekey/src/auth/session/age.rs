//! What is known of the token at hand beyond what is stored: how old it is, whatever becomes of the
//! wall clock, and whether it was refused.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The moment at which a token was taken into use, on both clocks, and what has become of it.
///
/// A wall clock that is set back by hours would make a token look younger than it is, so that it
/// ended before it was renewed. One that is set ahead, or a machine that slept, only makes it older.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    wall: Timestamp,
    steady: Instant,
    /// The Homey has refused it. It is renewed as soon as that can be, whoever else asks.
    pub(super) refused: bool,
}

impl Taken {
    /// Now, which is that time by the wall clock.
    pub(super) fn at(wall: Timestamp) -> Self {
        Self { wall, steady: Instant::now(), refused: false }
    }

    /// The time that the token's life is measured by, where the wall clock shows `wall`.
    pub(super) fn now(&self, wall: Timestamp) -> Timestamp {
        let passed = SignedDuration::try_from(self.steady.elapsed()).unwrap_or(SignedDuration::MAX);
        self.wall.saturating_add(passed).unwrap_or(Timestamp::MAX).max(wall)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_makes_nothing_younger() {
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let taken = Taken::at(noon);
        tokio::time::advance(Duration::from_secs(3 * 3600)).await;
        for (wall_h, want_h) in [(3, 3), (-20, 3), (1, 3), (9, 9)] {
            let wall = noon + SignedDuration::from_hours(wall_h);
            assert_eq!(taken.now(wall), noon + SignedDuration::from_hours(want_h), "{wall}");
        }
    }
}
