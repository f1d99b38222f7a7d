//! The body of a request to a Homey: its beginning is buffered before the request gets a permit, and
//! enough is kept to send it again.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::BodyError;
use crate::gateway::upstream::fair_queue::Lease;

/// A body that is streamed as it arrives. Clones share it: the latest clone sends.
///
/// Up to a limit everything that was sent is kept; while that is all, [`RequestBody::rewind`] starts over
/// with what was kept and continues with what had not arrived yet.
#[derive(Debug, Clone, Default)]
pub(in crate::gateway) struct RequestBody(Option<Rc<RefCell<RequestStream>>>);

#[derive(Debug)]
struct RequestStream {
    incoming: Incoming,
    /// How much may be kept, in bytes.
    limit: usize,
    kept: Vec<Bytes>,
    kept_bytes: usize,
    /// Whether something was sent that is not kept.
    discarded: bool,
    /// How many of the kept pieces have been sent.
    sent: usize,
    /// How many pieces were sent, again or not.
    progress: u64,
    /// Whether the caller broke it off, or wrote it so that it cannot be read.
    broken: bool,
    /// Whether all of it has come.
    complete: bool,
    /// Where progress is recorded.
    lease: Rc<Lease>,
}

impl RequestBody {
    /// A body that is nothing is not streamed.
    pub(in crate::gateway) fn new(incoming: Incoming, limit: usize, lease: Rc<Lease>) -> Self {
        if incoming.is_end_stream() {
            return Self(None);
        }
        let stream = RequestStream {
            incoming,
            limit,
            kept: Vec::new(),
            kept_bytes: 0,
            discarded: false,
            sent: 0,
            progress: 0,
            broken: false,
            complete: false,
            lease,
        };
        Self(Some(Rc::new(RefCell::new(stream))))
    }

    /// Waits for all of a small body, or for as much of a larger one as is kept. It may turn out to be
    /// malformed.
    pub(in crate::gateway) async fn buffer(&self) {
        let Some(stream) = &self.0 else { return };
        poll_fn(|cx| stream.borrow_mut().poll_buffer(cx)).await;
    }

    /// Whether the caller broke it off, or wrote it so that it cannot be read.
    pub(in crate::gateway) fn is_broken(&self) -> bool {
        self.0.as_ref().is_some_and(|stream| stream.borrow().broken)
    }

    /// Whether nothing more is to come from the caller.
    pub(in crate::gateway) fn is_complete(&self) -> bool {
        self.0.as_ref().is_none_or(|stream| {
            let stream = stream.borrow();
            stream.complete || stream.incoming.is_end_stream()
        })
    }

    /// A number that grows with each piece that is sent.
    pub(in crate::gateway) fn progress(&self) -> u64 {
        self.0.as_ref().map_or(0, |stream| stream.borrow().progress)
    }

    /// Whether everything that was sent is still here.
    pub(in crate::gateway) fn is_kept(&self) -> bool {
        self.0.as_ref().is_none_or(|stream| !stream.borrow().discarded)
    }

    /// Starts over, if everything that was sent is still here.
    pub(in crate::gateway) fn rewind(&self) -> bool {
        let Some(stream) = &self.0 else { return true };
        let mut stream = stream.borrow_mut();
        stream.sent = 0;
        !stream.discarded
    }
}

impl RequestStream {
    fn poll_buffer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.kept_bytes < self.limit {
            let Some(Ok(data)) = ready!(self.poll_data(cx)) else { break };
            self.kept_bytes += data.len();
            self.kept.push(data);
        }
        Poll::Ready(())
    }

    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(kept) = self.kept.get(self.sent) {
            self.sent += 1;
            self.progress += 1;
            return Poll::Ready(Some(Ok(Frame::data(kept.clone()))));
        }
        let polled = self.poll_data(cx);
        let bytes = match &polled {
            Poll::Ready(Some(Ok(data))) => data.len(),
            _ => 0,
        };
        self.lease.record_progress(bytes, polled.is_pending());
        let data = match ready!(polled) {
            Some(Ok(data)) => data,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        self.progress += 1;
        self.kept_bytes += data.len();
        if self.kept_bytes <= self.limit && !self.discarded {
            self.kept.push(data.clone());
            self.sent = self.kept.len();
        } else {
            self.discarded = true;
            self.kept = Vec::new();
            self.sent = 0;
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    /// The next data of the client.
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        if self.complete || self.broken {
            return Poll::Ready(None);
        }
        loop {
            let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.broken = true;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => {
                    self.complete = true;
                    return Poll::Ready(None);
                }
            };
            // Trailers end here: they could claim what only the gateway may say.
            let Ok(data) = frame.into_data() else { continue };
            return Poll::Ready(Some(Ok(data)));
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &self.0 {
            None => Poll::Ready(None),
            Some(stream) => stream.borrow_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(|stream| {
            let stream = stream.borrow();
            stream.sent == stream.kept.len() && stream.incoming.is_end_stream()
        })
    }

    fn size_hint(&self) -> SizeHint {
        let Some(stream) = &self.0 else { return SizeHint::with_exact(0) };
        let stream = stream.borrow();
        let kept: usize = stream.kept.iter().skip(stream.sent).map(Bytes::len).sum();
        let hint = stream.incoming.size_hint();
        match hint.exact() {
            Some(left) => SizeHint::with_exact(left + kept as u64),
            None => hint,
        }
    }
}
