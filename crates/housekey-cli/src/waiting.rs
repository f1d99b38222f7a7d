//! What a command waits for, shown on stderr once that takes a second: a spinner, or a bar where the amount is
//! known.
//!
//! [`crate::runtime`] shows it beside the work of every command that uses the network. A command only names
//! what it waits for; a longer one counts what is done with [`Waiting::count`].

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::{Instant, MissedTickBehavior};

use crate::duration;
use crate::output::status_line::{self, Fraction};
use crate::output::terminal::harmless_line;

/// How long nothing is shown: most commands are done by then.
const DELAY: Duration = Duration::from_secs(1);

/// How often the line is drawn.
const FRAME: Duration = Duration::from_millis(100);

/// What is waited for. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waiting(Arc<Mutex<Awaited>>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Awaited {
    /// An answer, not named yet.
    #[default]
    Answer,
    /// A server, or what it brings.
    Named(String),
    /// Something of which the amount is known.
    Counted { what: String, done: u64, total: u64 },
    /// The end of a length of time.
    Timed { what: String, limit: Duration },
    /// Events, which may never come.
    Events,
}

/// Counts what is done; what was waited for before is waited for again once it is dropped.
#[must_use = "the bar is gone when this is dropped"]
pub(crate) struct Count {
    waiting: Waiting,
    before: Awaited,
}

impl Waiting {
    fn awaited(&self) -> MutexGuard<'_, Awaited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names what is waited for from now on, as in `the account cloud`.
    pub(crate) fn name(&self, what: impl Into<String>) {
        *self.awaited() = Awaited::Named(what.into());
    }

    /// Shows nothing from now on: events may come at any time, or never.
    pub(crate) fn for_events(&self) {
        *self.awaited() = Awaited::Events;
    }

    /// Shows a bar for `total` of something, as in `Setting devices`.
    pub(crate) fn count(&self, what: impl Into<String>, total: usize) -> Count {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        self.replaced(Awaited::Counted { what: what.into(), done: 0, total })
    }

    /// Shows a bar for something that takes that long, as in `Looking for Homeys in this network`.
    pub(crate) fn time(&self, what: impl Into<String>, limit: Duration) -> Count {
        self.replaced(Awaited::Timed { what: what.into(), limit })
    }

    fn replaced(&self, awaited: Awaited) -> Count {
        let before = std::mem::replace(&mut *self.awaited(), awaited);
        Count { waiting: self.clone(), before }
    }

    /// Waits for the work, and shows that after a second.
    pub(crate) async fn show_during<T>(&self, work: impl Future<Output = T>) -> T {
        if !status_line::is_possible() {
            return work.await;
        }
        let outcome = tokio::select! {
            biased;
            outcome = work => outcome,
            never = self.draw() => match never {},
        };
        status_line::clear();
        outcome
    }

    async fn draw(&self) -> Infallible {
        let mut frames = tokio::time::interval_at(Instant::now() + DELAY, FRAME);
        frames.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stopwatch = Stopwatch::start(self.awaited().clone(), status_line::interruptions());
        loop {
            frames.tick().await;
            let awaited = self.awaited().clone();
            match stopwatch.read(awaited, status_line::interruptions()) {
                Some(LineContent { text, fraction }) => {
                    status_line::draw(&harmless_line(&text), fraction);
                }
                None => status_line::clear_if_drawn(),
            }
        }
    }
}

impl Count {
    /// One more is done.
    pub(crate) fn step(&self) {
        if let Awaited::Counted { done, .. } = &mut *self.waiting.awaited() {
            *done += 1;
        }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        *self.waiting.awaited() = std::mem::take(&mut self.before);
    }
}

/// For how long the same is waited for, without anything printed meanwhile.
struct Stopwatch {
    awaited: Awaited,
    interruptions: u64,
    start: Instant,
}

/// What the line shows.
#[derive(Debug, PartialEq, Eq)]
struct LineContent {
    text: String,
    fraction: Option<Fraction>,
}

impl Stopwatch {
    fn start(awaited: Awaited, interruptions: u64) -> Self {
        Self { awaited, interruptions, start: Instant::now() }
    }

    /// What is shown now, if it has been waited for long enough.
    fn read(&mut self, awaited: Awaited, interruptions: u64) -> Option<LineContent> {
        // What is counted goes on while results are printed.
        let interrupted =
            interruptions != self.interruptions && !matches!(awaited, Awaited::Counted { .. });
        if interrupted || !awaited.is_still(&self.awaited) {
            self.start = Instant::now();
        }
        (self.awaited, self.interruptions) = (awaited, interruptions);
        let elapsed = self.start.elapsed();
        if elapsed < DELAY { None } else { self.awaited.shown(elapsed) }
    }
}

