//! Opens the transport of a live connection: TCP, with TLS where the Homey's address has it.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use crate::discovery::Route;
use crate::error::Loss;
use crate::http::{Http, below, server_of};

/// Opens transports; the driver knows nothing of addresses, so that tests can give it any pipe.
pub(crate) trait Dial: Send + Sync + 'static {
    /// What it opens.
    type Io: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Opens one, and tells the `ws:` URL to ask for on it. The session limits how long it takes.
    fn dial(&self) -> impl Future<Output = Result<(Self::Io, Url), Loss>> + Send;
}

/// The way to a Homey.
pub(crate) struct HomeyDial {
    route: Route,
    http: Http,
}

/// TCP with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl HomeyDial {
    /// Certificates are verified as `http` does it.
    pub(crate) fn new(route: Route, http: Http) -> Self {
        Self { route, http }
    }
}

impl Dial for HomeyDial {
    type Io = Box<dyn Stream>;

    async fn dial(&self) -> Result<(Self::Io, Url), Loss> {
        let lost = |error: &dyn std::fmt::Display| Loss::Transport(error.to_string());
        let base = self.route.base().await.map_err(|error| lost(&error))?;
        let unreachable =
            |error: std::io::Error| lost(&format!("cannot reach {}: {error}", server_of(&base)));
        let host = base.host_str().unwrap_or_default();
        let port = base.port_or_known_default().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = self.http.resolver().addresses(bare).await.map_err(|error| lost(&error))?;
        let sockets: Vec<_> = found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let tcp = TcpStream::connect(&*sockets).await.map_err(|error| {
            // Whoever looks for the Homey next looks at all of its addresses.
            self.route.lost(&base);
            unreachable(error)
        })?;
        // Without it a heart-beat may wait behind an event. Best effort.
        tcp.set_nodelay(true).ok();
        let mut url = below(&base, "/socket.io/");
        url.set_query(Some("EIO=3&transport=websocket"));
        let secure = base.scheme() == "https";
        // Both are special schemes, so this cannot fail.
        url.set_scheme(if secure { "wss" } else { "ws" }).ok();
        if !secure {
            return Ok((Box::new(tcp), url));
        }
        let name = ServerName::try_from(bare.to_owned()).map_err(|error| lost(&error))?;
        let tls = TlsConnector::from(Arc::clone(&self.http.tls()));
        let tls = tls.connect(name, tcp).await.map_err(unreachable)?;
        Ok((Box::new(tls), url))
    }
}
