//! One listener: where it is in what is kept, and what it wants.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use super::feed::Feed;
use super::filter::Filter;
use super::ring::{Lookup, Ring, RingHead};
use tokio_util::sync::CancellationToken;

/// How long a browser waits before it reconnects, in milliseconds.
const RETRY_MS: u32 = 2000;

/// The position that a listener starts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartPosition<'a> {
    /// With what happens from now on.
    Now,
    /// After the event of that id.
    After(&'a str),
}

/// A client that listens.
pub(super) struct EventListener {
    ring: Arc<Ring>,
    filter: Filter,
    head: watch::Receiver<RingHead>,
    /// The number of the last event that was looked at.
    seq: u64,
    heartbeats: u64,
    /// What is sent before all events.
    greeting: Option<Bytes>,
    stop: CancellationToken,
}

impl EventListener {
    pub(super) fn new(
        feed: &Feed,
        filter: Filter,
        start: StartPosition<'_>,
        stop: CancellationToken,
    ) -> Self {
        Self::of(feed.ring(), feed.state(), filter, start, stop)
    }

    fn of(
        ring: Arc<Ring>,
        state: &str,
        filter: Filter,
        start: StartPosition<'_>,
        stop: CancellationToken,
    ) -> Self {
        let head = ring.head();
        let RingHead { last, heartbeats } = *head.borrow();
        let resumed = match start {
            StartPosition::Now => Ok(last),
            StartPosition::After(id) => resume(id, &ring.epoch, last),
        };
        let (seq, gap) = match resumed {
            Ok(seq) => (seq, ""),
            // What was missed cannot be counted: the id belongs to an earlier run of the agent.
            Err(UnknownId) => (last, "event: gap\ndata: {\"missed\":null}\n\n"),
        };
        let greeting = format!(
            "retry: {RETRY_MS}\nid: {}-{seq}\nevent: ready\ndata: {{\"state\":\"{state}\"}}\n\n{gap}",
            ring.epoch,
        );
        Self { ring, filter, head, seq, heartbeats, greeting: Some(greeting.into()), stop }
    }

    /// The next bytes to send; waits for them. `None` at the end. Safe to drop half-way.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            let head = *self.head.borrow_and_update();
            if let Some(bytes) = self.available() {
                self.heartbeats = head.heartbeats;
                return Some(bytes);
            }
            if head.heartbeats > self.heartbeats {
                self.heartbeats = head.heartbeats;
                return Some(Bytes::from_static(b":\n\n"));
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                // The ring lives as long as we do.
                changed = self.head.changed() => changed.ok()?,
            }
        }
    }

    /// The next bytes that are in the ring already.
    fn available(&mut self) -> Option<Bytes> {
        loop {
            match self.ring.lookup(self.seq + 1) {
                Lookup::Pending => return None,
                Lookup::Gone(missed) => {
                    self.seq += missed;
                    let (epoch, seq) = (&self.ring.epoch, self.seq);
                    let gap =
                        format!("id: {epoch}-{seq}\nevent: gap\ndata: {{\"missed\":{missed}}}\n\n");
                    return Some(gap.into());
                }
                Lookup::Batch(batch) => {
                    let from = self.seq + 1;
                    let (seq, found) = batch.from(from, |change| self.filter.matches(change));
                    self.seq = seq.max(from);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
    }
}

/// The id is of another feed.
#[derive(Debug, PartialEq, Eq)]
struct UnknownId;

/// The number in an id, if it is of this feed and has been.
fn resume(id: &str, epoch: &str, last: u64) -> Result<u64, UnknownId> {
    let (of, seq) = id.rsplit_once('-').ok_or(UnknownId)?;
    let seq = seq.parse().map_err(|_| UnknownId)?;
    if of == epoch && seq <= last { Ok(seq) } else { Err(UnknownId) }
}

#[cfg(test)]
mod tests;
