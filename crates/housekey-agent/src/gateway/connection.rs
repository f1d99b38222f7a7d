//! Connections of callers: answered request by request, brought to their end.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use hyper::server::conn::http1::{Builder, Parts};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::capacity::Slot;
use super::idle::CountedStream;
use super::state::{ClientConnection, GatewayState};
use crate::access::Peer;
use crate::http::upgrade::RawConnection;
use crate::supervisor::Stop;

/// The largest head of a request, in bytes: a request with a larger one is refused with 431.
const HEAD_BYTES: usize = 32 * 1024;

/// How much of a body is held on its way, in bytes: of one that comes, and of one that goes.
const BODY_BYTES: usize = 64 * 1024;

/// How long a caller may rest once the gateway is to stop.
pub(super) const STILL: Duration = Duration::from_secs(1);

/// What goes on over a connection that HTTP is done with.
pub(super) type UpgradedTask = LocalBoxFuture<'static, ()>;

/// What may happen to a connection from outside of HTTP.
enum Interrupt {
    /// Something else goes on over it.
    RawConnection,
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
    listening: &Rc<GatewayState>,
    stream: S,
    (peer, place): (Peer, Rc<Slot>),
    stop: Stop,
) -> Option<UpgradedTask>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let pulse = place.pulse();
    let stream = TokioIo::new(CountedStream::new(stream, pulse.clone()));
    let line = Rc::new(ClientConnection::new(peer, place, stop.clone()));
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
        line.taken.notified().map(|()| Interrupt::RawConnection).boxed_local(),
        pulse.has_stopped(listening.settings.idle).map(|()| Interrupt::Still).boxed_local(),
        stop.requested().map(|()| Interrupt::Stop).boxed_local(),
        line.key_has_ended().map(|()| Interrupt::KeyEnded).boxed_local(),
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
            Interrupt::RawConnection => {
                let takeover = line.takeover.take()?;
                line.place.stays();
                let Parts { io, read_buf, .. } = connection.into_parts();
                let taken = RawConnection { stream: Box::new(io.into_inner()), read: read_buf };
                return Some(takeover.run(taken).boxed_local());
            }
            Interrupt::Still => return None,
            // What goes out for it stops here; a request that has no answer yet gets its refusal.
            Interrupt::KeyEnded if !line.answering.get() => return None,
            Interrupt::KeyEnded => Pin::new(&mut connection).graceful_shutdown(),
            Interrupt::Stop => {
                Pin::new(&mut connection).graceful_shutdown();
                // What does not move keeps nobody from a new start.
                news.push(pulse.has_stopped(STILL).map(|()| Interrupt::Still).boxed_local());
            }
        }
    }
}
