//! The end of a key: every connection that it opened ends at that instant.
//!
//! A key ends when its time has come, or when settings without it are read. Connections do not watch
//! the clock: one task does, and wakes those that hold a key which has ended.

use std::time::Duration;

use housekey::clock::Clock;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

/// How long the clock is not read, at most: a wall clock may jump, and a machine may sleep.
const LOOK: Duration = Duration::from_secs(1);

/// The ends of all keys, by their place in the settings.
#[derive(Debug)]
pub(super) struct KeyEnds(Vec<KeyState>);

#[derive(Debug)]
struct KeyState {
    expires: Option<Timestamp>,
    ended: watch::Sender<bool>,
}

/// The end of one key, as a connection that it opened waits for it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyEnd(Option<watch::Receiver<bool>>);

impl KeyEnds {
    /// Of keys that end then, if ever.
    pub(super) fn new(expiries: impl Iterator<Item = Option<Timestamp>>) -> Self {
        let key = |expires| KeyState { expires, ended: watch::Sender::new(false) };
        Self(expiries.map(key).collect())
    }

    /// The end of the key at that place; without a key there is none.
    pub(super) fn of(&self, index: Option<usize>) -> KeyEnd {
        let key = index.and_then(|index| self.0.get(index));
        KeyEnd(key.map(|key| key.ended.subscribe()))
    }

    /// Whether the key at that place was ended.
    pub(super) fn has_ended(&self, index: Option<usize>) -> bool {
        let key = index.and_then(|index| self.0.get(index));
        key.is_some_and(|key| *key.ended.borrow())
    }

    /// Ends the key at that place.
    pub(super) fn end(&self, index: usize) {
        if let Some(key) = self.0.get(index) {
            key.ended.send_replace(true);
        }
    }

    /// Ends every key when its time has come; never done.
    pub(super) async fn watch(&self, clock: &dyn Clock) {
        loop {
            let now = clock.now();
            let mut next: Option<Timestamp> = None;
            for key in self.0.iter().filter(|key| !*key.ended.borrow()) {
                match key.expires {
                    Some(at) if at <= now => drop(key.ended.send_replace(true)),
                    Some(at) => next = Some(next.map_or(at, |next| next.min(at))),
                    None => {}
                }
            }
            let Some(next) = next else { return std::future::pending().await };
            let left = Duration::try_from(next.duration_since(now)).unwrap_or(LOOK);
            sleep(left.min(LOOK)).await;
        }
    }
}

impl KeyEnd {
    /// Waits for it; for ever where it does not end. Safe to drop half-way.
    pub(crate) async fn reached(&mut self) {
        let ended = match &mut self.0 {
            Some(ended) => ended.wait_for(|ended| *ended).await.is_ok(),
            None => false,
        };
        // Keys that are gone without an end belong to a gateway that is gone.
        if !ended {
            std::future::pending::<()>().await;
        }
    }

    /// Whether both are the end of the same key.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => one.same_channel(other),
            (None, None) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use housekey::clock::ManualClock;
    use jiff::SignedDuration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_key_ends_at_its_instant_and_no_other_does() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = ManualClock::at(now);
        let after = |seconds| Some(now + SignedDuration::from_secs(seconds));
        let ends = KeyEnds::new([after(90), None, after(3600)].into_iter());
        let mut held: Vec<_> = (0..3).map(|index| ends.of(Some(index))).collect();
        let mut has_ended = || -> Vec<bool> {
            held.iter_mut().map(|end| end.reached().now_or_never().is_some()).collect()
        };
        let steps = async {
            for (step_s, want) in [
                (89, [false; 3]),
                (1, [true, false, false]),
                // A machine that slept: the clock jumps, and a timer did not run meanwhile.
                (7200, [true, false, true]),
            ] {
                clock.advance(SignedDuration::from_secs(step_s));
                sleep(2 * LOOK).await;
                assert_eq!(has_ended(), want);
            }
        };
        tokio::select! {
            () = ends.watch(&clock) => unreachable!("it never ends"),
            () = steps => {}
        }
        assert!(ends.of(None).reached().now_or_never().is_none(), "without a key");
    }
}
