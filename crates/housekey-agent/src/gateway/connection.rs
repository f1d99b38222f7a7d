//! Connections of callers: taken in, answered request by request, brought to their end.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use housekey::catalogue::Dialect;
use hyper::body::Incoming;
use hyper::http::request::Parts as Head;
use hyper::server::conn::http1::{Builder, Parts};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use super::body::Body;
use super::counts::{Counts, Here};
use super::forward::forward;
use super::gate::{Gate, Wanted, is_open};
use super::page;
use super::pulse::{Counted, Pulse};
use super::refusal::Refusal;
use super::socket;
use super::takeover::{Taken, Takeover};
use super::target::{Place, Target};
use super::upstream::Upstream;
use crate::access::{Caller, Peer};
use crate::doors::Listener;
use crate::events::Events;
use crate::settings::GatewaySettings;
use crate::supervisor::Stop;

/// How long nobody is taken in after the system has refused to: it has no more room for the moment.
const NO_ROOM: Duration = Duration::from_millis(100);

/// How long a caller may take until its connection is secret.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The largest head of a request, in bytes: a request with a larger one is refused with 431.
const HEAD_BYTES: usize = 32 * 1024;

/// In whose line the requests wait of those who have no key and need none.
const STRANGER: &str = "a stranger";

/// What all connections share.
pub(super) struct Listening {
    pub(super) homeys: Vec<Rc<Upstream>>,
    pub(super) gate: Arc<Gate>,
    pub(super) routes: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) counts: Arc<Counts>,
    pub(super) settings: GatewaySettings,
    /// The room for live connections that have not shown a key yet.
    pub(super) strangers: Arc<Semaphore>,
    pub(super) events: Events,
}

/// One connection of a caller.
struct Line {
    peer: Peer,
    stop: Stop,
    /// What goes on over it in place of HTTP.
    takeover: RefCell<Option<Takeover>>,
    taken: Notify,
}

/// Where a request goes.
enum Way {
    /// To a Homey, less so many bytes of its path.
    Homey(Rc<Upstream>, usize),
    /// To the live connection of a Homey.
    Socket(Rc<Upstream>),
    /// To what happens in its home.
    Events(Rc<Upstream>),
    /// To the agent itself.
    Agent,
}

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

/// What goes on over a connection that HTTP is done with.
type Rest = LocalBoxFuture<'static, ()>;

/// Goes on with a connection in a task of its own: that of HTTP is a large one.
fn go_on(callers: &mut JoinSet<Option<Rest>>, ended: Option<Result<Option<Rest>, JoinError>>) {
    if let Some(Ok(Some(rest))) = ended {
        callers.spawn_local(rest.map(|()| None));
    }
}

/// Answers one request after the other, until the caller goes or stops moving; tells what goes on where
/// HTTP is done with the connection before its end.
async fn converse<S>(listening: &Rc<Listening>, stream: S, peer: Peer, stop: Stop) -> Option<Rest>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let pulse = Arc::new(Pulse::default());
    let stream = TokioIo::new(Counted::new(stream, pulse.clone()));
    let (takeover, taken) = (RefCell::default(), Notify::new());
    let line = Rc::new(Line { peer, stop: stop.clone(), takeover, taken });
    let (of_requests, beating) = (line.clone(), pulse.clone());
    let service = service_fn(move |request| {
        let (listening, line) = (listening.clone(), of_requests.clone());
        let beat = beating.request();
        async move {
            let answer = listening.answer(request, &line).await;
            Ok::<_, Infallible>(answer.map(|body| body.answering(beat)))
        }
    });
    let mut builder = Builder::new();
    builder.max_header_size(HEAD_BYTES);
    let mut connection = builder.serve_connection(stream, service);
    let mut stopped = pin!(pulse.has_stopped(listening.settings.idle));
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = line.taken.notified() => {
            let takeover = line.takeover.take()?;
            let Parts { io, read_buf, .. } = connection.into_parts();
            let taken = Taken { stream: Box::new(io.into_inner()), read: read_buf };
            return Some(takeover.run(taken).boxed_local());
        }
        () = stopped.as_mut() => return None,
        () = stop.requested() => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            tokio::select! {
                outcome = connection => outcome,
                () = stopped => return None,
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(?peer, %error, "a connection broke");
    }
    None
}

/// What a request is answered with.
pub(super) enum Answer {
    /// This.
    Response(Response<Body>),
    /// This head, and then the connection is no matter of HTTP any more.
    Takeover(Takeover),
}

