//! Starts the parts, starts one again that failed, and stops them in reverse order.

use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use housekey::retry::Backoff;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::error_chain::error_chain;
use crate::served_homey::MirrorError;
use crate::status::{PartState, PartStatus};
use crate::status_board::{PartIndex, StatusBoard};

/// A part that ran for that long has recovered: its next failure counts as the first.
const STEADY: Duration = Duration::from_secs(5 * 60);

/// How long all parts have to stop.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// In which order parts are stopped: the last first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// They hold what must not be lost.
    Keepers,
    /// They deliver what the keepers hold.
    Sinks,
    /// They serve clients.
    Listeners,
}

/// Why a part failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PartError {
    /// It returned although it was not stopped.
    #[error("it ended before it was stopped")]
    Ended,
    /// It panicked. What a panic says may hold a token; the panic hook logs where it was.
    #[error("it has a bug")]
    Panicked,
    /// The Homey has no session whose token could be kept or delivered.
    #[error("it has no session")]
    NoSession,
    /// The Homey cannot be followed.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// It cannot record.
    #[error("{0}")]
    Recorder(String),
    /// A file of its settings cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// The system refused something.
    #[error(transparent)]
    Io(#[from] io::Error),
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
    index: PartIndex,
    tier: Tier,
    /// Stops the part when it is dropped.
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Supervisor {
    pub(crate) fn new(board: StatusBoard) -> Self {
        Self { board, parts: Vec::new() }
    }

    /// Starts a part. Work that ends before it is stopped, or panics, is restarted: first within a second,
    /// then after increasing delays.
    pub(crate) fn start<W>(
        &mut self,
        tier: Tier,
        name: String,
        work: impl Fn(CancellationToken) -> W + Send + 'static,
    ) where
        W: Future<Output = Result<(), PartError>> + Send,
    {
        let stop = CancellationToken::new();
        let (state, restarts, trouble) = (PartState::Running, 0, None);
        let index =
            self.board.add_part(PartStatus { name: name.clone(), state, restarts, trouble });
        let (board, stopping, part) = (self.board.clone(), stop.clone(), name.clone());
        let task = tokio::spawn(async move {
            let mut failures = 0;
            loop {
                let started = Instant::now();
                let outcome = AssertUnwindSafe(work(stopping.clone())).catch_unwind().await;
                let error = match outcome {
                    Ok(_) if stopping.is_cancelled() => break,
                    Ok(Ok(())) => PartError::Ended,
                    Ok(Err(error)) => error,
                    Err(_) => PartError::Panicked,
                };
                let why = error_chain(&error);
                failures = if started.elapsed() > STEADY { 1 } else { failures + 1 };
                let wait = Backoff::BACKGROUND.wait(failures - 1, fastrand::f64());
                tracing::error!(part, why, wait_s = wait.as_secs_f32(), "a part failed");
                let trouble = Some(board.retried(why, None, wait));
                board.part(index, |part| {
                    (part.state, part.trouble) = (PartState::Waiting, trouble);
                });
                tokio::select! {
                    biased;
                    () = stopping.cancelled() => break,
                    () = sleep(wait) => {}
                }
                board.part(index, |part| {
                    part.state = PartState::Running;
                    part.restarts += 1;
                });
            }
        });
        self.parts.push(Part { name, index, tier, stop: stop.drop_guard(), task });
    }

    /// Stops all parts, the last tier first, and waits for them within the limit; each tier has a third,
    /// so that one that hangs takes no time from those that hold more. Parts that have not stopped by then
    /// are aborted. Returns their names.
    pub(crate) async fn drain(mut self, limit: Duration) -> Vec<String> {
        let (mut until, mut ended) = (Instant::now(), Vec::new());
        for tier in [Tier::Listeners, Tier::Sinks, Tier::Keepers] {
            until += limit / 3;
            let parts: Vec<_> = self.parts.extract_if(.., |part| part.tier == tier).collect();
            let stopped = join_all(parts.into_iter().map(async |part| {
                let Part { name, index, stop, mut task, .. } = part;
                drop(stop);
                let stopped = timeout_at(until, &mut task).await.is_ok();
                task.abort();
                self.board.part(index, |part| part.state = PartState::Stopped);
                (!stopped).then_some(name)
            }));
            ended.extend(stopped.await.into_iter().flatten());
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};

    use housekey::clock::SystemClock;

    use super::*;

    fn board() -> StatusBoard {
        StatusBoard::new(Path::new("agent.toml"), SystemClock::shared())
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_fails_or_panics_is_started_again_and_takes_no_other_down() {
        let board = board();
        let mut supervisor = Supervisor::new(board.clone());
        supervisor.start(Tier::Sinks, "steady".to_owned(), async |stop: CancellationToken| {
            stop.cancelled().await;
            Ok(())
        });
        let tries = Arc::new(AtomicU32::new(0));
        let counted = tries.clone();
        supervisor.start(Tier::Sinks, "shaky".to_owned(), move |stop: CancellationToken| {
            let tries = counted.clone();
            async move {
                match tries.fetch_add(1, Ordering::SeqCst) {
                    0 => Err(PartError::NoSession),
                    1 => panic!("with a token in its text"),
                    2 => Ok(()),
                    _ => {
                        stop.cancelled().await;
                        Ok(())
                    }
                }
            }
        });
        board.until(|status| status.parts.iter().any(|part| part.restarts == 3)).await;
        let parts = board.status().parts;
        assert_eq!((parts[0].state, parts[0].restarts), (PartState::Running, 0));
        assert_eq!(parts[1].state, PartState::Running);
        assert_eq!(parts[1].trouble.as_ref().unwrap().text, "it ended before it was stopped");
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
            supervisor.start(tier, format!("{tier:?}"), move |stop: CancellationToken| {
                let order = order.clone();
                async move {
                    stop.cancelled().await;
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
