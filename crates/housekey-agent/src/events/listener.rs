//! One listener: where it is in what is kept, and what it wants.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, stream};
use housekey::clock::SharedClock;
use jiff::Timestamp;
use tokio::sync::watch;

use super::feed::{Feed, Found, News};
use super::filter::Filter;
use crate::supervisor::Stop;

/// How long a browser waits before it comes back, in milliseconds.
const RETRY_MS: u32 = 2000;

/// Where somebody wants to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// With what happens from now on.
    Now,
    /// After the event of that id.
    After(&'a str),
}

/// Somebody who listens.
pub(super) struct Listener {
    feed: Arc<Feed>,
    filter: Filter,
    news: watch::Receiver<News>,
    /// The number of the last event that was looked at.
    seq: u64,
    beats: u64,
    /// What is said before all events.
    greeting: Option<Bytes>,
    end: End,
}

/// When it is over.
pub(super) struct End {
    /// With the agent.
    pub(super) stop: Stop,
    pub(super) clock: SharedClock,
    /// With the key: looked at with every beat.
    pub(super) at: Option<Timestamp>,
}

impl Listener {
    pub(super) fn new(feed: Arc<Feed>, filter: Filter, place: Place<'_>, end: End) -> Self {
        let news = feed.news();
        let News { last, beats } = *news.borrow();
        let known = match place {
            Place::Now => Ok(last),
            Place::After(id) => resumed(id, feed.epoch(), last),
        };
        let (seq, lost) = match known {
            Ok(seq) => (seq, ""),
            // What was missed cannot be counted: it belongs to an agent that is gone.
            Err(Elsewhere) => (last, "event: gap\ndata: {\"missed\":null}\n\n"),
        };
        let greeting = format!(
            "retry: {RETRY_MS}\nid: {}-{seq}\nevent: ready\ndata: {{\"state\":\"{}\"}}\n\n{lost}",
            feed.epoch(),
            feed.state(),
        );
        Self { feed, filter, news, seq, beats, greeting: Some(greeting.into()), end }
    }

    /// What is to be sent, piece by piece; ends with the agent.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut listener| async {
            let next = listener.next().await?;
            Some((Ok(next), listener))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            let news = *self.news.borrow_and_update();
            if let Some(bytes) = self.there() {
                self.beats = news.beats;
                return Some(bytes);
            }
            if news.beats > self.beats {
                self.beats = news.beats;
                let over = self.end.at.is_some_and(|at| at <= self.end.clock.now());
                return (!over).then(|| Bytes::from_static(b":\n\n"));
            }
            tokio::select! {
                () = self.end.stop.requested() => return None,
                // The feed lives as long as we do.
                changed = self.news.changed() => changed.ok()?,
            }
        }
    }

    /// What there is already.
    fn there(&mut self) -> Option<Bytes> {
        loop {
            match self.feed.at(self.seq + 1) {
                Found::Nothing => return None,
                Found::Gone(missed) => {
                    self.seq += missed;
                    let id = format!("{}-{}", self.feed.epoch(), self.seq);
                    let gap = format!("id: {id}\nevent: gap\ndata: {{\"missed\":{missed}}}\n\n");
                    return Some(gap.into());
                }
                Found::Piece(piece) => {
                    let filter = &self.filter;
                    let from = self.seq + 1;
                    let (seq, found) =
                        piece.after(from, filter.is_all(), |change| filter.fits(change));
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
struct Elsewhere;

/// The number in an id, if it is of this feed and has been.
fn resumed(id: &str, epoch: &str, last: u64) -> Result<u64, Elsewhere> {
    let (of, seq) = id.rsplit_once('-').ok_or(Elsewhere)?;
    let seq = seq.parse().map_err(|_| Elsewhere)?;
    if of == epoch && seq <= last { Ok(seq) } else { Err(Elsewhere) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_others_are_no_place_here() {
        for (id, want) in [
            ("e1-7", Ok(7)),
            ("e1-9", Ok(9)),
            ("e1-0", Ok(0)),
            ("e1-10", Err(Elsewhere)),
            ("e0-7", Err(Elsewhere)),
            ("7", Err(Elsewhere)),
            ("e1-", Err(Elsewhere)),
            ("e1-x", Err(Elsewhere)),
        ] {
            assert_eq!(resumed(id, "e1", 9), want, "{id}");
        }
    }
}
