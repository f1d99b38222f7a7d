//! A connection to a Homey: one request at a time, reused for the next.
//!
//! The task that uses a connection also drives it, so that a request and its response pass through without
//! a task of their own and without waking another.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use housekey::error::HttpError;
use housekey::http::{CONNECT_LIMIT, Connection as Transport, Http};
use housekey::retry::NoAnswer;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;
use url::Url;

use crate::gateway::body::BODY_BUFFER_BYTES;
use crate::gateway::body::request::RequestBody;

/// The future that moves the bytes of a connection.
type Driver = Pin<Box<Connection<TokioIo<Transport>, RequestBody>>>;

/// A connection to a Homey.
pub(in crate::gateway) struct UpstreamConnection {
    sender: SendRequest<RequestBody>,
    /// `None` when it has ended.
    driver: Option<Driver>,
    /// Whether it has carried a request before: then it may have been closed meanwhile.
    pub(in crate::gateway) used: bool,
    /// When it was put aside.
    pub(in crate::gateway) idle_since: Instant,
}

impl UpstreamConnection {
    pub(in crate::gateway) async fn open(http: &Http, base: &Url) -> Result<Self, HttpError> {
        let transport = http.connect(base, CONNECT_LIMIT).await?;
        Self::over(transport).await.map_err(|error| HttpError::Unreachable {
            server: housekey::http::authority(base),
            cause: error.into(),
        })
    }

    pub(in crate::gateway) async fn over(transport: Transport) -> hyper::Result<Self> {
        let mut builder = Builder::new();
        builder.max_buf_size(BODY_BUFFER_BYTES);
        let (sender, driver) = builder.handshake(TokioIo::new(transport)).await?;
        let (driver, idle_since) = (Some(Box::pin(driver)), Instant::now());
        Ok(Self { sender, driver, used: false, idle_since })
    }

    /// Sends a request and gives the head of its answer, or why there is none.
    pub(in crate::gateway) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, (NoAnswer, hyper::Error)> {
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
            Some(_) => (NoAnswer::Unreachable, error.into_error()),
            None if error.error().is_parse() => (NoAnswer::NotHttp, error.into_error()),
            None => (NoAnswer::Lost, error.into_error()),
        })
    }

    /// Whether it could carry another request; looks whether the Homey has closed it meanwhile.
    pub(in crate::gateway) fn is_ready(&mut self, cx: &mut Context<'_>) -> bool {
        drive(&mut self.driver, cx);
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Lets the connection do what it can.
    pub(in crate::gateway) fn drive(&mut self, cx: &mut Context<'_>) {
        drive(&mut self.driver, cx);
    }
}

/// Lets the connection do what it can; takes it away when it is at its end.
fn drive(driver: &mut Option<Driver>, cx: &mut Context<'_>) {
    // How it ended is reported to the request that waits for the response.
    if driver.as_mut().is_some_and(|driver| driver.as_mut().poll(cx).is_ready()) {
        *driver = None;
    }
}
