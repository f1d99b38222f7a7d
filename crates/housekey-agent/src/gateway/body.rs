//! The bodies of answers: the gateway's own, the agent's, and those that stream from a Homey.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::line::Download;

/// What an answer carries. Nothing is taken in before the caller takes it.
pub(crate) enum Body {
    /// Bytes at hand, given once.
    Full(Bytes),
    /// From a Homey.
    Download(Download),
    /// From a route of the agent.
    Routed(axum::body::Body),
}

/// Why a body broke off.
pub(crate) type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Body {
    pub(super) fn full(text: impl Into<Bytes>) -> Self {
        Self::Full(text.into())
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Self::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Download(download) => download.poll_frame(cx),
            Self::Routed(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| Some(frame?.map_err(Broken::from)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(bytes) => bytes.is_empty(),
            Self::Download(download) => download.is_at_end(),
            Self::Routed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Download(download) => download.size_hint(),
            Self::Routed(body) => body.size_hint(),
        }
    }
}
