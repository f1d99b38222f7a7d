//! What a program holds of a live connection: subscribe, call, look how it is.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use super::dial::Dial;
use super::driver::{Command, Driver};
use super::feed::Feed;
use super::session::{Call, Failure, Session, Status, payload};
use super::subscription::{Inbox, Subscription};
use crate::auth::Bearer;
use crate::error::{Error, HomeyError, RealtimeError};
use crate::request::Named;

/// How many requests may wait for the driver to look at them; whoever makes more waits.
const COMMANDS: usize = 64;

/// One live connection to a Homey, which is made anew as often as it is lost. Cheap to clone; it is
/// closed when the last clone and the last [`Subscription`] are gone.
#[derive(Debug, Clone)]
pub struct Realtime {
    commands: mpsc::Sender<Command>,
    status: watch::Receiver<Status>,
}

impl Realtime {
    /// Begins to connect, in a task of its own.
    pub(crate) fn start(dial: impl Dial, bearer: Bearer, homey_id: Option<String>) -> Self {
        let (commands, received) = mpsc::channel(COMMANDS);
        let (told, status) = watch::channel(Status::Connecting);
        let driver = Driver::new(Session::new(homey_id), dial, bearer, received, told);
        tokio::spawn(driver.run());
        Self { commands, status }
    }

    /// How the connection is, now and whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Listens to the events of a URI: `homey:manager:devices`, `homey:device:<uuid>`. Once the Homey
    /// has granted it, the subscription outlives the connection.
    ///
    /// # Errors
    /// What the Homey refuses it with; [`RealtimeError::NotConnected`] when there is no connection
    /// and the attempt under way fails; what keeps us from a token.
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

    /// A queue for the events of many URIs; it begins with none.
    pub(crate) fn feed(&self) -> Feed {
        Feed::new(self.commands.clone())
    }

    /// Makes a call over the connection. Answers, scopes and errors are those of HTTP.
    ///
    /// # Errors
    /// As [`crate::Homey::call`]. When the connection is lost before the answer, an operation that
    /// only reads is sent again over the next one, within its time limit; of any other the error is
    /// [`RealtimeError::Dropped`], since it may have been carried out.
    pub async fn call(&self, named: &Named) -> Result<Value, Error> {
        let call = Call {
            payload: payload(&named.uri, named.operation.name, &named.arguments),
            repeatable: named.reads,
            limit: named.timeout,
        };
        let (reply, answered) = oneshot::channel();
        let command = Command::Call { call, reply };
        self.commands.send(command).await.map_err(|_| RealtimeError::Closed)?;
        match answered.await.map_err(|_| RealtimeError::Closed)? {
            Ok(answer) => Ok(serde_json::from_str(answer.get()).unwrap_or_default()),
            Err(Refused::Error(error)) => Err(error),
            Err(Refused::Failure(failure)) => {
                Err(failed(named.operation.id, named.scopes, failure))
            }
        }
    }
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Refused {
    /// The conversation told.
    Failure(Failure),
    /// There is no token.
    Error(Error),
}

/// The error for something that was asked of the Homey: an operation, or a subscription.
pub(super) fn failed(what: &str, scopes: &[&str], failure: Failure) -> Error {
    let operation = what.to_owned();
    match failure {
        Failure::Refused(refusal) => {
            // The words were sent in place of a status, which only very old hubs do.
            let status = refusal.status.unwrap_or(500);
            HomeyError::of(what, scopes, status, refusal.code, refusal.message, None).into()
        }
        Failure::TimedOut(limit) => RealtimeError::TimedOut { what: operation, limit }.into(),
        Failure::NotConnected(why) => RealtimeError::NotConnected { why }.into(),
        Failure::Dropped => RealtimeError::Dropped { operation }.into(),
        Failure::Busy => RealtimeError::Busy { operation }.into(),
        Failure::Ended => RealtimeError::Closed.into(),
    }
}
