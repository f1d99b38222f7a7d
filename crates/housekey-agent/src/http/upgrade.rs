//! Raw connections after an HTTP upgrade.
//!
//! HTTP keeps two buffers of 8 KB for each connection. A listener of days needs neither, so the connection
//! is taken from HTTP before the response, and the head is written here.

use std::io;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use hyper::Response;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

/// A connection of a caller, whatever it is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// A connection, and what was read of it already.
pub(crate) struct RawConnection {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) read: Bytes,
}

/// The task that continues on a connection until it ends.
type UpgradedTask = Box<dyn FnOnce(RawConnection) -> LocalBoxFuture<'static, ()>>;

/// The head of an answer, and what follows in place of a body.
pub(crate) struct Upgrade {
    head: Response<()>,
    task: UpgradedTask,
}

impl Upgrade {
    pub(crate) fn new<F>(
        head: Response<()>,
        task: impl FnOnce(RawConnection) -> F + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        Self { head, task: Box::new(|raw| task(raw).boxed_local()) }
    }

    pub(crate) fn head_mut(&mut self) -> &mut Response<()> {
        &mut self.head
    }

    /// Writes the head, and continues.
    pub(crate) async fn run(self, mut raw: RawConnection) {
        let Self { head, task } = self;
        let written = write_head(&mut raw.stream, head).await;
        match written {
            Ok(()) => task(raw).await,
            Err(error) => tracing::debug!(%error, "a connection broke"),
        }
    }
}

/// Consumes the head, so that its memory is released while the task continues for days.
async fn write_head(stream: &mut Box<dyn Stream>, head: Response<()>) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", head.status()).into_bytes();
    for (name, value) in head.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    stream.write_all(&bytes).await?;
    stream.flush().await
}
