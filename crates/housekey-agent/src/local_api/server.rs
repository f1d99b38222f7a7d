//! The server of the local API: access rights and answers.

use std::io;
use std::os::unix::net::UnixListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Answer, Link, Request};
use crate::counters::GatewayCounters;
use crate::dashboard::LinkMaker;
use crate::status::Status;
use crate::status_board::StatusBoard;
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;

/// The longest question, in bytes.
const MAX_REQUEST_BYTES: u64 = 8192;

/// How many clients may be connected: the agent's own user and the superuser, and all others together.
const MAX_OWN_CLIENTS: usize = 64;
const MAX_OTHER_CLIENTS: usize = 16;

/// How long the server pauses after the system has refused to accept.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// How long a client may take to send its request, and then to read.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(5);

/// A request that changes the agent.
#[derive(Debug)]
pub(crate) enum ControlRequest {
    /// Stop.
    Stop,
    /// Reload the settings, and report what is wrong with them.
    Reload(oneshot::Sender<Result<(), String>>),
}

/// Access rights, by the user id that the system vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The user the agent runs as.
    pub(crate) own: u32,
    /// Other users who may read.
    pub(crate) readers: Vec<u32>,
}

impl Rights {
    /// Whether a user may send that request: the agent's own and the superuser any, readers the status.
    fn allow(&self, user: u32, request: &Request) -> bool {
        user == self.own
            || user == 0
            || (*request == Request::Status && self.readers.contains(&user))
    }
}

/// The socket and what its answers are made of.
#[derive(Debug, Clone)]
pub(crate) struct LocalApi {
    pub(crate) listener: Arc<StdListener>,
    pub(crate) rights: Rights,
    pub(crate) board: StatusBoard,
    /// The counters of the gateway, if there is one.
    pub(crate) counts: Option<Arc<GatewayCounters>>,
    pub(crate) control: mpsc::Sender<ControlRequest>,
    /// Makes links to the dashboard, if a browser reaches one.
    pub(crate) links: Option<LinkMaker>,
}

/// The room for those who are connected: other users never use up that of the agent's own.
#[derive(Debug)]
struct ClientLimit {
    own: Arc<Semaphore>,
    others: Arc<Semaphore>,
}

impl Default for ClientLimit {
    fn default() -> Self {
        let limit = |places| Arc::new(Semaphore::new(places));
        Self { own: limit(MAX_OWN_CLIENTS), others: limit(MAX_OTHER_CLIENTS) }
    }
}

impl ClientLimit {
    /// A place, if there is one.
    fn try_acquire(&self, own: bool) -> Option<OwnedSemaphorePermit> {
        let limit = if own { &self.own } else { &self.others };
        limit.clone().try_acquire_owned().ok()
    }
}

impl LocalApi {
    /// Serves requests until it is stopped; those that have arrived by then are still answered.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let listener = self.listener()?;
        let mut clients = JoinSet::new();
        let limit = ClientLimit::default();
        loop {
            let client = tokio::select! {
                () = stop.cancelled() => break,
                _ = clients.join_next(), if !clients.is_empty() => continue,
                client = listener.accept() => client,
            };
            let Ok((client, _)) = client else {
                // A client that has closed again does not matter; too many open files may pass.
                sleep(ACCEPT_RETRY).await;
                continue;
            };
            let Ok(user) = client.peer_cred().map(|client| client.uid()) else { continue };
            let Some(permit) = limit.try_acquire(user == self.rights.own || user == 0) else {
                continue;
            };
            let api = self.clone();
            clients.spawn(async move {
                // A client that leaves, or sends nothing, does not matter.
                let _ = timeout(CLIENT_TIMEOUT * 4, api.serve(client, user)).await;
                drop(permit);
            });
        }
        while clients.join_next().await.is_some() {}
        Ok(())
    }

    fn listener(&self) -> io::Result<UnixListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        UnixListener::from_std(listener)
    }

    async fn serve(&self, mut client: UnixStream, user: u32) -> io::Result<()> {
        let (read, mut write) = client.split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(MAX_REQUEST_BYTES));
        timeout(CLIENT_TIMEOUT, read.read_line(&mut line)).await??;
        let answer = match serde_json::from_str(&line) {
            Ok(request) if self.rights.allow(user, &request) => self.answer(request).await,
            Ok(_) => Answer::Refused(format!("user {user} may not do that")),
            Err(_) => Answer::Refused("this agent does not know that request".to_owned()),
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        timeout(CLIENT_TIMEOUT, write.write_all(&text)).await?
    }

    fn link(&self, scopes: Option<Vec<String>>) -> Answer {
        let Some(links) = &self.links else {
            let why = "there is no dashboard that a browser reaches: agent.toml needs a section \
                       [dashboard], and an address in `listen`";
            return Answer::Refused(why.to_owned());
        };
        let scopes = scopes.map(|words| words.iter().map(|word| word.parse()).collect());
        match scopes.transpose() {
            Ok(scopes) => Answer::Link(Link(links.link(scopes).expose().to_owned())),
            Err(why) => Answer::Refused(why),
        }
    }

    async fn answer(&self, request: Request) -> Answer {
        match request {
            Request::Status => {
                let gateway = self.counts.as_ref().map(|counts| counts.status());
                Answer::Status(Box::new(Status { gateway, ..self.board.status() }))
            }
            Request::Open { scopes } => self.link(scopes),
            Request::Stop => {
                // One that does not listen any more is stopping already.
                let _ = self.control.send(ControlRequest::Stop).await;
                Answer::Done
            }
            Request::Reload => {
                let (reply, outcome) = oneshot::channel();
                let _ = self.control.send(ControlRequest::Reload(reply)).await;
                match outcome.await {
                    Ok(Ok(())) => Answer::Done,
                    Ok(Err(why)) => Answer::Refused(why),
                    Err(_) => Answer::Refused("it is stopping".to_owned()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_users_take_no_place_of_our_own() {
        let limit = ClientLimit::default();
        let others: Vec<_> = (0..100).filter_map(|_| limit.try_acquire(false)).collect();
        let own: Vec<_> = (0..100).filter_map(|_| limit.try_acquire(true)).collect();
        assert_eq!((others.len(), own.len()), (MAX_OTHER_CLIENTS, MAX_OWN_CLIENTS));
    }

    #[test]
    fn reading_and_changing_are_separate_rights() {
        let rights = Rights { own: 990, readers: vec![1001] };
        for (user, request, want) in [
            (990, Request::Status, true),
            (990, Request::Stop, true),
            (0, Request::Reload, true),
            (1001, Request::Status, true),
            (1001, Request::Reload, false),
            (1001, Request::Stop, false),
            (1002, Request::Status, false),
            (1002, Request::Stop, false),
            (990, Request::Open { scopes: None }, true),
            (1001, Request::Open { scopes: None }, false),
        ] {
            assert_eq!(rights.allow(user, &request), want, "user {user}, {request:?}");
        }
    }
}
