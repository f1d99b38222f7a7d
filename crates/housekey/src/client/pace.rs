//! How gently a Homey is called: how many requests at once, and how long to wait when it says 429.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::catalogue::Dialect;

/// How often a call that was answered 429, and so was not carried out, is made again.
const REPEATS: u32 = 5;

/// The longest wait that a call sits out by itself; a Homey that asks for more gets its answer
/// handed to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many calls at once a hub of 2016 to 2019 gets, and every Homey of unknown dialect.
const GENTLE: usize = 2;

/// How many calls at once newer Homeys get.
const BRISK: usize = 8;

/// How many calls at once a Homey gets that speaks so.
pub fn at_once(dialect: Dialect) -> usize {
    match dialect {
        Dialect::V2 => GENTLE,
        Dialect::Local | Dialect::Cloud => BRISK,
    }
}

/// The operation whose answers a Homey has to read from disk.
const LONG_READ: &str = "insights.getLogEntries";

/// The turns of one Homey.
#[derive(Debug)]
pub(super) struct Pace {
    in_flight: Semaphore,
    long_reads: Semaphore,
}

/// A turn; the next in line goes on when it is dropped.
pub(super) struct Turn<'a> {
    _in_flight: Option<SemaphorePermit<'a>>,
    _long_read: Option<SemaphorePermit<'a>>,
}

impl Pace {
    /// Two at once, as a hub of 2016 to 2019 can bear, which refuses the fourth of four quick
    /// requests. Insights are read one at a time.
    pub(super) fn gentle() -> Self {
        Self { in_flight: Semaphore::new(GENTLE), long_reads: Semaphore::new(1) }
    }

    /// Eight at once to newer Homeys; to be called once, when the dialect is known.
    pub(super) fn fit(&self, dialect: Dialect) {
        self.in_flight.add_permits(at_once(dialect) - GENTLE);
    }

    /// Waits for a turn. The semaphores are never closed, so there always is one.
    pub(super) async fn turn(&self, operation: Option<&str>) -> Turn<'_> {
        let long_read = match operation {
            Some(LONG_READ) => self.long_reads.acquire().await.ok(),
            _ => None,
        };
        Turn { _long_read: long_read, _in_flight: self.in_flight.acquire().await.ok() }
    }
}

/// How long to wait before a call that was answered 429 is made again, or `None` to give up.
///
/// `repeats` counts those already made. What the Homey asks for is obeyed; else 1, 2, 4, 8, 16 s,
/// of which `jitter` (0 to 1) takes away up to a half.
pub fn wait(repeats: u32, retry_after_s: Option<u64>, jitter: f64) -> Option<Duration> {
    if repeats >= REPEATS {
        return None;
    }
    let wait = match retry_after_s {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::from_secs(1 << repeats).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0),
    };
    (wait <= LONGEST_WAIT).then_some(wait)
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

    #[test]
    fn waits_grow_and_what_the_homey_asks_for_is_obeyed() {
        let seconds = Duration::from_secs_f64;
        for (repeats, retry_after_s, jitter, want) in [
            (0, None, 0.0, Some(seconds(1.0))),
            (0, None, 1.0, Some(seconds(0.5))),
            (4, None, 0.0, Some(seconds(16.0))),
            (5, None, 0.0, None),
            (0, Some(0), 0.0, Some(seconds(0.0))),
            (3, Some(60), 1.0, Some(seconds(60.0))),
            (0, Some(61), 0.0, None),
            (5, Some(1), 0.0, None),
        ] {
            let found = wait(repeats, retry_after_s, jitter);
            assert_eq!(found, want, "after {repeats} repeats, {retry_after_s:?}, jitter {jitter}");
        }
    }
}
