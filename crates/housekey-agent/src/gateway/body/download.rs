//! The body of an answer that streams from a Homey, with the connection it comes over.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};

use super::BodyError;
use crate::gateway::upstream::connection::UpstreamConnection;
use crate::gateway::upstream::endpoint::Endpoint;
use crate::gateway::upstream::fair_queue::{Lease, Permits, Releasable};

/// The body of an answer, with the line that it comes over. When it is at its end, the line goes back
/// and the turn goes on; when it is dropped before, or its turn is taken back, the line is closed.
pub(crate) struct Download {
    incoming: Incoming,
    lease: Rc<Lease>,
    used: Rc<HeldConnection>,
}

/// What a download keeps others from.
struct HeldConnection(RefCell<Option<(UpstreamConnection, Rc<Endpoint>, Permits)>>);

impl Releasable for HeldConnection {
    fn let_go(&self) {
        let used = self.0.borrow_mut().take();
        drop(used);
    }
}

impl Download {
    pub(in crate::gateway) fn new(
        incoming: Incoming,
        line: UpstreamConnection,
        way: Rc<Endpoint>,
        turns: Permits,
        lease: Rc<Lease>,
    ) -> Self {
        let used = Rc::new(HeldConnection(RefCell::new(Some((line, way, turns)))));
        lease.holds(&used);
        lease.moves(0, true);
        Self { incoming, lease, used }
    }

    pub(in crate::gateway) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.lease.is_ended() {
            return Poll::Ready(Some(Err("it was not taken while others waited".into())));
        }
        let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_pending() {
            if let Some((line, ..)) = &mut *self.used.0.borrow_mut() {
                line.drive(cx);
            }
            polled = Pin::new(&mut self.incoming).poll_frame(cx);
        }
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.lease.moves(frame.data_ref().map_or(0, Bytes::len), true);
                if self.incoming.is_end_stream() {
                    self.finish(cx);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.used.let_go();
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                self.finish(cx);
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.lease.moves(0, false);
                Poll::Pending
            }
        }
    }

    pub(in crate::gateway) fn is_at_end(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub(in crate::gateway) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }

    /// Puts the line back for the next request, if it can carry one.
    pub(in crate::gateway) fn finish(&mut self, cx: &mut Context<'_>) {
        let used = self.used.0.borrow_mut().take();
        if let Some((mut line, way, _turns)) = used
            && line.is_ready(cx)
        {
            way.keep(line);
        }
    }
}
