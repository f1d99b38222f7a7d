//! Callers are let in at the doors, as many as there is room for.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::connection::{Listening, Rest, converse};
use super::counts::Here;
use crate::access::Peer;
use crate::doors::Listener;
use crate::supervisor::Stop;

/// How long nobody is taken in after the system has refused to: it has no more room for the moment.
const NO_ROOM: Duration = Duration::from_millis(100);

/// How long a caller may take until its connection is secret.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Takes callers in until it is to stop, and lets those who are in have their answers.
pub(super) async fn serve(
    listening: Rc<Listening>,
    doors: Vec<Arc<Listener>>,
    stop: &Stop,
) -> Result<(), String> {
    let room = Arc::new(Semaphore::new(listening.settings.connections));
    let mut doormen = JoinSet::new();
    for door in doors {
        let doorman =
            Doorman { listening: listening.clone(), room: room.clone(), stop: stop.clone() };
        doormen.spawn_local(async move {
            match &*door {
                Listener::Tcp(tcp) => doorman.over_tcp(tcp).await,
                Listener::Unix(unix, _) => doorman.over_unix(unix).await,
            }
        });
    }
    while let Some(ended) = doormen.join_next().await {
        match ended {
            Ok(outcome) => outcome.map_err(|error| error.to_string())?,
            Err(_) => return Err("it has a bug".to_owned()),
        }
    }
    Ok(())
}

/// Lets callers in at one door.
struct Doorman {
    listening: Rc<Listening>,
    room: Arc<Semaphore>,
    stop: Stop,
}

impl Doorman {
    async fn over_tcp(self, listener: &std::net::TcpListener) -> io::Result<()> {
        let listener = listener.try_clone()?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        self.let_in(
            async || {
                let (stream, peer) = listener.accept().await?;
                // Without it the end of an answer may wait for the caller. Best effort.
                stream.set_nodelay(true).ok();
                Ok((stream, Peer::Address(peer.ip())))
            },
            self.listening.tls.clone(),
        )
        .await
    }

    async fn over_unix(self, listener: &std::os::unix::net::UnixListener) -> io::Result<()> {
        let listener = listener.try_clone()?;
        listener.set_nonblocking(true)?;
        let listener = UnixListener::from_std(listener)?;
        self.let_in(
            async || {
                let (stream, _) = listener.accept().await?;
                let user = stream.peer_cred()?.uid();
                Ok((stream, Peer::User(user)))
            },
            None,
        )
        .await
    }

    async fn let_in<S>(
        &self,
        accept: impl AsyncFn() -> io::Result<(S, Peer)>,
        tls: Option<TlsAcceptor>,
    ) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let mut callers = JoinSet::new();
        loop {
            let next = async {
                let room = self.room.clone().acquire_owned().await;
                (room, accept().await)
            };
            let (room, accepted) = tokio::select! {
                () = self.stop.requested() => break,
                ended = callers.join_next(), if !callers.is_empty() => {
                    go_on(&mut callers, ended);
                    continue;
                }
                next = next => next,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let (listening, stop, tls) =
                        (self.listening.clone(), self.stop.clone(), tls.clone());
                    callers.spawn_local(async move {
                        let here = Here::new(&listening.counts.connections);
                        let rest = match tls {
                            None => converse(&listening, stream, peer, stop).await,
                            Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
                                Ok(Ok(stream)) => converse(&listening, stream, peer, stop).await,
                                _ => {
                                    tracing::debug!(?peer, "a connection did not become secret");
                                    None
                                }
                            },
                        }?;
                        drop(here);
                        let rest = async move {
                            // It stays one of those that are counted and limited.
                            let _here = Here::new(&listening.counts.connections);
                            rest.await;
                            drop(room);
                        };
                        Some(rest.boxed_local())
                    });
                }
                // Whoever has gone again is not missed; too many open files may pass.
                Err(error) => {
                    tracing::debug!(%error, "a connection was not taken in");
                    sleep(NO_ROOM).await;
                }
            }
        }
        while let Some(ended) = callers.join_next().await {
            go_on(&mut callers, Some(ended));
        }
        Ok(())
    }
}

/// Goes on with a connection in a task of its own: that of HTTP is a large one.
fn go_on(callers: &mut JoinSet<Option<Rest>>, ended: Option<Result<Option<Rest>, JoinError>>) {
    if let Some(Ok(Some(rest))) = ended {
        callers.spawn_local(rest.map(|()| None));
    }
}
