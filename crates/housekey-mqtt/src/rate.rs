//! How often a device is written: a burst, and then at a steady rate.

use std::time::Duration;

/// How many writes follow one another at once.
const BURST: f64 = 20.0;

/// How many a second for longer.
const STEADY: f64 = 2.0;

/// The writes that are left at a time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rate {
    left: f64,
    at: Duration,
}

impl Default for Rate {
    fn default() -> Self {
        Self { left: BURST, at: Duration::ZERO }
    }
}

impl Rate {
    /// Takes one write; `now` is any time that only grows.
    pub(crate) fn take(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + passed * STEADY).min(BURST);
        self.at = now;
        let is_free = self.left >= 1.0;
        if is_free {
            self.left -= 1.0;
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_slowed_down() {
        let mut rate = Rate::default();
        let taken = |rate: &mut Rate, from: u64| {
            (0..1000).filter(|ms| rate.take(Duration::from_millis(from + 10 * ms))).count()
        };
        assert_eq!(taken(&mut rate, 0), 39, "20, and 2 in each of 10 seconds");
        assert_eq!(taken(&mut rate, 60_000), 39);
    }
}
