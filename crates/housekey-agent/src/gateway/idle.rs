//! Idle detection: distinguishes a slow client from a stalled one.
//!
//! No timer is set for a request. Activity on a connection is counted, and the connection checks the
//! counters now and then.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep};

/// The phase of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// The client is expected to send a request.
    Reading = 0,
    /// We are to answer; that has limits of its own.
    Handling = 1,
    /// The caller is to take its answer.
    Writing = 2,
}

/// The counts of one connection.
#[derive(Debug, Default)]
pub(crate) struct ActivityCounter {
    phase: AtomicU8,
    /// Requests that have begun or ended.
    requests: AtomicU64,
    /// Reads and writes that moved something.
    transfers: AtomicU64,
}

/// A request on its way; the caller may begin the next one when it is dropped.
#[derive(Debug)]
pub(crate) struct RequestGuard(Arc<ActivityCounter>);

impl ActivityCounter {
    /// A request has come in whole.
    pub(super) fn begin_request(self: &Arc<Self>) -> RequestGuard {
        self.enter(Phase::Handling);
        RequestGuard(self.clone())
    }

    /// Whether the client is expected to send its next request.
    pub(super) fn is_idle(&self) -> bool {
        self.phase() == Phase::Reading
    }

    fn phase(&self) -> Phase {
        match self.phase.load(Relaxed) {
            0 => Phase::Reading,
            1 => Phase::Handling,
            _ => Phase::Writing,
        }
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Relaxed);
        self.requests.fetch_add(1, Relaxed);
    }

    /// Waits until the client has not begun a request, or has not taken anything of its response, for that
    /// time.
    pub(super) async fn idle_timeout(&self, limit: Duration) {
        let counts = || (self.requests.load(Relaxed), self.transfers.load(Relaxed));
        let (mut seen, mut since) = (counts(), Instant::now());
        loop {
            sleep(limit / 4).await;
            let now = counts();
            let alive = match self.phase() {
                // Bytes of a request that never becomes one do not count.
                Phase::Reading => now.0 != seen.0,
                Phase::Handling => true,
                Phase::Writing => now != seen,
            };
            if alive {
                (seen, since) = (now, Instant::now());
            } else if since.elapsed() >= limit {
                return;
            }
        }
    }
}

impl RequestGuard {
    /// The answer begins.
    pub(super) fn begin_response(&self) {
        self.0.enter(Phase::Writing);
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.enter(Phase::Reading);
    }
}

/// A stream whose reads and writes are counted.
#[derive(Debug)]
pub(super) struct CountedStream<S> {
    stream: S,
    activity: Arc<ActivityCounter>,
}

impl<S> CountedStream<S> {
    pub(super) fn new(stream: S, activity: Arc<ActivityCounter>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for CountedStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if read.is_ready() {
            this.activity.transfers.fetch_add(1, Relaxed);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CountedStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        if written.is_ready() {
            this.activity.transfers.fetch_add(1, Relaxed);
        }
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, parts);
        if written.is_ready() {
            this.activity.transfers.fetch_add(1, Relaxed);
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::time::advance;

    use super::*;

    /// After how many seconds the connection times out, with a limit of four. A letter for each second:
    /// `r` request, `a` answer, `e` its end, `m` something moves.
    async fn seconds_until_timeout(seconds: &str) -> Option<usize> {
        let activity = Arc::new(ActivityCounter::default());
        let mut stopped = Box::pin(activity.idle_timeout(Duration::from_secs(4)));
        for (second, what) in seconds.chars().enumerate() {
            match what {
                'r' => std::mem::forget(activity.begin_request()),
                'a' => activity.enter(Phase::Writing),
                'e' => activity.enter(Phase::Reading),
                'm' => drop(activity.transfers.fetch_add(1, Relaxed)),
                _ => {}
            }
            // The timers are set before the clock moves.
            let _ = (&mut stopped).now_or_never();
            advance(Duration::from_secs(1)).await;
            if (&mut stopped).now_or_never().is_some() {
                return Some(second + 1);
            }
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_move_is_noticed_and_who_waits_for_us_is_not() {
        for (what, seconds, want) in [
            ("says nothing", ".........", Some(4)),
            ("says a letter each second", "mmmmmmmmm", Some(4)),
            ("waits for us", "r...................", None),
            ("takes its answer slowly", "am.m.m..m..m..m.m.m", None),
            ("takes no answer", "ra.........", Some(6)),
            ("asks again", "...re..........", Some(9)),
        ] {
            assert_eq!(seconds_until_timeout(seconds).await, want, "{what}");
        }
    }
}
