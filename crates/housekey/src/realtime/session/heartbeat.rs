//! The heartbeat of one connection: when to ping, and when the answer is due.

use std::time::Duration;

use crate::realtime::packet::Open;

/// Intervals outside of these are clamped, so that no server makes us ping without pause or wait
/// for ever.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(600);

/// In this version of the protocol the client pings. Both times are absolute: other traffic moves
/// neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    next_ping: Duration,
    answer_due: Option<Duration>,
}

/// What is due at a given time.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing is due.
    Rest,
    /// A ping is due, and counts as sent.
    Ping,
    /// The answer did not come in time.
    Dead,
}

impl Heartbeat {
    pub(super) fn new(open: &Open, now: Duration) -> Self {
        let time = |millis| Duration::from_millis(millis).clamp(SHORTEST, LONGEST);
        let interval = time(open.ping_interval);
        let timeout = time(open.ping_timeout);
        Self { interval, timeout, next_ping: now + interval, answer_due: None }
    }

    pub(super) fn look(&mut self, now: Duration) -> Beat {
        if self.answer_due.is_some_and(|due| due <= now) {
            return Beat::Dead;
        }
        if self.next_ping > now {
            return Beat::Rest;
        }
        self.next_ping = now + self.interval;
        self.answer_due.get_or_insert(now + self.timeout);
        Beat::Ping
    }

    pub(super) fn answered(&mut self) {
        self.answer_due = None;
    }

    /// When to check again.
    pub(super) fn due(&self) -> Duration {
        self.answer_due.map_or(self.next_ping, |due| due.min(self.next_ping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(ping_interval: u64, ping_timeout: u64) -> Heartbeat {
        Heartbeat::new(&Open { sid: String::new(), ping_interval, ping_timeout }, Duration::ZERO)
    }

    #[test]
    fn an_answer_is_due_from_the_first_ping_that_had_none() {
        let ms = Duration::from_millis;
        let mut beat = heartbeat(5000, 8000);
        for (at, answered, want) in [
            (4999, false, Beat::Rest),
            (5000, false, Beat::Ping),
            (5001, true, Beat::Rest),
            (10_000, false, Beat::Ping),
            (15_000, false, Beat::Ping),
            (17_999, false, Beat::Rest),
            (18_000, false, Beat::Dead),
        ] {
            assert_eq!(beat.look(ms(at)), want, "at {at} ms");
            if answered {
                beat.answered();
            }
        }
        assert_eq!(beat.due(), ms(18_000));
    }

    #[test]
    fn absurd_times_are_bounded() {
        let mut beat = heartbeat(0, u64::MAX);
        assert_eq!(beat.due(), SHORTEST);
        assert_eq!(beat.look(SHORTEST), Beat::Ping);
        assert_eq!(beat.answer_due, Some(SHORTEST + LONGEST));
    }
}
