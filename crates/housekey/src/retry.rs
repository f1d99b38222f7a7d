//! When something that failed is tried again, and how long to wait before; computes only.
//!
//! The wait is a [`Backoff`]. Whether a request is sent again is decided by [`Attempts::after`], whether a renewal is
//! tried again by `RetryClass`. Time and chance are parameters.

mod renewal;
mod request;

use std::time::Duration;

pub(crate) use self::renewal::{RetryClass, requested_wait};
pub use self::request::{AttemptOutcome, Attempts, NextStep, NoAnswer, may_renew};

/// Waits that double from the first to the longest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// The part of each wait that chance may take away, from 0 (nothing) to 1 (all of it): clients that failed
    /// together do not come back together.
    pub jitter: f64,
}

impl Backoff {
    /// No waits.
    pub const ZERO: Self = Self { first: Duration::ZERO, longest: Duration::ZERO, jitter: 0.0 };

    /// For work in the background: up to 1 s, 2 s, 4 s … 5 min, all of it left to chance.
    pub const BACKGROUND: Self =
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(5 * 60), jitter: 1.0 };

    /// The wait after a failure that `earlier` others preceded, where chance draws `chance` (0 to 1).
    pub fn wait(&self, earlier: u32, chance: f64) -> Duration {
        let whole = self.first.saturating_mul(1 << earlier.min(16)).min(self.longest);
        whole.mul_f64(1.0 - self.jitter * chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_chance_takes_its_part_away() {
        let backoff = |first_ms, longest_s, jitter| Backoff {
            first: Duration::from_millis(first_ms),
            longest: Duration::from_secs(longest_s),
            jitter,
        };
        for (backoff, earlier, chance, want_ms) in [
            (Backoff::BACKGROUND, 0, 0.0, 1000),
            (Backoff::BACKGROUND, 0, 1.0, 0),
            (Backoff::BACKGROUND, 1, 0.0, 2000),
            (Backoff::BACKGROUND, 4, 0.5, 8000),
            (Backoff::BACKGROUND, 8, 0.0, 256_000),
            (Backoff::BACKGROUND, 9, 0.0, 300_000),
            (Backoff::BACKGROUND, u32::MAX, 0.0, 300_000),
            (backoff(1000, 30, 0.5), 0, 1.0, 500),
            (backoff(1000, 30, 0.5), 1, 0.5, 1500),
            (backoff(1000, 30, 0.5), 5, 0.0, 30_000),
            (backoff(1000, 30, 0.5), u32::MAX, 1.0, 15_000),
            (backoff(1000, 30, 0.5), 0, f64::INFINITY, 500),
            (backoff(50, 1, 0.0), 4, 1.0, 800),
            (backoff(50, 1, 0.0), 5, 1.0, 1000),
            (Backoff::ZERO, 7, 0.3, 0),
        ] {
            let found = backoff.wait(earlier, chance);
            let case = format!("{backoff:?} after {earlier}, chance {chance}");
            assert_eq!(found, Duration::from_millis(want_ms), "{case}");
        }
    }
}
