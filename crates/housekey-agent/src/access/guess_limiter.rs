//! Makes whoever guesses keys wait, and nobody else.
//!
//! Wrong keys of one peer are answered later and later; how many answers it can wait for at once is
//! limited, so that trying in parallel brings refusals, not guesses.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::AccessError;
use super::peer::{Network, Peer};

/// Wrong keys that are answered at once: a typing error, a key that was deleted.
const FREE: u32 = 3;

/// The wait after those; each further one doubles it.
const FIRST: Duration = Duration::from_millis(250);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(8);

/// How long a peer has to try nothing for its wrong keys to be forgotten.
const FORGET: Duration = Duration::from_secs(300);

/// How many answers one peer may wait for.
const AT_ONCE: u32 = 4;

/// How many peers are remembered: 64 bytes for each.
const PEERS: usize = 4096;

/// What is remembered of peers with wrong keys.
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
    pub(super) async fn spend(&self, peer: Peer) -> Result<(), AccessError> {
        let network = Network::of(peer);
        let wait = self.begin(network)?;
        if !wait.is_zero() {
            // Also when whoever asked goes away.
            let _waiting = PendingFailure { patience: self, network };
            sleep(wait).await;
        }
        Ok(())
    }

    fn begin(&self, network: Network) -> Result<Duration, AccessError> {
        let now = Instant::now();
        let mut all = self.all();
        if all.len() >= PEERS && !all.contains_key(&network) {
            make_room(&mut all, now);
        }
        let tries = all.entry(network).or_insert(Failures { wrong: 0, waiting: 0, last: now });
        if now.duration_since(tries.last) >= FORGET {
            tries.wrong = 0;
        }
        tries.last = now;
        if tries.waiting >= AT_ONCE {
            return Err(AccessError::TooMany { retry_after: LONGEST });
        }
        tries.wrong = tries.wrong.saturating_add(1);
        let doublings = match tries.wrong {
            ..=FREE => return Ok(Duration::ZERO),
            wrong => (wrong - FREE - 1).min(16),
        };
        tries.waiting += 1;
        Ok((FIRST * 2u32.pow(doublings)).min(LONGEST))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Network, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes out who may be forgotten; if there is nobody, who has been quiet for longest.
fn make_room(all: &mut HashMap<Network, Failures>, now: Instant) {
    all.retain(|_, tries| tries.waiting > 0 || now.duration_since(tries.last) < FORGET);
    if all.len() < PEERS {
        return;
    }
    let quiet = all.iter().filter(|(_, tries)| tries.waiting == 0);
    let quietest = quiet.min_by_key(|(_, tries)| tries.last).map(|(network, _)| *network);
    // With all of them waiting, any one is let go.
    if let Some(network) = quietest.or_else(|| all.keys().next().copied()) {
        all.remove(&network);
    }
}

struct PendingFailure<'a> {
    patience: &'a GuessLimiter,
    network: Network,
}

impl Drop for PendingFailure<'_> {
    fn drop(&mut self) {
        if let Some(tries) = self.patience.all().get_mut(&self.network) {
            tries.waiting = tries.waiting.saturating_sub(1);
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
        let patience = GuessLimiter::default();
        let mut waits = Vec::new();
        for _ in 0..11 {
            let begun = Instant::now();
            patience.spend(peer("192.0.2.1")).await.unwrap();
            waits.push(begun.elapsed().as_millis());
        }
        assert_eq!(waits, [0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
        let begun = Instant::now();
        patience.spend(peer("192.0.2.2")).await.unwrap();
        patience.spend(Peer::User(1001)).await.unwrap();
        assert!(begun.elapsed().is_zero(), "others pay nothing");
        sleep(FORGET).await;
        let begun = Instant::now();
        patience.spend(peer("192.0.2.1")).await.unwrap();
        assert!(begun.elapsed().is_zero(), "and it is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn trying_in_parallel_brings_refusals() {
        let patience = Arc::new(GuessLimiter::default());
        let tries = (0..100).map(|_| {
            let patience = patience.clone();
            tokio::spawn(async move { patience.spend(peer("2001:db8::1")).await })
        });
        let outcomes = futures_util::future::join_all(tries).await;
        let answered = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Ok(())))).count();
        assert_eq!(answered as u32, FREE + AT_ONCE);
        // A neighbour of the same network pays along, and whoever gives up makes room.
        let neighbour = patience.spend(peer("2001:db8::2"));
        let given_up = tokio::time::timeout(Duration::from_millis(10), neighbour).await;
        assert!(given_up.is_err(), "it waits");
        assert!(patience.all().values().all(|tries| tries.waiting == 0));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded() {
        let patience = GuessLimiter::default();
        for number in 0..2 * PEERS as u32 {
            patience.spend(Peer::User(number)).await.unwrap();
        }
        assert_eq!(patience.all().len(), PEERS);
    }
}
