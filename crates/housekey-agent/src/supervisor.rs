//! Starts the parts, starts one again that failed, and stops them in reverse order.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use housekey::auth::backoff;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};

use crate::status::{PartState, PartStatus};
use crate::status_board::StatusBoard;

/// A part that ran so long has not failed several times in a row.
const STEADY: Duration = Duration::from_secs(5 * 60);

/// How long the parts have to stop.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// In which order parts are stopped: the last first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// They hold what must not be lost.
    Keepers,
    /// They hand on what the keepers hold.
    Sinks,
    /// They let others ask.
    Listeners,
}

/// The wish that a part stops.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Nobody wishes it yet.
    pub(crate) fn later() -> (watch::Sender<bool>, Self) {
        let (stop, stopping) = watch::channel(false);
        (stop, Self(stopping))
    }

    /// Waits for it. A supervisor that is gone wishes it as well.
    pub(crate) async fn requested(&self) {
        let _ = self.0.clone().wait_for(|stop| *stop).await;
    }
}

/// The parts that run.
#[derive(Debug)]
pub(crate) struct Supervisor {
    board: StatusBoard,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    place: usize,
    tier: Tier,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Supervisor {
    pub(crate) fn new(board: StatusBoard) -> Self {
        Self { board, parts: Vec::new() }
    }

    /// Starts a part. Work that ends before it was asked to, or panics, is begun again: at once
    /// at most a second later, then after longer and longer waits.
    pub(crate) fn start<W>(
        &mut self,
        tier: Tier,
        name: String,
        work: impl Fn(Stop) -> W + Send + 'static,
    ) where
        W: Future<Output = Result<(), String>> + Send,
    {
        let (stop, stopping) = Stop::later();
        let (state, restarts, trouble) = (PartState::Running, 0, None);
        let place =
            self.board.add_part(PartStatus { name: name.clone(), state, restarts, trouble });
        let (board, stopping, part) = (self.board.clone(), stopping, name.clone());
        let task = tokio::spawn(async move {
            let mut failures = 0;
            loop {
                let started = Instant::now();
                // Whatever a panic says may hold a token; where it happened is known to the hook.
                let outcome = AssertUnwindSafe(work(stopping.clone())).catch_unwind().await;
                let why = match outcome {
                    Ok(_) if *stopping.0.borrow() => break,
                    Ok(Ok(())) => "it ended by itself".to_owned(),
                    Ok(Err(why)) => why,
                    Err(_) => "it has a bug".to_owned(),
                };
                failures = if started.elapsed() > STEADY { 1 } else { failures + 1 };
                let wait = backoff(failures, None, fastrand::f64());
                tracing::error!(part, why, wait_s = wait.as_secs_f32(), "a part failed");
                let trouble = Some(board.retried(why, None, wait));
                board.part(place, |part| {
                    (part.state, part.trouble) = (PartState::Waiting, trouble);
                });
                tokio::select! {
                    biased;
                    () = stopping.requested() => break,
                    () = sleep(wait) => {}
                }
                board.part(place, |part| {
                    part.state = PartState::Running;
                    part.restarts += 1;
                });
            }
        });
        self.parts.push(Part { name, place, tier, stop, task });
    }

    /// Asks all parts to stop, the last tier first, and waits for them no longer than told; each tier
    /// has its third, so that one that hangs takes no time from those that hold more. What has not
    /// stopped by then is ended. Tells their names.
    pub(crate) async fn drain(mut self, limit: Duration) -> Vec<String> {
        let (mut until, mut ended) = (Instant::now(), Vec::new());
        for tier in [Tier::Listeners, Tier::Sinks, Tier::Keepers] {
            until += limit / 3;
            let parts: Vec<_> = self.parts.extract_if(.., |part| part.tier == tier).collect();
            for part in &parts {
                part.stop.send_replace(true);
            }
            let stopped = join_all(parts.into_iter().map(async |mut part| {
                let stopped = timeout_at(until, &mut part.task).await.is_ok();
                part.task.abort();
                self.board.part(part.place, |part| part.state = PartState::Stopped);
                (!stopped).then_some(part.name)
            }));
            ended.extend(stopped.await.into_iter().flatten());
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};

    use housekey::clock::SystemClock;

    use super::*;
    use crate::status::Status;

    fn board() -> StatusBoard {
        let status = Status {
            format: 1,
            version: String::new(),
            pid: 1,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            settings: String::new(),
            listen: None,
            homeys: Vec::new(),
            sinks: Vec::new(),
            parts: Vec::new(),
            gateway: None,
        };
        StatusBoard::new(status, SystemClock::shared())
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_fails_or_panics_is_started_again_and_takes_no_other_down() {
        let board = board();
        let mut supervisor = Supervisor::new(board.clone());
        supervisor.start(Tier::Sinks, "steady".to_owned(), async |stop: Stop| {
            stop.requested().await;
            Ok(())
        });
        let tries = Arc::new(AtomicU32::new(0));
        let counted = tries.clone();
        supervisor.start(Tier::Sinks, "shaky".to_owned(), move |stop: Stop| {
            let tries = counted.clone();
            async move {
                match tries.fetch_add(1, Ordering::SeqCst) {
                    0 => Err("no luck".to_owned()),
                    1 => panic!("with a token in its text"),
                    2 => Ok(()),
                    _ => {
                        stop.requested().await;
                        Ok(())
                    }
                }
            }
        });
        board.until(|status| status.parts.iter().any(|part| part.restarts == 3)).await;
        let parts = board.status().parts;
        assert_eq!((parts[0].state, parts[0].restarts), (PartState::Running, 0));
        assert_eq!(parts[1].state, PartState::Running);
        assert_eq!(parts[1].trouble.as_ref().unwrap().text, "it ended by itself");
        assert_eq!(supervisor.drain(Duration::from_secs(10)).await, Vec::<String>::new());
        assert!(board.status().parts.iter().all(|part| part.state == PartState::Stopped));
        assert_eq!(tries.load(Ordering::SeqCst), 4, "and not again after that");
    }

    #[tokio::test(start_paused = true)]
    async fn parts_stop_in_reverse_order_and_one_that_hangs_is_ended() {
        let mut supervisor = Supervisor::new(board());
        let order = Arc::new(Mutex::new(Vec::new()));
        for tier in [Tier::Keepers, Tier::Sinks, Tier::Listeners] {
            let order = order.clone();
            supervisor.start(tier, format!("{tier:?}"), move |stop: Stop| {
                let order = order.clone();
                async move {
                    stop.requested().await;
                    order.lock().unwrap().push(tier);
                    Ok(())
                }
            });
        }
        supervisor.start(Tier::Sinks, "stuck".to_owned(), async |_| std::future::pending().await);
        let begun = Instant::now();
        assert_eq!(supervisor.drain(Duration::from_secs(9)).await, ["stuck"]);
        assert_eq!(begun.elapsed(), Duration::from_secs(6), "the keepers had their time");
        let order = order.lock().unwrap().clone();
        assert_eq!(order, [Tier::Listeners, Tier::Sinks, Tier::Keepers]);
    }
}
