//! The handle of a live connection: subscribe, call, read its status.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use super::command::{Command, Refused, failed};
use super::dial::Dial;
use super::driver::ConnectionDriver;
use super::feed::Feed;
use super::inbox::Inbox;
use super::session::{CallRequest, ConnectionStatus, LiveSession, payload};
use super::subscription::Subscription;
use crate::auth::Bearer;
use crate::error::{Error, RealtimeError};
use crate::request::LiveCall;

/// How many requests wait for the driver; a further caller waits until there is room.
const COMMANDS: usize = 64;

/// One live connection to a Homey, which reconnects when it is lost. Cheap to clone; it is closed
/// when the last clone and the last [`Subscription`] are dropped.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use housekey::realtime::ConnectionStatus;
/// let mut status = homey.realtime().status();
/// status.wait_for(|status| *status == ConnectionStatus::Live).await.ok();
/// let mut events = homey.realtime().subscribe("homey:manager:devices").await?;
/// println!("{:?}", events.next().await);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Realtime {
    commands: mpsc::Sender<Command>,
    status: watch::Receiver<ConnectionStatus>,
}

impl Realtime {
    /// Begins to connect, in a task of its own.
    pub(crate) fn start(dial: impl Dial, bearer: Bearer, homey_id: Option<String>) -> Self {
        let (commands, received) = mpsc::channel(COMMANDS);
        let (status_sender, status) = watch::channel(ConnectionStatus::Connecting);
        let driver = ConnectionDriver::new(
            LiveSession::new(homey_id),
            dial,
            bearer,
            received,
            status_sender,
        );
        tokio::spawn(driver.run());
        Self { commands, status }
    }

    /// The status of the connection, now and at each change.
    pub fn status(&self) -> watch::Receiver<ConnectionStatus> {
        self.status.clone()
    }

    /// Subscribes to the events of a URI: `homey:manager:devices`, `homey:device:<uuid>`. Once
    /// granted, the subscription survives reconnects.
    ///
    /// # Errors
    /// The Homey's refusal; [`RealtimeError::NotConnected`] when there is no connection and the
    /// attempt under way fails; why there is no token.
    pub async fn subscribe(&self, uri: &str) -> Result<Subscription, Error> {
        let uri: Arc<str> = uri.into();
        let inbox = Arc::new(Inbox::default());
        let (reply, granted) = oneshot::channel();
        // Made first: when this future is dropped half-way, so is the listener.
        let subscription = Subscription::new(uri.clone(), inbox.clone(), self.commands.clone());
        let command = Command::Subscribe { uri, inbox, reply };
        self.commands.send(command).await.map_err(|_| RealtimeError::Closed)?;
        granted.await.map_err(|_| RealtimeError::Closed)??;
        Ok(subscription)
    }

    /// A queue for the events of many URIs; empty at first.
    pub(crate) fn feed(&self) -> Feed {
        Feed::new(self.commands.clone())
    }

    /// Makes a call over the connection. Answers, scopes and errors are those of HTTP.
    ///
    /// # Errors
    /// As [`crate::Homey::call`]. When the connection is lost before the answer, an operation that
    /// only reads is sent again over the next connection, within its time limit; any other fails
    /// with [`RealtimeError::Dropped`], since it may have been carried out.
    pub async fn call(&self, call: &LiveCall) -> Result<Value, Error> {
        let request = CallRequest {
            payload: payload(&call.uri, call.operation.name, &call.arguments),
            repeatable: call.reads,
            limit: call.timeout,
        };
        let (reply, answered) = oneshot::channel();
        let command = Command::Call { call: request, reply };
        self.commands.send(command).await.map_err(|_| RealtimeError::Closed)?;
        match answered.await.map_err(|_| RealtimeError::Closed)? {
            Ok(answer) => Ok(serde_json::from_str(answer.get()).unwrap_or_default()),
            Err(Refused::Error(error)) => Err(error),
            Err(Refused::Failure(failure)) => Err(failed(call.operation.id, call.scopes, failure)),
        }
    }
}
