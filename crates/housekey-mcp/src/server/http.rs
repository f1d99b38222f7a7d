//! Streamable HTTP: the revision without a handshake and those with sessions, at one address.
//!
//! Whoever passes requests on has checked `Host`, `Origin` and the key of the client.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::sessions::Sessions;
use super::state::Server;

/// The most bytes of a message.
pub const LARGEST_MESSAGE: usize = 1 << 20;

/// The most requests of one key at once, with the streams that are open.
const AT_ONCE: usize = 64;

/// The address of a key for its clients.
#[derive(Clone)]
pub struct Endpoint {
    service: StreamableHttpService<Server, Sessions>,
    room: Arc<Semaphore>,
}

impl Endpoint {
    /// Where clients reach that server, until `stop` ends their sessions and streams.
    pub fn new(server: Server, stop: CancellationToken) -> Self {
        let mut config =
            StreamableHttpServerConfig::default().disable_allowed_hosts().disable_allowed_origins();
        config.max_request_body_bytes = LARGEST_MESSAGE;
        config.cancellation_token = stop;
        let sessions = Arc::new(Sessions::new());
        let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
        Self { service, room: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Answers a request. Dropped before its end, the call is cancelled.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<BoxBody<Bytes, Infallible>> {
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            let mut full = Response::new(Full::from("too many requests at once\n").boxed());
            *full.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            full.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            return full;
        };
        let response = self.service.handle(request.map(Full::new)).await;
        // A stream takes the place until its last byte.
        response.map(|body| {
            if body.size_hint().exact().is_some() {
                return body;
            }
            let held = move |frame| {
                let _ = &permit;
                frame
            };
            body.map_frame(held).boxed()
        })
    }
}
