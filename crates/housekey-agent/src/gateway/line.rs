//! A connection to a Homey: one request at a time, kept for the next.
//!
//! Whoever uses a line also drives it, so that a request and its answer pass through without a task
//! of their own and without waking another.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use housekey::error::HttpError;
use housekey::http::{CONNECT_LIMIT, Connection as Transport, Http};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::body::Broken;
use super::turns::{Held, Lease, Turns};
use super::upload::Upload;
use super::upstream::Way;

/// How much is read at once, in bytes, when much comes: little is read in pieces of eight KiB. Larger
/// pieces cost memory for each line and bring little.
const READ_BYTES: usize = 64 * 1024;

/// What moves the bytes of a line.
type Driver = Pin<Box<Connection<TokioIo<Transport>, Upload>>>;

/// A connection to a Homey.
pub(super) struct Line {
    sender: SendRequest<Upload>,
    /// `None` when it has ended.
    driver: Option<Driver>,
    /// Whether it has carried a request before: then it may have been closed meanwhile.
    pub(super) used: bool,
    /// When it was put aside.
    pub(super) idle_since: Instant,
}

/// A request that got no answer.
pub(super) enum Unanswered {
    /// The Homey has seen nothing of it.
    NotSent(hyper::Error),
    /// It may have been carried out.
    Cut(hyper::Error),
}

impl Line {
    pub(super) async fn open(http: &Http, way: &Way) -> Result<Self, HttpError> {
        let transport = http.connect(&way.base, CONNECT_LIMIT).await?;
        Self::over(transport).await.map_err(|error| HttpError::Unreachable {
            server: housekey::http::server_of(&way.base),
            cause: error.into(),
        })
    }

    pub(super) async fn over(transport: Transport) -> hyper::Result<Self> {
        let mut builder = Builder::new();
        builder.max_buf_size(READ_BYTES);
        let (sender, driver) = builder.handshake(TokioIo::new(transport)).await?;
        let (driver, idle_since) = (Some(Box::pin(driver)), Instant::now());
        Ok(Self { sender, driver, used: false, idle_since })
    }

    /// Sends a request and gives the head of its answer.
    pub(super) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, Unanswered> {
        self.used = true;
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let driver = &mut self.driver;
        let outcome = poll_fn(|cx| {
            if let Poll::Ready(outcome) = answer.as_mut().poll(cx) {
                return Poll::Ready(outcome);
            }
            drive(driver, cx);
            answer.as_mut().poll(cx)
        });
        outcome.await.map_err(|mut error| match error.take_message() {
            Some(_) => Unanswered::NotSent(error.into_error()),
            None => Unanswered::Cut(error.into_error()),
        })
    }

    /// Whether it could carry another request; looks whether the Homey has closed it meanwhile.
    pub(super) fn is_ready(&mut self, cx: &mut Context<'_>) -> bool {
        drive(&mut self.driver, cx);
        self.driver.is_some() && self.sender.is_ready()
    }
}

/// Lets the connection do what it can; takes it away when it is at its end.
fn drive(driver: &mut Option<Driver>, cx: &mut Context<'_>) {
    // How it ended is told to whoever waits for the answer.
    if driver.as_mut().is_some_and(|driver| driver.as_mut().poll(cx).is_ready()) {
        *driver = None;
    }
}

/// The body of an answer, with the line that it comes over. When it is at its end, the line goes back
/// and the turn goes on; when it is dropped before, or its turn is taken back, the line is closed.
pub(crate) struct Download {
    incoming: Incoming,
    lease: Rc<Lease>,
    used: Rc<Used>,
}

/// What a download keeps others from.
struct Used(RefCell<Option<(Line, Rc<Way>, Turns)>>);

impl Held for Used {
    fn let_go(&self) {
        let used = self.0.borrow_mut().take();
        drop(used);
    }
}

impl Download {
    pub(super) fn new(
        incoming: Incoming,
        line: Line,
        way: Rc<Way>,
        turns: Turns,
        lease: Rc<Lease>,
    ) -> Self {
        let used = Rc::new(Used(RefCell::new(Some((line, way, turns)))));
        lease.holds(&used);
        lease.moves(0, true);
        Self { incoming, lease, used }
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if self.lease.is_ended() {
            return Poll::Ready(Some(Err("it was not taken while others waited".into())));
        }
        let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_pending() {
            if let Some((line, ..)) = &mut *self.used.0.borrow_mut() {
                drive(&mut line.driver, cx);
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

    pub(super) fn is_at_end(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }

    /// Puts the line back for the next request, if it can carry one.
    pub(super) fn finish(&mut self, cx: &mut Context<'_>) {
        let used = self.used.0.borrow_mut().take();
        if let Some((mut line, way, _turns)) = used
            && line.is_ready(cx)
        {
            way.keep(line);
        }
    }
}
