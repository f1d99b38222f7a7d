//! The address of a Homey, with the connections to it that are idle.

use std::cell::RefCell;
use std::task::Context;
use std::time::Duration;

use hyper::header::HeaderValue;
use tokio::time::Instant;
use url::Url;

use super::connection::UpstreamConnection;

/// How long a connection may be idle before it is not used any more: a Homey closes its own after five
/// seconds.
const MAX_IDLE: Duration = Duration::from_secs(4);

/// The address of a Homey, and the idle connections to it.
pub(in crate::gateway) struct Endpoint {
    pub(in crate::gateway) base: Url,
    pub(in crate::gateway) host: HeaderValue,
    /// The prefix of its paths; empty for most.
    pub(in crate::gateway) prefix: String,
    idle: RefCell<Vec<UpstreamConnection>>,
    max_idle: usize,
}

impl Endpoint {
    /// The endpoint of an address, if that is valid, with that many idle connections at most.
    pub(in crate::gateway) fn new(base: Url, max_idle: usize) -> Option<Self> {
        let host = HeaderValue::from_str(&housekey::http::authority(&base)).ok()?;
        let prefix = base.path().trim_end_matches('/').to_owned();
        Some(Self { base, host, prefix, idle: RefCell::default(), max_idle })
    }

    /// An idle connection, if there is one.
    pub(in crate::gateway) fn idle_connection(
        &self,
        cx: &mut Context<'_>,
    ) -> Option<UpstreamConnection> {
        let mut idle = self.idle.borrow_mut();
        while let Some(mut connection) = idle.pop() {
            if connection.idle_since.elapsed() < MAX_IDLE && connection.is_ready(cx) {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection for the next request.
    pub(in crate::gateway) fn release(&self, mut connection: UpstreamConnection) {
        connection.idle_since = Instant::now();
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.max_idle {
            idle.push(connection);
        }
    }
}
