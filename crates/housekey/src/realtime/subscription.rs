//! What a listener holds: a bounded queue of events, which tells how many it had to drop.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::Stream;
use futures_util::task::AtomicWaker;
use tokio::sync::mpsc;

use super::driver::Command;
use super::feed::Note;
use super::session::Event;
use crate::error::{Error, Loss, RealtimeError};

/// How many events wait for one listener; beyond that the oldest are dropped and counted. At the
/// fastest a home goes (some hundred events a second) that is many seconds.
const BOUND: usize = 4096;

/// The events of one URI, as a stream. Ends the subscription when it is dropped and nobody else
/// listens to the same URI.
///
/// [`RealtimeError::Lagged`] and [`RealtimeError::Gap`] come between events: some are missing, and
/// whoever keeps a copy of the state has to read it anew. Any other error is the last item.
#[derive(Debug)]
pub struct Subscription {
    uri: Arc<str>,
    inbox: Arc<Inbox>,
    release: mpsc::WeakSender<Command>,
    /// Kept alive by those who listen, so that the connection lasts as long as anybody does.
    _connection: mpsc::Sender<Command>,
}

impl Subscription {
    pub(super) fn new(uri: Arc<str>, inbox: Arc<Inbox>, connection: mpsc::Sender<Command>) -> Self {
        Self { uri, inbox, release: connection.downgrade(), _connection: connection }
    }

    /// What is listened to.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The next event, or what happened to the events; `None` once it is over.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        futures_util::StreamExt::next(self).await
    }
}

impl Stream for Subscription {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // Before the look, so that what is put in behind it wakes us.
        self.inbox.waker.register(context.waker());
        let mut queue = self.inbox.queue();
        if queue.lost > 0 {
            let count = std::mem::take(&mut queue.lost);
            let uri = self.uri.to_string();
            return Poll::Ready(Some(Err(RealtimeError::Lagged { uri, count }.into())));
        }
        match queue.notes.pop_front() {
            Some(Note::Event(event)) => Poll::Ready(Some(Ok(event))),
            Some(Note::Gap(_, why)) => {
                let uri = self.uri.to_string();
                Poll::Ready(Some(Err(RealtimeError::Gap { uri, why }.into())))
            }
            Some(Note::Over(_, error)) => Poll::Ready(Some(Err(error))),
            None => match queue.over.take() {
                Some(End::Untold(error)) => {
                    queue.over = Some(End::Told);
                    Poll::Ready(Some(Err(error)))
                }
                Some(End::Told) => {
                    queue.over = Some(End::Told);
                    Poll::Ready(None)
                }
                None => Poll::Pending,
            },
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.inbox.close();
        // If there is no room, the driver finds out when the next event comes.
        if let Some(release) = self.release.upgrade() {
            release.try_send(Command::Release(self.uri.clone())).ok();
        }
    }
}

/// The driver's side of one listener.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    waker: AtomicWaker,
    /// Whether it is of a [`super::feed::Feed`]: the end of one URI is not the end of all.
    of_many: bool,
}

#[derive(Debug, Default)]
struct Queue {
    notes: VecDeque<Note>,
    lost: u64,
    over: Option<End>,
}

#[derive(Debug)]
enum End {
    Untold(Error),
    Told,
}

impl Inbox {
    /// One for many URIs.
    pub(super) fn of_many() -> Self {
        Self { of_many: true, ..Self::default() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody still reads.
    pub(super) fn is_open(&self) -> bool {
        self.queue().over.is_none()
    }

    /// Puts an event in; `false` when nobody reads any more.
    pub(super) fn event(&self, event: Event) -> bool {
        self.put(Note::Event(event))
    }

    /// Tells that events of a URI may be missing.
    pub(super) fn gap(&self, uri: &Arc<str>, why: Loss) -> bool {
        self.put(Note::Gap(uri.clone(), why))
    }

    fn put(&self, note: Note) -> bool {
        let mut queue = self.queue();
        if queue.over.is_some() {
            return false;
        }
        if queue.notes.len() >= BOUND
            && let Some(oldest) = queue.notes.iter().position(|n| matches!(n, Note::Event(_)))
        {
            queue.notes.remove(oldest);
            queue.lost += 1;
        }
        queue.notes.push_back(note);
        drop(queue);
        self.waker.wake();
        true
    }

    /// Tells why there will be no more of a URI.
    pub(super) fn end(&self, uri: &Arc<str>, error: Error) {
        if self.of_many {
            self.put(Note::Over(uri.clone(), error));
            return;
        }
        let mut queue = self.queue();
        if queue.over.is_none() {
            queue.over = Some(End::Untold(error));
        }
        drop(queue);
        self.waker.wake();
    }

    /// Nobody reads any more.
    pub(super) fn close(&self) {
        self.queue().over = Some(End::Told);
    }

    /// Whom to wake when something comes.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Adds all that waits to `notes` and tells how many events were lost before it; `None` when
    /// there is nothing.
    pub(super) fn take(&self, notes: &mut Vec<Note>) -> Option<u64> {
        let mut queue = self.queue();
        if queue.notes.is_empty() && queue.lost == 0 {
            return None;
        }
        notes.extend(queue.notes.drain(..));
        Some(std::mem::take(&mut queue.lost))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn event(number: usize) -> Event {
        let data = RawValue::from_string(number.to_string()).unwrap();
        Event { uri: "a".into(), name: "capability".into(), data: data.into() }
    }

    fn subscription() -> (Subscription, Arc<Inbox>, mpsc::Receiver<Command>) {
        let (sender, receiver) = mpsc::channel(8);
        let inbox = Arc::new(Inbox::default());
        (Subscription::new("a".into(), inbox.clone(), sender), inbox, receiver)
    }

    #[tokio::test]
    async fn a_slow_listener_is_told_how_many_events_it_lost_and_gets_the_newest() {
        let (mut subscription, inbox, _driver) = subscription();
        for number in 0..BOUND + 3 {
            assert!(inbox.event(event(number)));
        }
        match subscription.next().await {
            Some(Err(Error::Realtime(RealtimeError::Lagged { uri, count: 3 }))) => {
                assert_eq!(uri, "a");
            }
            other => panic!("{other:?}"),
        }
        for number in 3..BOUND + 3 {
            let event = subscription.next().await.unwrap().unwrap();
            assert_eq!(event.data.get(), number.to_string());
        }
        assert!(inbox.queue().notes.is_empty());
    }

    #[tokio::test]
    async fn an_end_comes_after_what_was_still_waiting() {
        let (mut subscription, inbox, _driver) = subscription();
        inbox.event(event(1));
        inbox.gap(&"a".into(), Loss::Silent);
        inbox.end(&"a".into(), RealtimeError::Closed.into());
        assert!(!inbox.event(event(2)), "nobody waits behind an end");
        assert!(subscription.next().await.unwrap().is_ok());
        let gap = subscription.next().await.unwrap().unwrap_err().to_string();
        assert_eq!(gap, "events of a may be missing: the Homey stopped answering");
        let end = subscription.next().await.unwrap().unwrap_err().to_string();
        assert_eq!(end, "the live connection was closed");
        assert!(subscription.next().await.is_none());
        assert!(subscription.next().await.is_none());
    }

    #[tokio::test]
    async fn whoever_drops_it_is_noticed_at_once_and_at_the_next_event() {
        let (subscription, inbox, mut driver) = subscription();
        drop(subscription);
        assert!(matches!(driver.recv().await, Some(Command::Release(uri)) if &*uri == "a"));
        assert!(!inbox.is_open());
        assert!(!inbox.event(event(1)));
    }
}
