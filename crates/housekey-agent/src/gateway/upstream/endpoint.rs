//! The address of a Homey, with the connections to it that are idle.

use std::cell::RefCell;
use std::task::Context;
use std::time::Duration;

use hyper::header::HeaderValue;
use tokio::time::Instant;
use url::Url;

use super::connection::UpstreamConnection;

/// How long a line may rest before it is not used any more: a Homey closes its own after five seconds.
const REST: Duration = Duration::from_secs(4);

/// Where a Homey answers, and the lines there.
pub(in crate::gateway) struct Endpoint {
    pub(in crate::gateway) base: Url,
    pub(in crate::gateway) host: HeaderValue,
    /// What its paths begin with; empty for most.
    pub(in crate::gateway) prefix: String,
    idle: RefCell<Vec<UpstreamConnection>>,
    at_most: usize,
}

impl Endpoint {
    /// To that address, if it is one; with so many lines at most.
    pub(in crate::gateway) fn new(base: Url, at_most: usize) -> Option<Self> {
        let host = HeaderValue::from_str(&housekey::http::server_of(&base)).ok()?;
        let prefix = base.path().trim_end_matches('/').to_owned();
        Some(Self { base, host, prefix, idle: RefCell::default(), at_most })
    }

    /// A line that rested, if there is one.
    pub(in crate::gateway) fn line(&self, cx: &mut Context<'_>) -> Option<UpstreamConnection> {
        let mut idle = self.idle.borrow_mut();
        while let Some(mut line) = idle.pop() {
            if line.idle_since.elapsed() < REST && line.is_ready(cx) {
                return Some(line);
            }
        }
        None
    }

    /// Puts a line aside for the next request.
    pub(in crate::gateway) fn keep(&self, mut line: UpstreamConnection) {
        line.idle_since = Instant::now();
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.at_most {
            idle.push(line);
        }
    }
}
