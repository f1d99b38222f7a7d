//! The emulator's clock: a base clock plus an offset.

use std::sync::{Mutex, MutexGuard, PoisonError};

use housekey::clock::{Clock, SharedClock};
use jiff::{SignedDuration, Timestamp};

/// A clock that runs on with its base and can be moved ahead or back.
#[derive(Debug)]
pub(crate) struct WorldClock {
    base: SharedClock,
    offset: Mutex<SignedDuration>,
}

impl WorldClock {
    /// Shows the time of `base` until it is moved.
    pub(crate) fn on(base: SharedClock) -> Self {
        Self { base, offset: Mutex::new(SignedDuration::ZERO) }
    }

    /// Moves by a signed length of time; beyond what a duration can hold it stops at the end.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut offset = self.offset();
        *offset = offset.saturating_add(by);
    }

    /// Shows the time of the base again.
    pub(crate) fn reset(&self) {
        *self.offset() = SignedDuration::ZERO;
    }

    /// The time that was never moved: what the phone of a user with two-factor codes shows.
    pub(crate) fn unmoved(&self) -> Timestamp {
        self.base.now()
    }

    fn offset(&self) -> MutexGuard<'_, SignedDuration> {
        self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        let (now, offset) = (self.base.now(), *self.offset());
        let end = if offset.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        now.checked_add(offset).unwrap_or(end)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use housekey::clock::ManualClock;

    use super::*;

    #[test]
    fn adds_its_moves_to_the_base_and_stops_at_the_ends_of_time() {
        let base = Arc::new(ManualClock::at("2026-03-01T12:00:00Z".parse().unwrap()));
        let clock = WorldClock::on(base.clone());
        clock.advance(SignedDuration::from_hours(24));
        base.advance(SignedDuration::from_mins(1));
        clock.advance(SignedDuration::from_mins(-2));
        assert_eq!(clock.now().to_string(), "2026-03-02T11:59:00Z");
        assert_eq!(clock.unmoved().to_string(), "2026-03-01T12:01:00Z");
        clock.advance(SignedDuration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
        clock.reset();
        assert_eq!(clock.now(), clock.unmoved());
    }
}
