//! Request limits of a Homey: how many requests at once.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::catalogue::Dialect;

/// How many requests at once to a hub of 2016 to 2019, and to a Homey of unknown dialect.
const GENTLE: usize = 2;

/// How many requests at once to newer Homeys.
const BRISK: usize = 8;

/// How many requests at once to a Homey of that dialect.
pub fn at_once(dialect: Dialect) -> usize {
    match dialect {
        Dialect::V2 => GENTLE,
        Dialect::Local | Dialect::Cloud => BRISK,
    }
}

/// The request limits of one Homey.
#[derive(Debug)]
pub(super) struct Pace {
    in_flight: Semaphore,
    slow: Semaphore,
}

/// A permit for one request; the next one in the queue goes on when it is dropped.
pub(super) struct RequestPermit<'a> {
    _in_flight: Option<SemaphorePermit<'a>>,
    _slow: Option<SemaphorePermit<'a>>,
}

impl Pace {
    /// Two at once, which suits a hub of 2016 to 2019: it refuses the fourth of four quick
    /// requests. Slow operations run one at a time.
    pub(super) fn gentle() -> Self {
        Self { in_flight: Semaphore::new(GENTLE), slow: Semaphore::new(1) }
    }

    /// Eight at once to newer Homeys; to be called once, when the dialect is known.
    pub(super) fn fit(&self, dialect: Dialect) {
        self.in_flight.add_permits(at_once(dialect) - GENTLE);
    }

    /// Waits for a permit. The semaphores are never closed, so it always gets one.
    pub(super) async fn permit(&self, slow: bool) -> RequestPermit<'_> {
        let slow = if slow { self.slow.acquire().await.ok() } else { None };
        RequestPermit { _slow: slow, _in_flight: self.in_flight.acquire().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_homeys_get_more_at_once() {
        for (dialect, at_once) in [(None, 2), (Some(Dialect::V2), 2), (Some(Dialect::Local), 8)] {
            let pace = Pace::gentle();
            dialect.inspect(|&dialect| pace.fit(dialect));
            assert_eq!(pace.in_flight.available_permits(), at_once, "{dialect:?}");
        }
    }
}
