//! Accept loops, up to the connection limit.

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
use super::connection::{ConnectionTask, STOP_IDLE, serve_connection};
use super::state::GatewayState;
use crate::access::Peer;
use crate::counters::GaugeGuard;
use crate::file_limit::MOST;
use crate::listeners::Listener;
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;

/// How long an accept loop pauses after an error: the system has no resources for the moment.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// How long a TLS handshake may take.
const TLS_HANDSHAKE: Duration = Duration::from_secs(10);

/// How long open connections may take to finish their responses when the gateway stops.
const DRAIN: Duration = Duration::from_secs(3);
// Else the gateway would be ended by force.
const _: () = assert!(DRAIN.as_millis() < crate::supervisor::DRAIN.as_millis() / 3);

/// Takes callers in until it is to stop, and lets those who are in have their answers.
pub(super) async fn serve(
    state: Rc<GatewayState>,
    listeners: Vec<Arc<Listener>>,
    stop: &CancellationToken,
) -> Result<(), PartError> {
    let limit = state.settings.connections.unwrap_or(MOST);
    let capacity = Capacity::new(limit, state.counts.security.clone());
    let mut acceptors = JoinSet::new();
    for listener in listeners {
        let acceptor =
            Acceptor { state: state.clone(), capacity: capacity.clone(), stop: stop.clone() };
        acceptors.spawn_local(async move {
            match &*listener {
                Listener::Tcp(tcp) => acceptor.over_tcp(tcp).await,
                Listener::Unix(unix, _) => acceptor.over_unix(unix).await,
            }
        });
    }
    while let Some(ended) = acceptors.join_next().await {
        match ended {
            Ok(outcome) => outcome?,
            Err(_) => return Err(PartError::Panicked),
        }
    }
    Ok(())
}

/// Accepts connections of one listener.
struct Acceptor {
    state: Rc<GatewayState>,
    capacity: Rc<Capacity>,
    stop: CancellationToken,
}

/// A connection of a client.
trait ClientStream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Waits until the client has sent something, or has closed.
    async fn first_byte(&self) -> io::Result<()>;
}

impl ClientStream for TcpStream {
    async fn first_byte(&self) -> io::Result<()> {
        self.readable().await
    }
}

impl ClientStream for UnixStream {
    async fn first_byte(&self) -> io::Result<()> {
        self.readable().await
    }
}

/// Connections, each with the task that continues after an upgrade.
type Connections = JoinSet<Option<(Rc<Slot>, ConnectionTask)>>;

/// An event of the accept loop.
enum AcceptEvent<S> {
    /// A connection was accepted.
    Accepted(io::Result<(S, Peer)>),
    /// There is a place for them.
    Admitted(Rc<Slot>),
}

impl Acceptor {
    async fn over_tcp(self, listener: &std::net::TcpListener) -> io::Result<()> {
        let listener = listener.try_clone()?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        self.accept_loop(
            async || {
                let (stream, peer) = listener.accept().await?;
                // Without it the end of an answer may wait for the caller. Best effort.
                stream.set_nodelay(true).ok();
                Ok((stream, Peer::Address(peer.ip())))
            },
            self.state.tls.clone(),
        )
        .await
    }

    async fn over_unix(self, listener: &std::os::unix::net::UnixListener) -> io::Result<()> {
        let listener = listener.try_clone()?;
        listener.set_nonblocking(true)?;
        let listener = UnixListener::from_std(listener)?;
        self.accept_loop(
            async || {
                let (stream, _) = listener.accept().await?;
                let user = stream.peer_cred()?.uid();
                Ok((stream, Peer::User(user)))
            },
            None,
        )
        .await
    }

    async fn accept_loop<S: ClientStream>(
        &self,
        accept: impl AsyncFn() -> io::Result<(S, Peer)>,
        tls: Option<TlsAcceptor>,
    ) -> io::Result<()> {
        let mut connections = Connections::new();
        let mut accepted = None;
        loop {
            let next = async {
                match &accepted {
                    None => AcceptEvent::Accepted(accept().await),
                    Some((_, peer)) => AcceptEvent::Admitted(self.capacity.acquire(*peer).await),
                }
            };
            let next = tokio::select! {
                () = self.stop.cancelled() => break,
                ended = connections.join_next(), if !connections.is_empty() => {
                    continue_upgraded(&mut connections, ended);
                    continue;
                }
                next = next => next,
            };
            match next {
                AcceptEvent::Accepted(Ok(connection)) => accepted = Some(connection),
                // A client that has closed again does not matter; too many open files may pass.
                AcceptEvent::Accepted(Err(error)) => {
                    tracing::debug!(%error, "a connection was not taken in");
                    sleep(ACCEPT_RETRY).await;
                }
                AcceptEvent::Admitted(slot) => {
                    let Some((stream, peer)) = accepted.take() else { continue };
                    let (state, stop, tls) = (self.state.clone(), self.stop.clone(), tls.clone());
                    let connection = serve_accepted(state, (stream, peer), slot.clone(), stop, tls);
                    slot.set_task(connections.spawn_local(connection));
                }
            }
        }
        let drained = timeout(DRAIN, async {
            while let Some(ended) = connections.join_next().await {
                continue_upgraded(&mut connections, Some(ended));
            }
        });
        if drained.await.is_err() {
            let open = connections.len();
            tracing::warn!(
                connections = open,
                "closed before their answers had come to their ends"
            );
            connections.shutdown().await;
        }
        Ok(())
    }
}

async fn serve_accepted<S: ClientStream>(
    state: Rc<GatewayState>,
    (stream, peer): (S, Peer),
    slot: Rc<Slot>,
    stop: CancellationToken,
    tls: Option<TlsAcceptor>,
) -> Option<(Rc<Slot>, ConnectionTask)> {
    let counted = GaugeGuard::new(&state.counts.connections);
    // A silent connection costs no more than its socket.
    let first_byte = timeout(state.settings.idle, stream.first_byte());
    let stopped = async {
        stop.cancelled().await;
        sleep(STOP_IDLE).await;
    };
    tokio::select! {
        biased;
        first_byte = first_byte => first_byte.ok()?.ok()?,
        () = stopped => return None,
    }
    let task = match tls {
        None => Box::pin(serve_connection(&state, stream, (peer, slot.clone()), stop)).await,
        Some(tls) => match timeout(TLS_HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                Box::pin(serve_connection(&state, stream, (peer, slot.clone()), stop)).await
            }
            _ => {
                tracing::debug!(?peer, "a connection did not become secret");
                None
            }
        },
    }?;
    drop(counted);
    let held = slot.clone();
    let task = async move {
        // It stays one of those that are counted and limited.
        let _counted = GaugeGuard::new(&state.counts.connections);
        task.await;
        drop(held);
    };
    Some((slot, task.boxed_local()))
}

/// What a connection leaves when HTTP ends: its slot, and the task of an upgrade.
type Ended = Option<(Rc<Slot>, ConnectionTask)>;

/// Goes on with a connection in a task of its own: that of HTTP is a large one.
fn continue_upgraded(connections: &mut Connections, ended: Option<Result<Ended, JoinError>>) {
    if let Some(Ok(Some((slot, task)))) = ended {
        slot.set_task(connections.spawn_local(task.map(|()| None)));
    }
}
