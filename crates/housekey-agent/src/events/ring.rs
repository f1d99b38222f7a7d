//! The last events, each written down once for all who listen.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use housekey::mirror::Change;
use tokio::sync::watch;

/// How many bytes of events are kept, and how many events, for those who come back.
const KEPT_BYTES: usize = 8 << 20;
const KEPT: usize = 8192;

/// The last events of one Homey.
#[derive(Debug)]
pub(super) struct Ring {
    /// Marks its numbers: after a new start of the agent they begin anew.
    pub(super) epoch: String,
    kept: Mutex<RingBuffer>,
    news: watch::Sender<RingHead>,
}

/// What wakes listeners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RingHead {
    /// The number of the last event.
    pub(super) last: u64,
    /// How many beats there were.
    pub(super) beats: u64,
}

#[derive(Debug, Default)]
struct RingBuffer {
    pieces: VecDeque<Arc<Batch>>,
    bytes: usize,
    events: usize,
}

/// Events that were told together; their numbers follow each other.
#[derive(Debug)]
pub(super) struct Batch {
    /// Each change, and where it stands in the text.
    events: Vec<(Arc<Change>, Range<usize>)>,
    text: Bytes,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum Lookup {
    /// Nothing yet.
    Nothing,
    /// So many events are gone.
    Gone(u64),
    /// The piece that the event is in.
    Batch(Arc<Batch>),
}

impl Ring {
    /// An empty one, which goes on after that number.
    pub(super) fn new(epoch: String, last: u64) -> Self {
        let news = watch::Sender::new(RingHead { last, beats: 0 });
        Self { epoch, kept: Mutex::default(), news }
    }

    /// The number of the last event, and what tells of further ones.
    pub(super) fn news(&self) -> watch::Receiver<RingHead> {
        self.news.subscribe()
    }

    /// How many there are to be woken.
    pub(super) fn listeners(&self) -> usize {
        self.news.receiver_count()
    }

    /// The event with that number, and what was told together with it.
    pub(super) fn at(&self, seq: u64) -> Lookup {
        let last = self.news.borrow().last;
        if seq > last {
            return Lookup::Nothing;
        }
        let kept = self.kept();
        let place = kept.pieces.partition_point(|piece| piece.last() < Some(seq));
        match kept.pieces.get(place).map(|piece| (piece, piece.first())) {
            Some((_, Some(first))) if seq < first => Lookup::Gone(first - seq),
            Some((piece, _)) => Lookup::Batch(piece.clone()),
            None => Lookup::Gone(last + 1 - seq),
        }
    }

    /// Keeps changes whose numbers follow each other, wakes who listens, and lets go of the oldest.
    pub(super) fn tell(&self, changes: Vec<Arc<Change>>) {
        let Some(last) = changes.last().map(|change| change.seq) else { return };
        let piece = Batch::new(changes, &self.epoch);
        let mut kept = self.kept();
        kept.bytes += piece.text.len();
        kept.events += piece.events.len();
        kept.pieces.push_back(Arc::new(piece));
        while kept.pieces.len() > 1
            && (kept.bytes > KEPT_BYTES || kept.events > KEPT)
            && let Some(oldest) = kept.pieces.pop_front()
        {
            kept.bytes -= oldest.text.len();
            kept.events -= oldest.events.len();
        }
        drop(kept);
        self.news.send_modify(|news| news.last = last);
    }

    /// Makes everybody say something.
    pub(super) fn beat(&self) {
        self.news.send_modify(|news| news.beats += 1);
    }

    fn kept(&self) -> MutexGuard<'_, RingBuffer> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The next events that fit, from a number on: as many as stand together, without a copy. Tells
    /// also the number of the last one that was looked at.
    pub(super) fn from(&self, seq: u64, fits: impl Fn(&Change) -> bool) -> (u64, Option<Bytes>) {
        let begin = self.events.partition_point(|(change, _)| change.seq < seq);
        let rest = self.events.get(begin..).unwrap_or_default();
        let run = rest.iter().skip_while(|(change, _)| !fits(change));
        let mut span: Option<(u64, Range<usize>)> = None;
        for (change, place) in run.take_while(|(change, _)| fits(change)) {
            let begin = span.map_or(place.start, |(_, span)| span.start);
            span = Some((change.seq, begin..place.end));
        }
        match span {
            Some((seq, span)) => (seq, Some(self.text.slice(span))),
            None => (self.last().unwrap_or(seq), None),
        }
    }
}

/// `id`, `event` and `data` of a change. The data is JSON; where that has lines, each is marked.
fn write_event(text: &mut String, epoch: &str, change: &Change) {
    let json = serde_json::to_string(change).unwrap_or_default();
    // Writing to memory does not fail.
    let _ = write!(text, "id: {epoch}-{}\nevent: {}\n", change.seq, change.what.as_str());
    for line in json.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}
