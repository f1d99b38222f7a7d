//! A bare connection to a server, for live events and the gateway.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::{Http, authority, failure};
use crate::error::HttpError;

/// TCP, with TLS for `https:` URLs.
#[derive(Debug)]
pub enum Connection {
    /// `http:`.
    Plain(TcpStream),
    /// `https:`, with a certificate that was verified.
    Tls(Box<TlsStream<TcpStream>>),
    /// Either of them through a proxy.
    Proxied(Box<dyn Io>),
}

/// A byte stream.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Io for T {}

impl Http {
    /// Connects to the server of a URL, without sending HTTP. Names are resolved, proxies used and
    /// certificates verified as for every request.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] and other errors before anything is sent; also when the limit
    /// for all of it is exceeded.
    pub async fn connect(&self, url: &Url, limit: Duration) -> Result<Connection, HttpError> {
        let proxy = self.proxying.of(url);
        let failed = |cause| failure::of_connection(cause, authority(url), proxy.map(authority));
        match timeout(limit, self.try_to_connect(url, proxy)).await {
            Ok(outcome) => outcome.map_err(failed),
            Err(late) => Err(failed(late.into())),
        }
    }

    async fn try_to_connect(
        &self,
        url: &Url,
        proxy: Option<&Url>,
    ) -> Result<Connection, Box<dyn std::error::Error + Send + Sync>> {
        let tls = (url.scheme() == "https").then(|| TlsConnector::from(Arc::clone(&self.tls)));
        let name = || ServerName::try_from(bare_host(url).to_owned());
        if let Some(proxy) = proxy {
            let tunnel = self.tunnel(proxy, url).await?;
            return Ok(Connection::Proxied(match tls {
                Some(tls) => Box::new(tls.connect(name()?, tunnel).await?),
                None => tunnel,
            }));
        }
        let tcp = self.tcp(bare_host(url), url.port_or_known_default().unwrap_or_default()).await?;
        Ok(match tls {
            Some(tls) => Connection::Tls(Box::new(tls.connect(name()?, tcp).await?)),
            None => Connection::Plain(tcp),
        })
    }

    pub(super) async fn tcp(
        &self,
        host: &str,
        port: u16,
    ) -> Result<TcpStream, Box<dyn std::error::Error + Send + Sync>> {
        let sockets = self.resolver.sockets(host, port).await?;
        let tcp = TcpStream::connect(&*sockets).await?;
        // Without it a small message may wait behind another. Best effort.
        tcp.set_nodelay(true).ok();
        Ok(tcp)
    }
}

/// The host without the brackets of an IPv6 address.
pub(super) fn bare_host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buffer),
            Self::Proxied(io) => Pin::new(io).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
            Self::Proxied(io) => Pin::new(io).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, parts),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, parts),
            Self::Proxied(io) => Pin::new(io).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
            Self::Proxied(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
            Self::Proxied(io) => Pin::new(io).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
            Self::Proxied(io) => Pin::new(io).poll_shutdown(cx),
        }
    }
}
