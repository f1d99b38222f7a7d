//! One subscription as a stream of events, from a bounded queue that counts what it drops.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::sync::mpsc;

use super::command::Command;
use super::inbox::{End, Inbox, QueueItem};
use super::session::Event;
use crate::error::{Error, RealtimeError};

/// The capacity that the queue keeps after a burst.
const ROOM: usize = 256;

/// The events of one URI, as a stream. Dropping the last one of a URI ends the subscription.
///
/// [`RealtimeError::Lagged`] and [`RealtimeError::Gap`] come between events: some are missing, and
/// a copy of the state has to be read anew. Any other error is the last item.
#[derive(Debug)]
pub struct Subscription {
    uri: Arc<str>,
    inbox: Arc<Inbox>,
    /// Taken from the inbox, all at once, and not yet read.
    unread: VecDeque<QueueItem>,
    release: mpsc::WeakSender<Command>,
    /// Keeps the connection open as long as there is a listener.
    _connection: mpsc::Sender<Command>,
}

impl Subscription {
    pub(super) fn new(uri: Arc<str>, inbox: Arc<Inbox>, connection: mpsc::Sender<Command>) -> Self {
        let (unread, release) = (VecDeque::new(), connection.downgrade());
        Self { uri, inbox, unread, release, _connection: connection }
    }

    /// The URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The next event, or an error about missing events; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        futures_util::StreamExt::next(self).await
    }
}

impl Stream for Subscription {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { uri, inbox, unread, .. } = self.get_mut();
        if let Some(item) = unread.pop_front() {
            return Poll::Ready(Some(into_item(item)));
        }
        if unread.capacity() > ROOM {
            *unread = VecDeque::new();
        }
        // Before the inbox is read, so that an item added afterwards wakes the task.
        inbox.waker.register(context.waker());
        let mut queue = inbox.queue();
        if queue.lost > 0 {
            let count = std::mem::take(&mut queue.lost);
            let uri = uri.to_string();
            return Poll::Ready(Some(Err(RealtimeError::Lagged { uri, count }.into())));
        }
        std::mem::swap(unread, &mut queue.items);
        queue.bytes = 0;
        match unread.pop_front() {
            Some(item) => Poll::Ready(Some(into_item(item))),
            None => match queue.over.take() {
                Some(End::Unreported(error)) => {
                    queue.over = Some(End::Reported);
                    Poll::Ready(Some(Err(error)))
                }
                Some(End::Reported) => {
                    queue.over = Some(End::Reported);
                    Poll::Ready(None)
                }
                None => Poll::Pending,
            },
        }
    }
}

/// The queue item as an item of the stream.
fn into_item(item: QueueItem) -> Result<Event, Error> {
    match item {
        QueueItem::Event(event) => Ok(event),
        QueueItem::Gap(uri, why) => Err(RealtimeError::Gap { uri: uri.to_string(), why }.into()),
        QueueItem::Over(_, error) => Err(error),
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.inbox.close();
        // If there is no room, the driver notices at the next event.
        if let Some(release) = self.release.upgrade() {
            release.try_send(Command::Release(self.uri.clone())).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::super::inbox::{BOUND, BOUND_BYTES};
    use super::*;
    use crate::error::Loss;

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
    async fn a_slow_listener_is_delivered_how_many_events_it_lost_and_gets_the_newest() {
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
        assert!(inbox.queue().items.is_empty());
    }

    #[tokio::test]
    async fn large_events_are_bounded_by_their_data() {
        let (mut subscription, inbox, _driver) = subscription();
        let text = format!("\"{}\"", "x".repeat(BOUND_BYTES / 4));
        let data = RawValue::from_string(text).unwrap();
        let large = Event { uri: "a".into(), name: "image".into(), data: data.into() };
        for _ in 0..10 {
            assert!(inbox.event(large.clone()));
        }
        match subscription.next().await {
            Some(Err(Error::Realtime(RealtimeError::Lagged { count: 7, .. }))) => {}
            other => panic!("{other:?}"),
        }
        for _ in 0..3 {
            assert!(subscription.next().await.unwrap().is_ok());
        }
        // An event larger than the limit is still delivered.
        let text = format!("\"{}\"", "x".repeat(BOUND_BYTES));
        let data = RawValue::from_string(text).unwrap();
        assert!(inbox.event(Event { data: data.into(), ..large }));
        assert!(subscription.next().await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn what_comes_while_some_is_unread_comes_behind_it() {
        let (mut subscription, inbox, _driver) = subscription();
        for number in 0..3 {
            inbox.event(event(number));
        }
        let mut read = vec![subscription.next().await.unwrap().unwrap()];
        inbox.event(event(3));
        for _ in 0..3 {
            read.push(subscription.next().await.unwrap().unwrap());
        }
        let read: Vec<_> = read.iter().map(|event| event.data.get()).collect();
        assert_eq!(read, ["0", "1", "2", "3"]);
        // Empty again: the next event wakes the reader.
        let futures = tokio::spawn(async move { subscription.next().await });
        tokio::task::yield_now().await;
        inbox.event(event(4));
        assert_eq!(futures.await.unwrap().unwrap().unwrap().data.get(), "4");
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
    async fn a_dropped_subscription_is_noticed_at_once_and_at_the_next_event() {
        let (subscription, inbox, mut driver) = subscription();
        drop(subscription);
        assert!(matches!(driver.recv().await, Some(Command::Release(uri)) if &*uri == "a"));
        assert!(!inbox.is_open());
        assert!(!inbox.event(event(1)));
    }
}
