//! Slows down guessing of keys, for the guessing peer alone.
//!
//! Failures of one peer are delayed longer and longer; how many can be delayed at once is limited, so that
//! parallel attempts are refused rather than checked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use housekey::retry::Backoff;
use tokio::time::{Instant, sleep};

use super::error::AccessError;
use super::peer::{Network, Peer};

use crate::mutex::lock_unpoisoned;

/// Wrong keys that are answered at once: a typing error, a key that was deleted.
const FREE_GUESSES: u32 = 3;

/// The waits after those.
const DELAY: Backoff =
    Backoff { first: Duration::from_millis(250), longest: Duration::from_secs(8), jitter: 0.0 };

/// How long a peer must not fail for its failures to be forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(300);

/// How many failures of one peer may be delayed at once.
const MAX_WAITING: u32 = 4;

/// How many networks are remembered, 64 bytes each.
const MAX_NETWORKS: usize = 4096;

/// The failures of each network.
#[derive(Debug, Default)]
pub(super) struct GuessLimiter(Mutex<HashMap<Network, Failures>>);

#[derive(Debug)]
struct Failures {
    wrong: u32,
    waiting: u32,
    last: Instant,
}

impl GuessLimiter {
    /// Waits as long as a peer with another wrong key has to.
    ///
    /// # Errors
    /// [`AccessError::TooMany`] at once, if it waits for too many answers already.
    pub(super) async fn delay_failure(&self, peer: Peer) -> Result<(), AccessError> {
        let network = Network::of(peer);
        let delay = self.record_failure(network)?;
        if !delay.is_zero() {
            // Also if the request is cancelled.
            let _waiting = PendingFailure { limiter: self, network };
            sleep(delay).await;
        }
        Ok(())
    }

    fn record_failure(&self, network: Network) -> Result<Duration, AccessError> {
        let now = Instant::now();
        let mut failures_by_network = self.lock();
        if failures_by_network.len() >= MAX_NETWORKS && !failures_by_network.contains_key(&network)
        {
            evict_one(&mut failures_by_network, now);
        }
        let failures = failures_by_network.entry(network).or_insert(Failures {
            wrong: 0,
            waiting: 0,
            last: now,
        });
        if now.duration_since(failures.last) >= FORGET_AFTER {
            failures.wrong = 0;
        }
        failures.last = now;
        if failures.waiting >= MAX_WAITING {
            return Err(AccessError::TooMany { retry_after: DELAY.longest });
        }
        failures.wrong = failures.wrong.saturating_add(1);
        let Some(earlier) = failures.wrong.checked_sub(FREE_GUESSES + 1) else {
            return Ok(Duration::ZERO);
        };
        failures.waiting += 1;
        Ok(DELAY.wait(earlier, 0.0))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Network, Failures>> {
        lock_unpoisoned(&self.0)
    }
}

/// Removes networks whose failures may be forgotten; if there are none, the one that was idle for longest.
fn evict_one(failures_by_network: &mut HashMap<Network, Failures>, now: Instant) {
    failures_by_network.retain(|_, failures| {
        failures.waiting > 0 || now.duration_since(failures.last) < FORGET_AFTER
    });
    if failures_by_network.len() < MAX_NETWORKS {
        return;
    }
    let idle = failures_by_network.iter().filter(|(_, failures)| failures.waiting == 0);
    let longest_idle = idle.min_by_key(|(_, failures)| failures.last).map(|(network, _)| *network);
    // With all of them waiting, any one is let go.
    if let Some(network) = longest_idle.or_else(|| failures_by_network.keys().next().copied()) {
        failures_by_network.remove(&network);
    }
}

struct PendingFailure<'a> {
    limiter: &'a GuessLimiter,
    network: Network,
}

impl Drop for PendingFailure<'_> {
    fn drop(&mut self) {
        if let Some(failures) = self.limiter.lock().get_mut(&self.network) {
            failures.waiting = failures.waiting.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::Address(address.parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_keys_wait_longer_and_longer_and_others_do_not() {
        let limiter = GuessLimiter::default();
        let mut waits = Vec::new();
        for _ in 0..11 {
            let begun = Instant::now();
            limiter.delay_failure(peer("192.0.2.1")).await.unwrap();
            waits.push(begun.elapsed().as_millis());
        }
        assert_eq!(waits, [0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
        let begun = Instant::now();
        limiter.delay_failure(peer("192.0.2.2")).await.unwrap();
        limiter.delay_failure(Peer::User(1001)).await.unwrap();
        assert!(begun.elapsed().is_zero(), "others pay nothing");
        sleep(FORGET_AFTER).await;
        let begun = Instant::now();
        limiter.delay_failure(peer("192.0.2.1")).await.unwrap();
        assert!(begun.elapsed().is_zero(), "and it is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn trying_in_parallel_brings_refusals() {
        let limiter = Arc::new(GuessLimiter::default());
        let failures = (0..100).map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.delay_failure(peer("2001:db8::1")).await })
        });
        let outcomes = futures_util::future::join_all(failures).await;
        let answered = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Ok(())))).count();
        assert_eq!(answered as u32, FREE_GUESSES + MAX_WAITING);
        // A neighbour in the same network shares the limit, and a cancelled request frees its place.
        let neighbour = limiter.delay_failure(peer("2001:db8::2"));
        let given_up = tokio::time::timeout(Duration::from_millis(10), neighbour).await;
        assert!(given_up.is_err(), "it waits");
        assert!(limiter.lock().values().all(|failures| failures.waiting == 0));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded() {
        let limiter = GuessLimiter::default();
        for number in 0..2 * MAX_NETWORKS as u32 {
            limiter.delay_failure(Peer::User(number)).await.unwrap();
        }
        assert_eq!(limiter.lock().len(), MAX_NETWORKS);
    }
}
