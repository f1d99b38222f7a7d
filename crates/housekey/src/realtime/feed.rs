//! The events of many URIs in one bounded queue, in the order in which they came.

use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{mpsc, oneshot};

use super::command::Command;
use super::inbox::{Inbox, Note};
use crate::error::{Error, RealtimeError};

/// Listens to any number of URIs. Ends its subscriptions when it is dropped, where nobody else
/// listens to them.
#[derive(Debug)]
pub(crate) struct Feed {
    inbox: Arc<Inbox>,
    connection: mpsc::Sender<Command>,
}

impl Feed {
    pub(super) fn new(connection: mpsc::Sender<Command>) -> Self {
        Self { inbox: Arc::new(Inbox::of_many()), connection }
    }

    /// Asks to listen to one more URI, once: what is added twice comes twice. Done when the request
    /// is on its way; what it gives tells whether it was granted, failing as
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

    /// Waits until something has come, adds all of it to `notes`, and tells how many events before
    /// it were lost because nobody took them fast enough. Gaps and ends are never lost.
    pub(crate) async fn take(&self, notes: &mut Vec<Note>) -> u64 {
        std::future::poll_fn(|context| {
            self.inbox.register(context.waker());
            self.inbox.take(notes).map_or(Poll::Pending, Poll::Ready)
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
