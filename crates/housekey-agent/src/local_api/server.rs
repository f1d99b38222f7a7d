//! The serving side: who may ask what, and the answers.

use std::io;
use std::os::unix::net::UnixListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Answer, Request};
use crate::board::Board;
use crate::gateway::counts::Counts;
use crate::status::Status;
use crate::supervisor::Stop;

/// The longest question, in bytes.
const QUESTION: u64 = 1024;

/// How long somebody who connects may take to ask, and then to read.
const PATIENCE: Duration = Duration::from_secs(5);

/// What somebody wants changed.
#[derive(Debug)]
pub(crate) enum Wish {
    /// Stop.
    Stop,
    /// Read the settings again, and tell what is wrong with them.
    Reload(oneshot::Sender<Result<(), String>>),
}

/// Who may do what, by the user id that the system vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The user the agent runs as.
    pub(crate) own: u32,
    /// Who may read besides.
    pub(crate) readers: Vec<u32>,
}

impl Rights {
    /// Whether a user may ask that: the agent's own and the superuser everything, readers how it is.
    fn allow(&self, user: u32, request: Request) -> bool {
        user == self.own
            || user == 0
            || (request == Request::Status && self.readers.contains(&user))
    }
}

/// The socket and what its answers are made of.
#[derive(Debug, Clone)]
pub(crate) struct LocalApi {
    pub(crate) listener: Arc<StdListener>,
    pub(crate) rights: Rights,
    pub(crate) board: Board,
    /// What the gateway counts, where there is one.
    pub(crate) counts: Option<Arc<Counts>>,
    pub(crate) wishes: mpsc::Sender<Wish>,
}

impl LocalApi {
    /// Answers until it is to stop; whoever has asked by then still gets an answer.
    pub(crate) async fn run(self, stop: Stop) -> Result<(), String> {
        let listener = self.listener().map_err(|error| error.to_string())?;
        let mut callers = JoinSet::new();
        loop {
            let caller = tokio::select! {
                () = stop.requested() => break,
                _ = callers.join_next(), if !callers.is_empty() => continue,
                caller = listener.accept() => caller,
            };
            let (caller, _) = caller.map_err(|error| error.to_string())?;
            let api = self.clone();
            callers.spawn(async move {
                // Whoever goes away, or says nothing, is not missed.
                let _ = timeout(PATIENCE * 4, api.serve(caller)).await;
            });
        }
        while callers.join_next().await.is_some() {}
        Ok(())
    }

    fn listener(&self) -> io::Result<UnixListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        UnixListener::from_std(listener)
    }

    async fn serve(&self, mut caller: UnixStream) -> io::Result<()> {
        let user = caller.peer_cred()?.uid();
        let (read, mut write) = caller.split();
        let mut question = String::new();
        let mut read = BufReader::new(read.take(QUESTION));
        timeout(PATIENCE, read.read_line(&mut question)).await??;
        let answer = match serde_json::from_str(&question) {
            Ok(request) if self.rights.allow(user, request) => self.answer(request).await,
            Ok(_) => Answer::Refused(format!("user {user} may not do that")),
            Err(_) => Answer::Refused("this agent does not know that question".to_owned()),
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        timeout(PATIENCE, write.write_all(&text)).await?
    }

    async fn answer(&self, request: Request) -> Answer {
        match request {
            Request::Status => {
                let gateway = self.counts.as_ref().map(|counts| counts.status());
                Answer::Status(Box::new(Status { gateway, ..self.board.status() }))
            }
            Request::Stop => {
                // One that does not listen any more is stopping already.
                let _ = self.wishes.send(Wish::Stop).await;
                Answer::Done
            }
            Request::Reload => {
                let (told, outcome) = oneshot::channel();
                let _ = self.wishes.send(Wish::Reload(told)).await;
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
        ] {
            assert_eq!(rights.allow(user, request), want, "user {user}, {request:?}");
        }
    }
}
