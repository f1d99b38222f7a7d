//! Connections of callers: answered request by request, brought to their end.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use hyper::server::conn::http1::{Builder, Parts};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, Semaphore};
use tokio_rustls::TlsAcceptor;

use super::counts::Counts;
use super::gate::Gate;
use super::pulse::{Counted, Pulse};
use super::takeover::{Taken, Takeover};
use super::upstream::Upstream;
use crate::access::Peer;
use crate::events::Events;
use crate::settings::GatewaySettings;
use crate::supervisor::Stop;

/// The largest head of a request, in bytes: a request with a larger one is refused with 431.
const HEAD_BYTES: usize = 32 * 1024;

/// How much of a body is held on its way, in bytes: of one that comes, and of one that goes.
const BODY_BYTES: usize = 64 * 1024;

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
pub(super) struct Line {
    pub(super) peer: Peer,
    pub(super) stop: Stop,
    /// What goes on over it in place of HTTP.
    pub(super) takeover: RefCell<Option<Takeover>>,
    pub(super) taken: Notify,
}

/// What goes on over a connection that HTTP is done with.
pub(super) type Rest = LocalBoxFuture<'static, ()>;

/// What may happen to a connection from outside of HTTP.
enum News {
    /// Something else goes on over it.
    Taken,
    /// The caller does not move any more.
    Still,
    /// Nothing more is to be asked.
    Stop,
}

/// Answers one request after the other, until the caller goes or stops moving; tells what goes on where
/// HTTP is done with the connection before its end.
pub(super) async fn converse<S>(
    listening: &Rc<Listening>,
    stream: S,
    peer: Peer,
    stop: Stop,
) -> Option<Rest>
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
    builder.max_header_size(HEAD_BYTES).max_buf_size(BODY_BYTES);
    let mut connection = builder.serve_connection(stream, service);
    // These wake by themselves: a request does not look at each of them twice.
    let mut news = FuturesUnordered::from_iter([
        line.taken.notified().map(|()| News::Taken).boxed_local(),
        pulse.has_stopped(listening.settings.idle).map(|()| News::Still).boxed_local(),
        stop.requested().map(|()| News::Stop).boxed_local(),
    ]);
    loop {
        let news = tokio::select! {
            biased;
            outcome = &mut connection => {
                if let Err(error) = outcome {
                    tracing::debug!(?peer, %error, "a connection broke");
                }
                return None;
            }
            Some(news) = news.next() => news,
        };
        match news {
            News::Taken => {
                let takeover = line.takeover.take()?;
                let Parts { io, read_buf, .. } = connection.into_parts();
                let taken = Taken { stream: Box::new(io.into_inner()), read: read_buf };
                return Some(takeover.run(taken).boxed_local());
            }
            News::Still => return None,
            News::Stop => Pin::new(&mut connection).graceful_shutdown(),
        }
    }
}
