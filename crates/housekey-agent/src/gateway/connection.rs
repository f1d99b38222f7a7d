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

use super::body::BODY_BUFFER_BYTES;
use super::capacity::Slot;
use super::idle::CountedStream;
use super::router;
use super::state::{ClientConnection, GatewayState};
use crate::access::Peer;
use crate::http::upgrade::RawConnection;
use tokio_util::sync::CancellationToken;

/// The largest head of a request, in bytes: a request with a larger one is refused with 431.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How long a client may be idle once the gateway stops.
pub(super) const STOP_IDLE: Duration = Duration::from_secs(1);

/// The task that continues on a connection after an upgrade.
pub(super) type ConnectionTask = LocalBoxFuture<'static, ()>;

/// An event outside of HTTP.
enum Interrupt {
    /// The connection is upgraded.
    Upgraded,
    /// The caller does not move any more.
    Idle,
    /// The gateway stops.
    Stop,
    /// The key that the last answer was for has ended.
    KeyEnded,
}

/// Serves requests one after the other, until the client closes or is idle for too long. Returns the task
/// that continues after an upgrade.
pub(super) async fn serve_connection<S>(
    state: &Rc<GatewayState>,
    stream: S,
    (peer, slot): (Peer, Rc<Slot>),
    stop: CancellationToken,
) -> Option<ConnectionTask>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let activity = slot.activity();
    let stream = TokioIo::new(CountedStream::new(stream, activity.clone()));
    let connection = Rc::new(ClientConnection::new(peer, slot, stop.clone()));
    let (shared, activity_of_requests) = (connection.clone(), activity.clone());
    let service = service_fn(move |request| {
        let (state, connection) = (state.clone(), shared.clone());
        let guard = activity_of_requests.begin_request();
        async move {
            let answer = router::handle(&state, request, &connection).await;
            Ok::<_, Infallible>(answer.map(|body| body.with_guard(guard)))
        }
    });
    let mut builder = Builder::new();
    // A client that has sent everything may close its half before the response.
    builder.max_header_size(MAX_HEAD_BYTES).max_buf_size(BODY_BUFFER_BYTES).half_close(true);
    let mut http = builder.serve_connection(stream, service);
    // These wake the loop on their own: a request does not poll each of them twice.
    let mut interrupts = FuturesUnordered::from_iter([
        connection.upgraded.notified().map(|()| Interrupt::Upgraded).boxed_local(),
        activity.idle_timeout(state.settings.idle).map(|()| Interrupt::Idle).boxed_local(),
        stop.cancelled().map(|()| Interrupt::Stop).boxed_local(),
        connection.key_ended().map(|()| Interrupt::KeyEnded).boxed_local(),
    ]);
    loop {
        let next = tokio::select! {
            biased;
            outcome = &mut http => {
                if let Err(error) = outcome {
                    tracing::debug!(?peer, %error, "a connection broke");
                }
                return None;
            }
            Some(next) = interrupts.next() => next,
        };
        match next {
            Interrupt::Upgraded => {
                let upgrade = connection.upgrade.take()?;
                connection.slot.mark_upgraded();
                let Parts { io, read_buf, .. } = http.into_parts();
                let raw = RawConnection { stream: Box::new(io.into_inner()), read: read_buf };
                return Some(upgrade.run(raw).boxed_local());
            }
            Interrupt::Idle => return None,
            // A response stops here; a request without a response gets its error.
            Interrupt::KeyEnded if !connection.pending.get() => return None,
            Interrupt::KeyEnded => Pin::new(&mut http).graceful_shutdown(),
            Interrupt::Stop => {
                Pin::new(&mut http).graceful_shutdown();
                // An idle connection does not delay a restart.
                interrupts
                    .push(activity.idle_timeout(STOP_IDLE).map(|()| Interrupt::Idle).boxed_local());
            }
        }
    }
}
