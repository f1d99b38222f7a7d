//! The sessions of clients that begin with a handshake: a bounded number for each key.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::Stream;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::WorkerTransport;
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError, LocalSessionWorker,
};
use rmcp::transport::streamable_http_server::session::{
    ServerSseMessage, SessionId, SessionManager,
};

/// The most sessions of a key; one more ends the one that was not used for the longest time.
pub(super) const MOST: usize = 32;

/// How long a session may be idle.
const IDLE: Duration = Duration::from_secs(3600);

pub(super) struct Sessions {
    local: LocalSessionManager,
    /// The least recently used first.
    order: Mutex<VecDeque<SessionId>>,
}

type SessionOutcome<T> = Result<T, LocalSessionManagerError>;

impl Sessions {
    pub(super) fn new() -> Self {
        let mut local = LocalSessionManager::default();
        local.session_config.keep_alive = Some(IDLE);
        Self { local, order: Mutex::default() }
    }

    fn order<T>(&self, change: impl FnOnce(&mut VecDeque<SessionId>) -> T) -> T {
        change(&mut self.order.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note_use(&self, id: &SessionId) {
        self.order(|order| {
            if let Some(place) = order.iter().position(|one| one == id) {
                order.remove(place);
                order.push_back(id.clone());
            }
        });
    }
}

impl SessionManager for Sessions {
    type Error = LocalSessionManagerError;
    type Transport = WorkerTransport<LocalSessionWorker>;

    async fn create_session(&self) -> SessionOutcome<(SessionId, Self::Transport)> {
        while let Some(oldest) = self.order(|order| match order.len() {
            MOST.. => order.pop_front(),
            _ => None,
        }) {
            self.local.close_session(&oldest).await?;
        }
        let (id, transport) = self.local.create_session().await?;
        self.order(|order| order.push_back(id.clone()));
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> SessionOutcome<ServerJsonRpcMessage> {
        self.local.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> SessionOutcome<bool> {
        self.local.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> SessionOutcome<()> {
        self.order(|order| order.retain(|one| one != id));
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> SessionOutcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.note_use(id);
        self.local.create_stream(id, message).await
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> SessionOutcome<()> {
        self.note_use(id);
        self.local.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> SessionOutcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.local.create_standalone_stream(id).await
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> SessionOutcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.local.resume(id, last_event_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_more_than_the_most_ends_the_least_recently_used() {
        let sessions = Sessions::new();
        let mut ids = Vec::new();
        for _ in 0..MOST {
            ids.push(sessions.create_session().await.unwrap());
        }
        sessions.note_use(&ids[0].0);
        let _newest = sessions.create_session().await.unwrap();
        assert!(sessions.has_session(&ids[0].0).await.unwrap(), "used meanwhile");
        assert!(!sessions.has_session(&ids[1].0).await.unwrap());
        assert_eq!(sessions.order(|order| order.len()), MOST);
        sessions.close_session(&ids[0].0).await.unwrap();
        assert_eq!(sessions.order(|order| order.len()), MOST - 1);
    }
}
