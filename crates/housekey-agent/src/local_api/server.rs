//! The server of the local API: access rights and answers.

use std::fmt;
use std::io;
use std::os::unix::net::UnixListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Answer, AssistantRequest, Link, Request};
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

/// How many of our own may be assistants, which stay.
const MAX_ASSISTANTS: usize = 32;

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
    /// Whether it is the agent's own user, or the superuser.
    fn is_own(&self, user: u32) -> bool {
        user == self.own || user == 0
    }

    /// Whether a user may send that request: the agent's own and the superuser any, readers the status.
    fn allow(&self, user: u32, request: &Request) -> bool {
        self.is_own(user) || (*request == Request::Status && self.readers.contains(&user))
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
    /// Serves assistants, where this build can.
    pub(crate) assistants: Option<ServeAssistant>,
}

/// Serves an assistant over its connection, if it may have what it wants.
#[derive(Clone)]
pub(crate) struct ServeAssistant(
    pub(crate) Arc<dyn Fn(AssistantRequest) -> Result<Serve, String> + Send + Sync>,
);

/// Serves it until it leaves.
pub(crate) type Serve = Box<dyn FnOnce(UnixStream) -> BoxFuture<'static, ()> + Send>;

impl fmt::Debug for ServeAssistant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServeAssistant")
    }
}

/// The room for those who are connected: other users never use up that of the agent's own.
#[derive(Debug)]
struct ClientLimit {
    own: Arc<Semaphore>,
    others: Arc<Semaphore>,
    assistants: Arc<Semaphore>,
}

impl Default for ClientLimit {
    fn default() -> Self {
        let limit = |places| Arc::new(Semaphore::new(places));
        let (own, others) = (limit(MAX_OWN_CLIENTS), limit(MAX_OTHER_CLIENTS));
        Self { own, others, assistants: limit(MAX_ASSISTANTS) }
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
            let Some(permit) = limit.try_acquire(self.rights.is_own(user)) else {
                continue;
            };
            let (api, stop, room) = (self.clone(), stop.clone(), limit.assistants.clone());
            clients.spawn(async move {
                // A client that leaves, or sends nothing, does not matter.
                let outcome = timeout(CLIENT_TIMEOUT * 4, api.serve(client, user, room)).await;
                if let Ok(Ok(Some((assistant, _place)))) = outcome {
                    stop.run_until_cancelled(assistant).await;
                }
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

    /// Answers a request. What stays of the connection is an assistant that is served.
    async fn serve(
        &self,
        mut client: UnixStream,
        user: u32,
        room: Arc<Semaphore>,
    ) -> io::Result<Option<(BoxFuture<'static, ()>, OwnedSemaphorePermit)>> {
        let (read, mut write) = client.split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(MAX_REQUEST_BYTES));
        timeout(CLIENT_TIMEOUT, read.read_line(&mut line)).await??;
        let mut assistant = None;
        let answer = match serde_json::from_str(&line) {
            Ok(Request::Assistant(request)) if self.rights.is_own(user) => {
                match self.assistant(request, room) {
                    Ok(accepted) => {
                        assistant = Some(accepted);
                        Answer::Done
                    }
                    Err(why) => Answer::Refused(why),
                }
            }
            Ok(request) if self.rights.allow(user, &request) => self.answer(request).await,
            Ok(_) => Answer::Refused(format!("user {user} may not do that")),
            Err(_) => Answer::Refused("this agent does not know that request".to_owned()),
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        timeout(CLIENT_TIMEOUT, write.write_all(&text)).await??;
        Ok(assistant.map(|(serve, place)| (serve(client), place)))
    }

    fn assistant(
        &self,
        request: AssistantRequest,
        room: Arc<Semaphore>,
    ) -> Result<(Serve, OwnedSemaphorePermit), String> {
        let serve = self.assistants.as_ref().ok_or("this agent serves no assistants")?;
        let place = room.try_acquire_owned().map_err(|_| "too many assistants are connected")?;
        Ok(((serve.0)(request)?, place))
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
            // Served where there is a connection to serve it over.
            Request::Assistant(_) => Answer::Refused("no connection".to_owned()),
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
        let assistant = || {
            let (homey, groups, dry_run) = ("home".to_owned(), Vec::new(), false);
            Request::Assistant(AssistantRequest { homey, groups, dry_run })
        };
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
            (990, assistant(), true),
            (1001, assistant(), false),
        ] {
            assert_eq!(rights.allow(user, &request), want, "user {user}, {request:?}");
        }
    }
}