impl Listening {
    async fn answer(&self, request: Request<Incoming>, line: &Line) -> Response<Body> {
        let peer = line.peer;
        let (head, body) = request.into_parts();
        if is_open(head.uri.path()) {
            return self.by_agent(head, body, None).await;
        }
        // Refusals here are told as newer Homeys do: it is not known yet which one is meant.
        let page = match self.gate.guard(peer, &head) {
            Ok(page) => page,
            Err(refusal) => return Refusal::MayNot(refusal, Dialect::Local).response(),
        };
        if let Some(page) = page.clone()
            && let Some(mut answer) = page::preflight(&head)
        {
            page::allow(answer.headers_mut(), page);
            return answer;
        }
        let answer = self.try_to_answer(head, body, line).await;
        let mut answer = answer.unwrap_or_else(|refusal| Answer::Response(refusal.response()));
        if let Some(page) = page {
            let headers = match &mut answer {
                Answer::Response(response) => response.headers_mut(),
                Answer::Takeover(takeover) => takeover.head_mut().headers_mut(),
            };
            page::allow(headers, page);
        }
        match answer {
            Answer::Response(response) => response,
            Answer::Takeover(takeover) => {
                line.takeover.replace(Some(takeover));
                line.taken.notify_one();
                std::future::pending().await
            }
        }
    }

    async fn try_to_answer(
        &self,
        head: Head,
        body: Incoming,
        line: &Line,
    ) -> Result<Answer, Refusal> {
        let (way, caller) = self.way(&head, line.peer).await?;
        match way {
            Way::Homey(upstream, cut) => {
                let name = caller.as_deref().map_or(STRANGER, Caller::name);
                let answer = forward(&upstream, head, body, name, cut).await;
                let answer = answer.unwrap_or_else(|refusal| refusal.response());
                upstream.counts.answered(answer.status());
                Ok(Answer::Response(answer))
            }
            Way::Socket(upstream) => {
                let asking = socket::Asking {
                    head,
                    peer: line.peer,
                    gate: self.gate.clone(),
                    strangers: self.strangers.clone(),
                    stop: line.stop.clone(),
                };
                socket::open(upstream, asking).await
            }
            Way::Events(upstream) => {
                let caller = caller.ok_or_else(Refusal::unknown_homey)?;
                let listening = (&*caller, line.stop.clone());
                let takeover = self.events.listen(&upstream.served.name, listening, &head).await?;
                Ok(Answer::Takeover(takeover))
            }
            Way::Agent => Ok(Answer::Response(self.by_agent(head, body, caller).await)),
        }
    }

    /// Where a request goes and who asks, if it may.
    async fn way(&self, head: &Head, peer: Peer) -> Result<(Way, Option<Arc<Caller>>), Refusal> {
        let may_not = |dialect| move |refusal| Refusal::MayNot(refusal, dialect);
        let place = Target::read(head)?.place;
        let name = match place {
            Place::Homey { name, .. } | Place::Socket { name } | Place::Events { name } => name,
            Place::Agent => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
                return Ok((Way::Agent, Some(caller)));
            }
        };
        let upstream = match name {
            None => self.homeys.first(),
            Some(name) => self.homeys.iter().find(|homey| homey.served.name == name),
        };
        let Some(upstream) = upstream else {
            // Which Homeys there are is nothing for strangers.
            self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
            return Err(Refusal::unknown_homey());
        };
        let (homey, dialect) = (&*upstream.served.name, upstream.served.dialect);
        let path = match place {
            Place::Homey { path, .. } => path,
            Place::Events { .. } => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(dialect))?;
                return Ok((Way::Events(upstream.clone()), Some(caller)));
            }
            // Who asks for a live connection is mostly told inside it.
            Place::Socket { .. } | Place::Agent => {
                return Ok((Way::Socket(upstream.clone()), None));
            }
        };
        let wanted = Wanted { homey, dialect, path };
        let caller = self.gate.caller_for(peer, head, wanted).await.map_err(may_not(dialect))?;
        // Of an absolute target as well, path and query are all that goes on.
        let cut = head.uri.path().len() - path.len();
        Ok((Way::Homey(upstream.clone(), cut), caller))
    }

    /// Lets a route of the agent answer.
    async fn by_agent(
        &self,
        head: Head,
        body: Incoming,
        caller: Option<Arc<Caller>>,
    ) -> Response<Body> {
        let mut request = Request::from_parts(head, axum::body::Body::new(body));
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        match self.routes.clone().call(request).await {
            Ok(answer) => answer.map(Body::routed),
            Err(never) => match never {},
        }
    }
}
