//! The changes of one Homey, each written down once, and the last of them kept.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use housekey::Homey;
use housekey::clock::SharedClock;
use housekey::mirror::{Change, Changes, Home, Kinds, Mirror};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// How many bytes of events are kept, and how many events, for those who come back.
const KEPT_BYTES: usize = 8 << 20;
const KEPT: usize = 8192;

/// How often something is said when nothing happens, so that nobody takes the connection for dead.
const BEAT: Duration = Duration::from_secs(15);

/// How long changes are gathered for so many listeners; with few they are told at once. A listener
/// costs some microseconds for each time it is woken.
const GATHER: Duration = Duration::from_millis(50);
const MANY: usize = 1000;

/// The most events that are told in one piece.
const PIECE: usize = 512;

/// How long the first copy of the home may take before listeners are let in without it.
const COMPLETE: Duration = Duration::from_secs(10);

/// What listeners share.
#[derive(Debug)]
pub(super) struct Feed {
    mirror: Mirror,
    /// Marks this feed's numbers: after a new start of the agent they begin anew.
    epoch: String,
    kept: Mutex<Kept>,
    news: watch::Sender<News>,
}

/// What wakes listeners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The number of the last event.
    pub(super) last: u64,
    /// How many beats there were.
    pub(super) beats: u64,
}

#[derive(Debug, Default)]
struct Kept {
    pieces: VecDeque<Arc<Piece>>,
    bytes: usize,
    events: usize,
}

/// Events that were told together.
#[derive(Debug)]
pub(super) struct Piece {
    /// The changes with where each stands in the text; their numbers follow each other.
    events: Vec<(Arc<Change>, Range<usize>)>,
    text: Bytes,
}

/// What stands at a place of what is kept.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing yet.
    Nothing,
    /// So many events are gone.
    Gone(u64),
    /// This piece begins there, or before.
    Piece(Arc<Piece>),
}

impl Feed {
    /// Begins to follow a Homey. The task ends when nobody holds the feed.
    ///
    /// # Errors
    /// Why the mirror cannot begin, in words.
    pub(super) async fn begin(homey: Homey, clock: SharedClock) -> Result<Arc<Self>, String> {
        let epoch = format!("{:x}", clock.now().as_millisecond());
        let mirror = Mirror::start(homey, Kinds::all(), clock).await;
        let mirror = mirror.map_err(|error| crate::board::in_words(&error))?;
        let _ = timeout(COMPLETE, mirror.complete()).await;
        let home = mirror.home();
        let changes = mirror.changes_after(home.seq());
        let news = watch::Sender::new(News { last: home.seq(), beats: 0 });
        let feed = Arc::new(Self { mirror, epoch, kept: Mutex::default(), news });
        tokio::spawn(follow(Arc::downgrade(&feed), changes));
        Ok(feed)
    }

    pub(super) fn home(&self) -> Arc<Home> {
        self.mirror.home()
    }

    pub(super) fn epoch(&self) -> &str {
        &self.epoch
    }

    pub(super) fn state(&self) -> String {
        self.mirror.status().borrow().state.to_string()
    }

    /// The number of the last event, and what tells of further ones.
    pub(super) fn news(&self) -> watch::Receiver<News> {
        self.news.subscribe()
    }

    /// The event with that number, and what was told together with it.
    pub(super) fn at(&self, seq: u64) -> Found {
        let last = self.news.borrow().last;
        if seq > last {
            return Found::Nothing;
        }
        let kept = self.kept();
        let place = kept.pieces.partition_point(|piece| piece.last() < Some(seq));
        match kept.pieces.get(place).map(|piece| (piece, piece.first())) {
            Some((_, Some(first))) if seq < first => Found::Gone(first - seq),
            Some((piece, _)) => Found::Piece(piece.clone()),
            None => Found::Gone(last + 1 - seq),
        }
    }

    fn tell(&self, changes: Vec<Arc<Change>>) {
        let Some(last) = changes.last().map(|change| change.seq) else { return };
        let piece = Piece::new(changes, &self.epoch);
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

    /// How long changes are gathered before they are told.
    fn gathering(&self) -> Duration {
        if self.news.receiver_count() < MANY { Duration::ZERO } else { GATHER }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells what the mirror tells. A gap of its own is one for everybody: the numbers jump.
async fn follow(feed: Weak<Feed>, mut changes: Changes) {
    let mut beat = Instant::now() + BEAT;
    loop {
        let next = tokio::select! {
            next = changes.next() => next,
            () = sleep_until(beat) => {
                beat += BEAT;
                let Some(feed) = feed.upgrade() else { return };
                feed.news.send_modify(|news| news.beats += 1);
                continue;
            }
        };
        let Some(first) = next else { return };
        let Some(held) = feed.upgrade() else { return };
        let gathering = held.gathering();
        drop(held);
        if !gathering.is_zero() {
            tokio::time::sleep(gathering).await;
        }
        let mut told: Vec<Arc<Change>> = first.into_iter().collect();
        while told.len() < PIECE
            && let Some(next) = changes.try_next()
        {
            // What follows a gap is no neighbour of what came before it.
            if let Ok(change) = next {
                if told.last().is_some_and(|before| before.seq + 1 != change.seq) {
                    let Some(feed) = feed.upgrade() else { return };
                    feed.tell(std::mem::take(&mut told));
                }
                told.push(change);
            }
        }
        let Some(feed) = feed.upgrade() else { return };
        feed.tell(told);
    }
}

impl Piece {
    fn new(changes: Vec<Arc<Change>>, epoch: &str) -> Self {
        let mut text = String::new();
        let mut write = |change: Arc<Change>| {
            let begin = text.len();
            write_event(&mut text, epoch, &change);
            (change, begin..text.len())
        };
        let events = changes.into_iter().map(&mut write).collect();
        Self { events, text: text.into() }
    }

    fn first(&self) -> Option<u64> {
        self.events.first().map(|(change, _)| change.seq)
    }

    fn last(&self) -> Option<u64> {
        self.events.last().map(|(change, _)| change.seq)
    }

    /// The next events from a number on that fit: as many as stand together. Tells also the number of
    /// the last one that was looked at.
    pub(super) fn after(
        &self,
        seq: u64,
        all: bool,
        fits: impl Fn(&Change) -> bool,
    ) -> (u64, Option<Bytes>) {
        let begin = self.events.partition_point(|(change, _)| change.seq < seq);
        let rest = self.events.get(begin..).unwrap_or_default();
        let looked = || self.last().unwrap_or(seq);
        if all {
            let from = rest.first().map_or(self.text.len(), |(_, place)| place.start);
            return (looked(), Some(self.text.slice(from..)));
        }
        let run = rest.iter().skip_while(|(change, _)| !fits(change));
        let mut span: Option<(u64, Range<usize>)> = None;
        for (change, place) in run.take_while(|(change, _)| fits(change)) {
            let begin = span.map_or(place.start, |(_, span)| span.start);
            span = Some((change.seq, begin..place.end));
        }
        match span {
            Some((seq, span)) => (seq, Some(self.text.slice(span))),
            None => (looked(), None),
        }
    }
}

/// `id`, `event` and `data` of a change. The data is JSON; where that has lines, each is marked.
fn write_event(text: &mut String, epoch: &str, change: &Change) {
    let json = serde_json::to_string(change).unwrap_or_default();
    let name = change.what.as_str();
    // Writing to memory does not fail.
    let _ = write!(text, "id: {epoch}-{}\nevent: {name}\n", change.seq);
    for line in json.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}
