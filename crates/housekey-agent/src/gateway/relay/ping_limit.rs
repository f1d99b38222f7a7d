//! A rate limit for pings of one side.

use std::time::Duration;

use tokio::time::Instant;

/// How many pings may come at once, and how long it takes until one more may.
const AT_ONCE: u32 = 64;
const EACH: Duration = Duration::from_millis(250);

/// Counts them.
#[derive(Debug)]
pub(super) struct PingLimit {
    spent: u32,
    since: Instant,
}

impl PingLimit {
    pub(super) fn new(now: Instant) -> Self {
        Self { spent: 0, since: now }
    }

    /// Whether another one may come now.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        let earned = now.duration_since(self.since).as_millis() / EACH.as_millis();
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        if earned >= self.spent {
            (self.spent, self.since) = (0, now);
        } else {
            self.spent -= earned;
            self.since += EACH * earned;
        }
        self.spent += 1;
        self.spent <= AT_ONCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_too_much_and_a_heart_beat_never_is() {
        let mut now = Instant::now();
        let mut flood = PingLimit::new(now);
        assert_eq!((0..1000).filter(|_| flood.allows(now)).count(), 64);
        let mut heartbeat = PingLimit::new(now);
        for _ in 0..100_000 {
            now += Duration::from_millis(300);
            assert!(heartbeat.allows(now));
        }
        assert_eq!((0..1000).filter(|_| heartbeat.allows(now)).count(), 63);
    }
}
