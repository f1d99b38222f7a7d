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

/// The body of a response, with the connection it comes over. At its end the connection is released for
/// the next request, and the permit with it; if it is dropped before, or its lease is revoked, the
/// connection is closed.
pub(crate) struct Download {
    incoming: Incoming,
    lease: Rc<Lease>,
    held: Rc<HeldConnection>,
}

/// The connection and the permits that a download holds.
struct HeldConnection(RefCell<Option<(UpstreamConnection, Rc<Endpoint>, Permits)>>);

impl Releasable for HeldConnection {
    fn release(&self) {
        let held = self.0.borrow_mut().take();
        drop(held);
    }
}

impl Download {
    pub(in crate::gateway) fn new(
        incoming: Incoming,
        connection: UpstreamConnection,
        endpoint: Rc<Endpoint>,
        permits: Permits,
        lease: Rc<Lease>,
    ) -> Self {
        let held = Rc::new(HeldConnection(RefCell::new(Some((connection, endpoint, permits)))));
        lease.set_releasable(&held);
        lease.record_progress(0, true);
        Self { incoming, lease, held }
    }

    pub(in crate::gateway) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.lease.is_revoked() {
            return Poll::Ready(Some(Err("it was not taken while others waited".into())));
        }
        let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_pending() {
            if let Some((connection, ..)) = &mut *self.held.0.borrow_mut() {
                connection.drive(cx);
            }
            polled = Pin::new(&mut self.incoming).poll_frame(cx);
        }
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.lease.record_progress(frame.data_ref().map_or(0, Bytes::len), true);
                if self.incoming.is_end_stream() {
                    self.finish(cx);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.held.release();
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                self.finish(cx);
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.lease.record_progress(0, false);
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

    /// Releases the connection for the next request, if it can carry one.
    pub(in crate::gateway) fn finish(&mut self, cx: &mut Context<'_>) {
        let held = self.held.0.borrow_mut().take();
        if let Some((mut connection, endpoint, _permits)) = held
            && connection.is_ready(cx)
        {
            endpoint.release(connection);
        }
    }
}
