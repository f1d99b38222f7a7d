//! A bare connection to a server, for whoever speaks over it by themselves: live events, the gateway.

use std::io;
use std::net::SocketAddr;
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

use super::{Http, server_of};
use crate::error::HttpError;

/// TCP, with TLS where the address has it.
#[derive(Debug)]
pub enum Connection {
    /// `http:`.
    Plain(TcpStream),
    /// `https:`, with a certificate that was verified.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Http {
    /// Connects to where a URL leads, without speaking HTTP yet. Names are looked up and certificates
    /// verified as for every request.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`], also when the limit, which covers all of it, ran out: nothing was
    /// sent.
    pub async fn connect(&self, url: &Url, limit: Duration) -> Result<Connection, HttpError> {
        let unreachable = |cause: Box<dyn std::error::Error + Send + Sync>| {
            HttpError::Unreachable { server: server_of(url), cause }
        };
        match timeout(limit, self.try_to_connect(url)).await {
            Ok(outcome) => outcome.map_err(unreachable),
            Err(late) => Err(unreachable(late.into())),
        }
    }

    async fn try_to_connect(
        &self,
        url: &Url,
    ) -> Result<Connection, Box<dyn std::error::Error + Send + Sync>> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = self.resolver.addresses(bare).await?;
        let sockets: Vec<_> = found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let tcp = TcpStream::connect(&*sockets).await?;
        // Without it a small message may wait behind another. Best effort.
        tcp.set_nodelay(true).ok();
        if url.scheme() != "https" {
            return Ok(Connection::Plain(tcp));
        }
        let name = ServerName::try_from(bare.to_owned())?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        Ok(Connection::Tls(Box::new(tls.connect(name, tcp).await?)))
    }
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
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
