//! The last events, each written down once for all who listen.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use housekey::mirror::Change;
use tokio::sync::watch;

use crate::mutex::lock_unpoisoned;

/// How many bytes of events are kept, and how many events, for clients that reconnect.
const KEPT_BYTES: usize = 8 << 20;
const KEPT_EVENTS: usize = 8192;

/// The last events of one Homey.
#[derive(Debug)]
pub(super) struct Ring {
    /// Marks its numbers: after a new start of the agent they begin anew.
    pub(super) epoch: String,
    buffer: Mutex<RingBuffer>,
    head: watch::Sender<RingHead>,
}

/// The position of the ring, which wakes listeners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RingHead {
    /// The number of the last event.
    pub(super) last: u64,
    /// How many heartbeats there were.
    pub(super) heartbeats: u64,
}

#[derive(Debug, Default)]
struct RingBuffer {
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
    events: usize,
}

/// Events that were pushed together; their numbers are consecutive.
#[derive(Debug)]
pub(super) struct Batch {
    /// Each change, and where it stands in the text.
    events: Vec<(Arc<Change>, Range<usize>)>,
    text: Bytes,
}

/// The result of a lookup.
#[derive(Debug)]
pub(super) enum Lookup {
    /// Nothing yet.
    Pending,
    /// The event is gone, with this number of others.
    Gone(u64),
    /// The piece that the event is in.
    Batch(Arc<Batch>),
}

impl Ring {
    /// An empty ring that continues after that number.
    pub(super) fn new(epoch: String, last: u64) -> Self {
        let head = watch::Sender::new(RingHead { last, heartbeats: 0 });
        Self { epoch, buffer: Mutex::default(), head }
    }

    /// Subscribes to the position of the ring.
    pub(super) fn head(&self) -> watch::Receiver<RingHead> {
        self.head.subscribe()
    }

    /// How many listeners there are.
    pub(super) fn listener_count(&self) -> usize {
        self.head.receiver_count()
    }

    /// The batch that holds the event with that number.
    pub(super) fn lookup(&self, seq: u64) -> Lookup {
        let last = self.head.borrow().last;
        if seq > last {
            return Lookup::Pending;
        }
        let buffer = self.buffer();
        let index = buffer.batches.partition_point(|batch| batch.last() < Some(seq));
        match buffer.batches.get(index).map(|batch| (batch, batch.first())) {
            Some((_, Some(first))) if seq < first => Lookup::Gone(first - seq),
            Some((batch, _)) => Lookup::Batch(batch.clone()),
            None => Lookup::Gone(last + 1 - seq),
        }
    }

    /// Keeps changes whose numbers follow each other, wakes who listens, and lets go of the oldest.
    pub(super) fn push(&self, changes: Vec<Arc<Change>>) {
        let Some(last) = changes.last().map(|change| change.seq) else { return };
        let batch = Batch::new(changes, &self.epoch);
        let mut buffer = self.buffer();
        buffer.bytes += batch.text.len();
        buffer.events += batch.events.len();
        buffer.batches.push_back(Arc::new(batch));
        while buffer.batches.len() > 1
            && (buffer.bytes > KEPT_BYTES || buffer.events > KEPT_EVENTS)
            && let Some(oldest) = buffer.batches.pop_front()
        {
            buffer.bytes -= oldest.text.len();
            buffer.events -= oldest.events.len();
        }
        drop(buffer);
        self.head.send_modify(|head| head.last = last);
    }

    /// Makes every listener send a heartbeat.
    pub(super) fn heartbeat(&self) {
        self.head.send_modify(|head| head.heartbeats += 1);
    }

    fn buffer(&self) -> MutexGuard<'_, RingBuffer> {
        lock_unpoisoned(&self.buffer)
    }
}

impl Batch {
    fn new(changes: Vec<Arc<Change>>, epoch: &str) -> Self {
        let mut text = String::new();
        let write = |change: Arc<Change>| {
            let begin = text.len();
            write_event(&mut text, epoch, &change);
            (change, begin..text.len())
        };
        let events = changes.into_iter().map(write).collect();
        Self { events, text: text.into() }
    }

    fn first(&self) -> Option<u64> {
        self.events.first().map(|(change, _)| change.seq)
    }

    fn last(&self) -> Option<u64> {
        self.events.last().map(|(change, _)| change.seq)
    }

    /// The next events that fit, from a number on: as many as are contiguous, without a copy; and the number
    /// of the last one that was looked at.
    pub(super) fn from(&self, seq: u64, matches: impl Fn(&Change) -> bool) -> (u64, Option<Bytes>) {
        let begin = self.events.partition_point(|(change, _)| change.seq < seq);
        let rest = self.events.get(begin..).unwrap_or_default();
        let run = rest.iter().skip_while(|(change, _)| !matches(change));
        let mut span: Option<(u64, Range<usize>)> = None;
        for (change, index) in run.take_while(|(change, _)| matches(change)) {
            let begin = span.map_or(index.start, |(_, span)| span.start);
            span = Some((change.seq, begin..index.end));
        }
        match span {
            Some((seq, span)) => (seq, Some(self.text.slice(span))),
            None => (self.last().unwrap_or(seq), None),
        }
    }
}

/// `id`, `event` and `data` of a change. The data is JSON; each line of it is marked.
fn write_event(text: &mut String, epoch: &str, change: &Change) {
    let json = serde_json::to_string(change).unwrap_or_default();
    // Writing to memory does not fail.
    let _ = write!(text, "id: {epoch}-{}\nevent: {}\n", change.seq, change.what.as_str());
    for line in json.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}