impl Awaited {
    /// Whether it is the same that was waited for before, however much of it is done.
    fn is_still(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Counted { what, .. }, Self::Counted { what: before, .. }) => what == before,
            _ => self == before,
        }
    }

    fn shown(&self, elapsed: Duration) -> Option<LineContent> {
        let took = duration::show(SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX));
        let (text, fraction) = match self {
            Self::Events => return None,
            Self::Answer => (format!("Waiting for an answer… {took}"), None),
            Self::Named(what) => (format!("Waiting for {what}… {took}"), None),
            Self::Counted { what, done, total } => (
                format!("{what}: {done} of {total}… {took}"),
                Some(Fraction { done: *done, total: *total }),
            ),
            Self::Timed { what, limit } => {
                let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                let (done, total) = (ms(elapsed.min(*limit)), ms(*limit));
                (format!("{what}… {took}"), Some(Fraction { done, total }))
            }
        };
        Some(LineContent { text, fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stopwatch that is read at these moments, in milliseconds; what it shows.
    async fn read(moments: &[(u64, &Awaited, u64)]) -> Vec<Option<LineContent>> {
        let start = Instant::now();
        let mut stopwatch = Stopwatch::start(moments[0].1.clone(), 0);
        let mut shown = Vec::new();
        for (at, awaited, interruptions) in moments {
            tokio::time::sleep_until(start + Duration::from_millis(*at)).await;
            shown.push(stopwatch.read((*awaited).clone(), *interruptions));
        }
        shown
    }

    fn texts(shown: &[Option<LineContent>]) -> Vec<Option<&str>> {
        shown.iter().map(|one| one.as_ref().map(|one| &*one.text)).collect()
    }

    fn named(what: &str) -> Awaited {
        Awaited::Named(what.to_owned())
    }

    fn counted(done: u64) -> Awaited {
        Awaited::Counted { what: "Setting devices".to_owned(), done, total: 12 }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_shown_after_a_second_and_starts_over_with_what_is_printed() {
        let homey = named("the Homey at 192.0.2.7");
        let cloud = named("the account cloud");
        let shown = read(&[
            (900, &homey, 0),
            (1_000, &homey, 0),
            (75_000, &homey, 0),
            (75_100, &homey, 1),
            (76_000, &homey, 1),
            (76_100, &homey, 1),
            (76_200, &cloud, 1),
            (77_200, &cloud, 1),
            (99_000, &Awaited::Events, 1),
            (199_000, &Awaited::Events, 1),
        ])
        .await;
        assert_eq!(
            texts(&shown),
            [
                None,
                Some("Waiting for the Homey at 192.0.2.7… 1 s"),
                Some("Waiting for the Homey at 192.0.2.7… 1 min"),
                None,
                None,
                Some("Waiting for the Homey at 192.0.2.7… 1 s"),
                None,
                Some("Waiting for the account cloud… 1 s"),
                None,
                None,
            ]
        );
        assert!(shown.iter().flatten().all(|one| one.fraction.is_none()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_counted_has_a_bar_that_stays_while_results_are_printed() {
        let shown =
            read(&[(500, &counted(1), 1), (2_000, &counted(5), 5), (9_000, &counted(12), 12)])
                .await;
        let want = ["Setting devices: 5 of 12… 2 s", "Setting devices: 12 of 12… 9 s"];
        assert_eq!(texts(&shown), [None, Some(want[0]), Some(want[1])]);
        let last = shown.last().and_then(Option::as_ref).and_then(|one| one.fraction);
        assert_eq!(last, Some(Fraction { done: 12, total: 12 }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_length_of_time_has_a_bar_too() {
        let limit = Duration::from_secs(4);
        let browse = Awaited::Timed { what: "Looking for Homeys".to_owned(), limit };
        let shown = read(&[(2_000, &browse, 0), (5_000, &browse, 0)]).await;
        assert_eq!(
            texts(&shown),
            [Some("Looking for Homeys… 2 s"), Some("Looking for Homeys… 5 s")]
        );
        let fractions = shown.iter().flatten().map(|one| one.fraction);
        let bar = |done| Some(Fraction { done, total: 4_000 });
        assert_eq!(fractions.collect::<Vec<_>>(), [bar(2_000), bar(4_000)]);
    }

    #[test]
    fn a_count_that_is_over_leaves_what_was_waited_for_before() {
        let waiting = Waiting::default();
        waiting.name("the account cloud");
        let count = waiting.count("Setting devices", 12);
        count.step();
        assert_eq!(*waiting.awaited(), counted(1));
        drop(count);
        assert_eq!(*waiting.awaited(), named("the account cloud"));
    }
}
