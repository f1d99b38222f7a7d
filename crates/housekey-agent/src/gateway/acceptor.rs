//! Connections are let in at the doors, as many as there is room for.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::capacity::{Capacity, Slot};
use super::connection::{STILL, UpgradedTask, converse};
use super::state::GatewayState;
use crate::access::Peer;
use crate::counters::GaugeGuard;
use crate::file_limit::MOST;
use crate::listeners::Listener;
use crate::supervisor::Stop;

/// How long nobody is taken in after the system has refused to: it has no more room for the moment.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// How long a caller may take until its connection is secret.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long those who are in may take to the end of their answers when the gateway is to stop.
const DRAIN: Duration = Duration::from_secs(3);
// Else the gateway would be ended by force.
const _: () = assert!(DRAIN.as_millis() < crate::supervisor::DRAIN.as_millis() / 3);

/// Takes callers in until it is to stop, and lets those who are in have their answers.
pub(super) async fn serve(
    listening: Rc<GatewayState>,
    doors: Vec<Arc<Listener>>,
    stop: &Stop,
) -> Result<(), String> {
    let most = listening.settings.connections.unwrap_or(MOST);
    let room = Capacity::new(most, listening.counts.security.clone());
    let mut doormen = JoinSet::new();
    for door in doors {
        let doorman =
            Acceptor { listening: listening.clone(), room: room.clone(), stop: stop.clone() };
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
struct Acceptor {
    listening: Rc<GatewayState>,
    room: Rc<Capacity>,
    stop: Stop,
}

/// What a caller speaks over.
trait ClientStream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Waits until the caller says something, or goes.
    async fn speaks(&self) -> io::Result<()>;
}

impl ClientStream for TcpStream {
    async fn speaks(&self) -> io::Result<()> {
        self.readable().await
    }
}

impl ClientStream for UnixStream {
    async fn speaks(&self) -> io::Result<()> {
        self.readable().await
    }
}

/// Connections, each with what goes on over it where HTTP is done with it before its end.
type Connections = JoinSet<Option<(Rc<Slot>, UpgradedTask)>>;

/// An event of the accept loop.
enum AcceptEvent<S> {
    /// Somebody is at the door.
    Accepted(io::Result<(S, Peer)>),
    /// There is a place for them.
    Slot(Rc<Slot>),
}

impl Acceptor {
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

    async fn let_in<S: ClientStream>(
        &self,
        accept: impl AsyncFn() -> io::Result<(S, Peer)>,
        tls: Option<TlsAcceptor>,
    ) -> io::Result<()> {
        let mut callers = Connections::new();
        let mut at_the_door = None;
        loop {
            let next = async {
                match &at_the_door {
                    None => AcceptEvent::Accepted(accept().await),
                    Some((_, peer)) => AcceptEvent::Slot(self.room.enter(*peer).await),
                }
            };
            let next = tokio::select! {
                () = self.stop.requested() => break,
                ended = callers.join_next(), if !callers.is_empty() => {
                    go_on(&mut callers, ended);
                    continue;
                }
                next = next => next,
            };
            match next {
                AcceptEvent::Accepted(Ok(caller)) => at_the_door = Some(caller),
                // Whoever has gone again is not missed; too many open files may pass.
                AcceptEvent::Accepted(Err(error)) => {
                    tracing::debug!(%error, "a connection was not taken in");
                    sleep(ACCEPT_RETRY).await;
                }
                AcceptEvent::Slot(place) => {
                    let Some((stream, peer)) = at_the_door.take() else { continue };
                    let (listening, stop, tls) =
                        (self.listening.clone(), self.stop.clone(), tls.clone());
                    let caller = serve_one(listening, (stream, peer), place.clone(), stop, tls);
                    place.lives_in(callers.spawn_local(caller));
                }
            }
        }
        let drained = timeout(DRAIN, async {
            while let Some(ended) = callers.join_next().await {
                go_on(&mut callers, Some(ended));
            }
        });
        if drained.await.is_err() {
            let connections = callers.len();
            tracing::warn!(connections, "closed before their answers had come to their ends");
            callers.shutdown().await;
        }
        Ok(())
    }
}

async fn serve_one<S: ClientStream>(
    listening: Rc<GatewayState>,
    (stream, peer): (S, Peer),
    place: Rc<Slot>,
    stop: Stop,
    tls: Option<TlsAcceptor>,
) -> Option<(Rc<Slot>, UpgradedTask)> {
    let here = GaugeGuard::new(&listening.counts.connections);
    // One that says nothing costs no more than its socket.
    let speaks = timeout(listening.settings.idle, stream.speaks());
    let stopped = async {
        stop.requested().await;
        sleep(STILL).await;
    };
    tokio::select! {
        biased;
        speaks = speaks => speaks.ok()?.ok()?,
        () = stopped => return None,
    }
    let rest = match tls {
        None => Box::pin(converse(&listening, stream, (peer, place.clone()), stop)).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                Box::pin(converse(&listening, stream, (peer, place.clone()), stop)).await
            }
            _ => {
                tracing::debug!(?peer, "a connection did not become secret");
                None
            }
        },
    }?;
    drop(here);
    let held = place.clone();
    let rest = async move {
        // It stays one of those that are counted and limited.
        let _here = GaugeGuard::new(&listening.counts.connections);
        rest.await;
        drop(held);
    };
    Some((place, rest.boxed_local()))
}

/// What a connection leaves when it ends: its place, and what goes on with it.
type Ended = Option<(Rc<Slot>, UpgradedTask)>;

/// Goes on with a connection in a task of its own: that of HTTP is a large one.
fn go_on(callers: &mut Connections, ended: Option<Result<Ended, JoinError>>) {
    if let Some(Ok(Some((place, rest)))) = ended {
        place.lives_in(callers.spawn_local(rest.map(|()| None)));
    }
}
