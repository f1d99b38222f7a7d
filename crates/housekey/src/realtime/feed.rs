//! The events of many URIs in one bounded queue, in the order in which they came.

use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{mpsc, oneshot};

use super::command::Command;
use super::inbox::{Inbox, QueueItem};
use crate::error::{Error, RealtimeError};

/// Listens to any number of URIs. Dropping it ends those subscriptions that have no other
/// listener.
#[derive(Debug)]
pub(crate) struct Feed {
    inbox: Arc<Inbox>,
    connection: mpsc::Sender<Command>,
}

impl Feed {
    pub(super) fn new(connection: mpsc::Sender<Command>) -> Self {
        Self { inbox: Arc::new(Inbox::shared()), connection }
    }

    /// Adds a URI; one that is added twice is delivered twice. Returns once the request is on its
    /// way; the inner future resolves when it is granted, or fails as
    /// [`super::Realtime::subscribe`] does.
    pub(crate) async fn add(
        &self,
        uri: Arc<str>,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let (reply, granted) = oneshot::channel();
        let command = Command::Subscribe { uri, inbox: self.inbox.clone(), reply };
        // Where the connection has ended, the reply goes with the command.
        self.connection.send(command).await.ok();
        async { granted.await.map_err(|_| RealtimeError::Closed)? }
    }

    /// Stops listening to a URI.
    pub(crate) async fn remove(&self, uri: Arc<str>) {
        // Where the connection has ended there is nothing to stop.
        self.connection.send(Command::Leave { uri, inbox: self.inbox.clone() }).await.ok();
    }

    /// Waits for items and moves all of them to `items`. Returns how many events before them were
    /// lost because the queue was full; gaps and ends are never lost.
    pub(crate) async fn drain(&self, items: &mut Vec<QueueItem>) -> u64 {
        std::future::poll_fn(|context| {
            self.inbox.register(context.waker());
            self.inbox.drain(items).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.inbox.close();
        // If there is no room, the driver finds out by the next event of each URI.
        self.connection.try_send(Command::Sweep).ok();
    }
}
