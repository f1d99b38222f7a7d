//! Connections of callers: answered request by request, brought to their end.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use hyper::server::conn::http1::{Builder, Parts};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::counts::Counts;
use super::gate::Gate;
use super::pulse::Counted;
use super::room::Place;
use super::takeover::{Taken, Takeover};
use super::upstream::Upstream;
use crate::access::{KeyEnd, Peer};
use crate::events::Events;
use crate::settings::GatewaySettings;
use crate::supervisor::Stop;

/// The largest head of a request, in bytes: a request with a larger one is refused with 431.
const HEAD_BYTES: usize = 32 * 1024;

/// How much of a body is held on its way, in bytes: of one that comes, and of one that goes.
const BODY_BYTES: usize = 64 * 1024;

/// How long a caller may rest once the gateway is to stop.
pub(super) const STILL: Duration = Duration::from_secs(1);

/// What all connections share.
pub(super) struct Listening {
    pub(super) homeys: Vec<Rc<Upstream>>,
    pub(super) gate: Arc<Gate>,
    pub(super) routes: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) counts: Arc<Counts>,
    pub(super) settings: GatewaySettings,
    pub(super) events: Events,
}

/// One connection of a caller.
pub(super) struct Line {
    pub(super) peer: Peer,
    pub(super) place: Rc<Place>,
    pub(super) stop: Stop,
    /// What goes on over it in place of HTTP.
    pub(super) takeover: RefCell<Option<Takeover>>,
    pub(super) taken: Notify,
    /// The end of the key that the last answer was for.
    key_end: RefCell<KeyEnd>,
    other_key: Notify,
    /// Whether a request has no answer yet.
    answering: Cell<bool>,
}

/// A request that has no answer yet, as long as this lives.
pub(super) struct Answering<'a>(&'a Cell<bool>);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Line {
    fn new(peer: Peer, place: Rc<Place>, stop: Stop) -> Self {
        Self {
            peer,
            place,
            stop,
            takeover: RefCell::default(),
            taken: Notify::new(),
            key_end: RefCell::default(),
            other_key: Notify::new(),
            answering: Cell::new(false),
        }
    }

    pub(super) fn answering(&self) -> Answering<'_> {
        self.answering.set(true);
        Answering(&self.answering)
    }

    /// The answer that goes out now is for a key that ends then.
    pub(super) fn belongs_to(&self, end: KeyEnd) {
        let before = self.key_end.replace(end);
        if !self.key_end.borrow().is_same(&before) {
            self.other_key.notify_one();
        }
    }

    /// Waits for the end of the key that the last answer was for.
    async fn key_has_ended(&self) {
        loop {
            let mut end = self.key_end.borrow().clone();
            tokio::select! {
                () = end.reached() => return,
                () = self.other_key.notified() => {}
            }
        }
    }
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
    /// The key that the last answer was for has ended.
    KeyEnded,
}

/// Answers one request after the other, until the caller goes or stops moving; tells what goes on where
/// HTTP is done with the connection before its end.
pub(super) async fn converse<S>(
    listening: &Rc<Listening>,
    stream: S,
    (peer, place): (Peer, Rc<Place>),
    stop: Stop,
) -> Option<Rest>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let pulse = place.pulse();
    let stream = TokioIo::new(Counted::new(stream, pulse.clone()));
    let line = Rc::new(Line::new(peer, place, stop.clone()));
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
    // A caller that has said all it wants to may close its half before it is answered.
    builder.max_header_size(HEAD_BYTES).max_buf_size(BODY_BYTES).half_close(true);
    let mut connection = builder.serve_connection(stream, service);
    // These wake by themselves: a request does not look at each of them twice.
    let mut news = FuturesUnordered::from_iter([
        line.taken.notified().map(|()| News::Taken).boxed_local(),
        pulse.has_stopped(listening.settings.idle).map(|()| News::Still).boxed_local(),
        stop.requested().map(|()| News::Stop).boxed_local(),
        line.key_has_ended().map(|()| News::KeyEnded).boxed_local(),
    ]);
    loop {
        let next = tokio::select! {
            biased;
            outcome = &mut connection => {
                if let Err(error) = outcome {
                    tracing::debug!(?peer, %error, "a connection broke");
                }
                return None;
            }
            Some(next) = news.next() => next,
        };
        match next {
            News::Taken => {
                let takeover = line.takeover.take()?;
                line.place.stays();
                let Parts { io, read_buf, .. } = connection.into_parts();
                let taken = Taken { stream: Box::new(io.into_inner()), read: read_buf };
                return Some(takeover.run(taken).boxed_local());
            }
            News::Still => return None,
            // What goes out for it stops here; a request that has no answer yet gets its refusal.
            News::KeyEnded if !line.answering.get() => return None,
            News::KeyEnded => Pin::new(&mut connection).graceful_shutdown(),
            News::Stop => {
                Pin::new(&mut connection).graceful_shutdown();
                // What does not move keeps nobody from a new start.
                news.push(pulse.has_stopped(STILL).map(|()| News::Still).boxed_local());
            }
        }
    }
}
