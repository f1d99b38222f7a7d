//! The bodies of answers: the gateway's own, the agent's, and those that stream from a Homey.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::headers;
use super::line::Download;
use super::pulse::Beat;
use crate::redaction::Redactor;

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
    /// A Homey, and what takes its tokens out of trailers.
    Homey(Download, Rc<Redactor>),
    /// A route of the agent.
    Agent(axum::body::Body),
}

/// Why a body broke off.
pub(crate) type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Body {
    pub(super) fn full(text: impl Into<Bytes>) -> Self {
        Self { from: From::Here(text.into()), beat: None }
    }

    pub(super) fn download(download: Download, redactor: Rc<Redactor>) -> Self {
        Self { from: From::Homey(download, redactor), beat: None }
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
            From::Homey(download, redactor) => {
                let polled = download.poll_frame(cx);
                polled.map(|frame| Some(frame?.map(|frame| checked(frame, redactor))))
            }
            From::Agent(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| Some(frame?.map_err(Broken::from)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.from {
            From::Here(bytes) => bytes.is_empty(),
            From::Homey(download, _) => download.is_at_end(),
            From::Agent(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.from {
            From::Here(bytes) => SizeHint::with_exact(bytes.len() as u64),
            From::Homey(download, _) => download.size_hint(),
            From::Agent(body) => body.size_hint(),
        }
    }
}

/// Data as it is; trailers as other headers.
fn checked(frame: Frame<Bytes>, redactor: &Redactor) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            headers::of_trailers(&mut trailers);
            redactor.headers(&mut trailers);
            Frame::trailers(trailers)
        }
        Err(frame) => frame,
    }
}
