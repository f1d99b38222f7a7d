//! Streamable HTTP: the revision without a handshake and those with sessions, at one address.
//!
//! Requests that arrive here have a `Host`, an `Origin` and a key that were checked.

mod silence;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::sessions::Sessions;
use super::state::Server;

/// The most bytes of a message.
pub const LARGEST_MESSAGE: usize = 1 << 20;

/// The most requests of one key at once, with the streams that are open.
const AT_ONCE: usize = 64;

/// How long an answer may be due before its stream begins.
const SILENCE: Duration = Duration::from_secs(1);

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The address of a key for its clients.
#[derive(Clone)]
pub struct Endpoint {
    service: StreamableHttpService<Server, Sessions>,
    room: Arc<Semaphore>,
    main: Handle,
}

impl Endpoint {
    /// Where clients reach that server, until `stop` ends their sessions and streams. Calls run on `main`.
    pub fn new(server: Server, stop: CancellationToken, main: Handle) -> Self {
        let mut config =
            StreamableHttpServerConfig::default().disable_allowed_hosts().disable_allowed_origins();
        config.max_request_body_bytes = LARGEST_MESSAGE;
        config.cancellation_token = stop;
        let sessions = Arc::new(Sessions::new());
        let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
        Self { service, room: Arc::new(Semaphore::new(AT_ONCE)), main }
    }

    /// Answers a request. Dropped before its end, the call is cancelled.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Body> {
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            return unavailable("too many requests at once\n");
        };
        let service = self.service.clone();
        let work = async move { service.handle(request.map(Full::new)).await };
        let mut work = AbortOnDropHandle::new(self.main.spawn(work));
        match timeout(SILENCE, &mut work).await {
            Ok(Ok(response)) => holding(response.map(|body| body.boxed_unsync()), permit),
            Ok(Err(_)) => unavailable("stopping\n"),
            Err(_) => holding(silence::stream(work), permit),
        }
    }
}

/// A stream takes its place until the last byte.
fn holding(response: Response<Body>, permit: OwnedSemaphorePermit) -> Response<Body> {
    response.map(|body| {
        if body.size_hint().exact().is_some() {
            return body;
        }
        let held = move |frame| {
            let _ = &permit;
            frame
        };
        body.map_frame(held).boxed_unsync()
    })
}

fn unavailable(why: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::from(why).boxed_unsync());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
