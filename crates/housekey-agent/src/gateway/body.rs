//! The bodies of answers: the gateway's own, the agent's, and those that stream from a Homey.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::line::Download;
use super::pulse::Beat;

/// What an answer carries. Nothing is taken in before the caller takes it.
pub(crate) struct Body {
    from: From,
    /// The request that it answers: it ends with it.
    beat: Option<Beat>,
}

/// Where it comes from.
enum From {
    /// Bytes at hand, given once.
    Here(Bytes),
    /// A Homey.
    Homey(Download),
    /// A route of the agent.
    Agent(axum::body::Body),
}

/// Why a body broke off.
pub(crate) type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Body {
    pub(super) fn full(text: impl Into<Bytes>) -> Self {
        Self { from: From::Here(text.into()), beat: None }
    }

    pub(super) fn download(download: Download) -> Self {
        Self { from: From::Homey(download), beat: None }
    }

    pub(super) fn routed(body: axum::body::Body) -> Self {
        Self { from: From::Agent(body), beat: None }
    }

    /// The answer begins, and has its end when this is dropped.
    pub(super) fn answering(mut self, beat: Beat) -> Self {
        beat.tells();
        self.beat = Some(beat);
        self
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut self.get_mut().from {
            From::Here(bytes) if bytes.is_empty() => Poll::Ready(None),
            From::Here(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            From::Homey(download) => download.poll_frame(cx),
            From::Agent(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| Some(frame?.map_err(Broken::from)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.from {
            From::Here(bytes) => bytes.is_empty(),
            From::Homey(download) => download.is_at_end(),
            From::Agent(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.from {
            From::Here(bytes) => SizeHint::with_exact(bytes.len() as u64),
            From::Homey(download) => download.size_hint(),
            From::Agent(body) => body.size_hint(),
        }
    }
}
