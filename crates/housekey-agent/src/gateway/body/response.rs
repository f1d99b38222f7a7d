//! The bodies of answers: the gateway's own, the agent's, and those that stream from a Homey.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::BodyError;
use super::download::Download;
use crate::gateway::idle::RequestGuard;
use crate::gateway::proxy::headers;
use crate::redaction::Redactor;

/// The body of a response. Data is read only when the client takes it.
pub(crate) struct ResponseBody {
    source: Source,
    /// The request that it answers: it ends with it.
    guard: Option<RequestGuard>,
}

/// The source of a body.
enum Source {
    /// Bytes at hand, given once.
    Whole(Bytes),
    /// A Homey, and what takes its tokens out of trailers.
    Homey(Download, Rc<Redactor>),
    /// A route of the agent.
    Agent(axum::body::Body),
}

impl ResponseBody {
    pub(in crate::gateway) fn full(text: impl Into<Bytes>) -> Self {
        Self { source: Source::Whole(text.into()), guard: None }
    }

    pub(in crate::gateway) fn download(download: Download, redactor: Rc<Redactor>) -> Self {
        Self { source: Source::Homey(download, redactor), guard: None }
    }

    pub(in crate::gateway) fn routed(body: axum::body::Body) -> Self {
        Self { source: Source::Agent(body), guard: None }
    }

    /// The answer begins, and has its end when this is dropped.
    pub(in crate::gateway) fn with_guard(mut self, guard: RequestGuard) -> Self {
        guard.begin_response();
        self.guard = Some(guard);
        self
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.get_mut().source {
            Source::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Source::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Source::Homey(download, redactor) => {
                let polled = download.poll_frame(cx);
                polled.map(|frame| Some(frame?.map(|frame| redacted(frame, redactor))))
            }
            Source::Agent(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| Some(frame?.map_err(BodyError::from)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Whole(bytes) => bytes.is_empty(),
            Source::Homey(download, _) => download.is_at_end(),
            Source::Agent(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Source::Homey(download, _) => download.size_hint(),
            Source::Agent(body) => body.size_hint(),
        }
    }
}

/// Data as it is; trailers as other headers.
fn redacted(frame: Frame<Bytes>, redactor: &Redactor) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            headers::of_trailers(&mut trailers);
            redactor.headers(&mut trailers);
            Frame::trailers(trailers)
        }
        Err(frame) => frame,
    }
}
