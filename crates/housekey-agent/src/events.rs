//! `/events`: changes in a home as server-sent events, for any number of listeners.
//!
//! One feed for each Homey follows its mirror, serialises every change once and keeps the last ones; a
//! listener is a position in the ring buffer plus a filter. A client that reconnects with `Last-Event-ID`
//! continues from there, or gets an event `gap` if something is missing.

mod feed;
mod filter;
mod listener;
mod ring;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use housekey::catalogue::Need;
use housekey::clock::SharedClock;
use housekey::mirror::Kinds;
use hyper::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep_until, timeout};

use self::feed::Feed;
use self::filter::{EventQuery, Filter};
use self::listener::{EventListener, StartPosition};
use crate::access::{Caller, KeyEnd};
use crate::error_chain::error_chain;
use crate::http::error_response::GatewayError;
use crate::http::upgrade::{RawConnection, Stream, Upgrade};
use crate::served_homey::ServedHomey;
use tokio_util::sync::CancellationToken;

/// How long a write to a listener may take before it is disconnected.
const WRITE: Duration = Duration::from_secs(60);

/// How long the listener's system may take to report that its connection is closed.
const PROBE_AFTER: Duration = Duration::from_secs(1);

/// A comment line that only probes whether the listener is still connected.
const PROBE: Bytes = Bytes::from_static(b":\n\n");

/// The feeds of all Homeys, each started with its first listener.
#[derive(Debug)]
pub(crate) struct Events {
    homeys: Vec<HomeySource>,
    clock: SharedClock,
    /// The runtime of the feeds, which outlives any thread of the gateway.
    main: Handle,
}

#[derive(Debug)]
struct HomeySource {
    served: ServedHomey,
    feed: OnceCell<Arc<Feed>>,
}

impl Events {
    pub(crate) fn new(homeys: &[ServedHomey], clock: SharedClock, main: Handle) -> Self {
        let source =
            |served: &ServedHomey| HomeySource { served: served.clone(), feed: OnceCell::new() };
        Self { homeys: homeys.iter().map(source).collect(), clock, main }
    }

    /// Opens the event stream of a Homey.
    ///
    /// # Errors
    /// Why the caller may not listen, or why there is no stream.
    pub(crate) async fn listen(
        &self,
        name: &str,
        (caller, stop, end): (&Caller, CancellationToken, KeyEnd),
        head: &Parts,
    ) -> Result<Upgrade, GatewayError> {
        if head.method != Method::GET {
            let why = "events are for GET";
            return Err(GatewayError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                why,
            ));
        }
        let source = self.homeys.iter().find(|source| source.served.name == name);
        let source = source.ok_or_else(GatewayError::unknown_homey)?;
        let wrong = |why| GatewayError::new(StatusCode::BAD_REQUEST, "invalid_argument", why);
        let query = EventQuery::parse(head.uri.query().unwrap_or_default()).map_err(wrong)?;
        let kinds = kinds_for(&source.served, caller, &query)?;
        let feed = source.feed(self).await?;
        let filter = Filter::new(&query, kinds, &feed.home()).map_err(wrong)?;
        let last = head.headers.get("last-event-id").and_then(|id| id.to_str().ok());
        let start = match last.or(query.last_event_id.as_deref()).filter(|id| !id.is_empty()) {
            Some(id) => StartPosition::After(id),
            None => StartPosition::Now,
        };
        let listener = EventListener::new(&feed, filter, start, stop);
        let mut response = Response::new(());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // It ends with the connection.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        Ok(Upgrade::new(response, |raw| send_events(raw, listener, end)))
    }
}

/// Sends events to a listener until one side closes the connection, or the key ends.
async fn send_events(raw: RawConnection, listener: EventListener, mut end: KeyEnd) {
    let RawConnection { mut stream, read } = raw;
    // It stands in the buffer of HTTP, 8 KB that are not needed any more.
    drop(read);
    tokio::select! {
        biased;
        () = end.reached() => {}
        () = send_all(&mut stream, listener) => {}
    }
}

async fn send_all(stream: &mut Box<dyn Stream>, mut listener: EventListener) {
    let mut client_half = ClientHalf::Open;
    loop {
        let mut more = [0];
        let next = tokio::select! {
            next = listener.next() => next,
            read = stream.read(&mut more), if matches!(client_half, ClientHalf::Open) => match read {
                Ok(0) => {
                    client_half = ClientHalf::Closed { probe_at: Some(Instant::now() + PROBE_AFTER) };
                    Some(PROBE)
                }
                // A client never sends anything here: it breaks the protocol.
                _ => return,
            },
            () = client_half.probe_due() => {
                client_half = ClientHalf::Closed { probe_at: None };
                Some(PROBE)
            }
        };
        let Some(next) = next else { break };
        if !written(timeout(WRITE, write(stream, next)).await) {
            return;
        }
    }
    let _ = timeout(WRITE, stream.shutdown()).await;
}

/// The half of a connection that the listener speaks over.
enum ClientHalf {
    Open,
    /// The connection may be closed entirely. The first write makes its system report it, the second one
    /// fails here.
    Closed {
        probe_at: Option<Instant>,
    },
}

impl ClientHalf {
    async fn probe_due(&self) {
        match self {
            Self::Closed { probe_at: Some(at) } => sleep_until(*at).await,
            _ => std::future::pending().await,
        }
    }
}

async fn write(
    stream: &mut (impl tokio::io::AsyncWrite + Unpin),
    bytes: Bytes,
) -> std::io::Result<()> {
    stream.write_all(&bytes).await?;
    stream.flush().await
}

fn written<L>(outcome: Result<std::io::Result<()>, L>) -> bool {
    matches!(outcome, Ok(Ok(())))
}

impl HomeySource {
    async fn feed(&self, events: &Events) -> Result<Arc<Feed>, GatewayError> {
        let start_feed = async || {
            let mirror = self.served.mirror().await.map_err(|error| error_chain(&error))?;
            let begun = events.main.spawn(Feed::begin(mirror, events.clock.now())).await;
            begun.map_err(|_| "the agent is stopping".to_owned())
        };
        let feed = self.feed.get_or_try_init(start_feed).await;
        feed.cloned().map_err(|why: String| {
            let why = format!("the Homey {} cannot be followed: {why}", self.served.name);
            GatewayError::try_again("homey_unreachable", why)
        })
    }
}

/// The kinds that a caller gets: those of its query, all of which it must be permitted; or all that it is
/// permitted, if that is any.
fn kinds_for(
    served: &ServedHomey,
    caller: &Caller,
    query: &EventQuery,
) -> Result<Kinds, GatewayError> {
    let wanted = query.kinds();
    let mut lacking = None;
    let mut allowed = Vec::new();
    for kind in wanted.unwrap_or_else(Kinds::all).iter() {
        match caller.may(&served.name, &Need::of_subscription(served.dialect, kind.uri())) {
            Ok(()) => allowed.push(kind),
            Err(refusal) => lacking = lacking.or(Some(refusal)),
        }
    }
    match lacking {
        Some(refusal) if wanted.is_some() || allowed.is_empty() => {
            Err(GatewayError::Denied(refusal, served.dialect))
        }
        _ => Ok(allowed.into_iter().collect()),
    }
}
