//! Opens the transport of a live connection: TCP, with TLS where the Homey's address has it.

use std::future::Future;

use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use crate::discovery::Route;
use crate::error::Loss;
use crate::http::{CONNECT_LIMIT, Connection, Http, join_path};

/// Opens transports; the driver knows nothing of addresses, so that tests can give it any pipe.
pub(crate) trait Dial: Send + Sync + 'static {
    /// The transport.
    type Io: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Opens one and returns the `ws:` URL to request on it. The session limits how long it takes.
    fn dial(&self) -> impl Future<Output = Result<(Self::Io, Url), Loss>> + Send;
}

/// The route to a Homey.
pub(crate) struct HomeyDial {
    route: Route,
    http: Http,
}

impl HomeyDial {
    /// Certificates are verified as `http` does it.
    pub(crate) fn new(route: Route, http: Http) -> Self {
        Self { route, http }
    }
}

impl Dial for HomeyDial {
    type Io = Connection;

    async fn dial(&self) -> Result<(Self::Io, Url), Loss> {
        let lost = |error: &dyn std::fmt::Display| Loss::Transport(error.to_string());
        let base = self.route.base().await.map_err(|error| lost(&error))?;
        let io = self.http.connect(&base, CONNECT_LIMIT).await.map_err(|error| {
            // The next search looks at all addresses of the Homey.
            self.route.lost(&base);
            match std::error::Error::source(&error) {
                Some(cause) => lost(&format!("{error}: {cause}")),
                None => lost(&error),
            }
        })?;
        let mut url = join_path(&base, "/socket.io/");
        url.set_query(Some("EIO=3&transport=websocket"));
        // Both are special schemes, so this cannot fail.
        url.set_scheme(if base.scheme() == "https" { "wss" } else { "ws" }).ok();
        Ok((io, url))
    }
}
