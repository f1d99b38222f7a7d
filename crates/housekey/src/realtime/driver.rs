//! Runs the actions of the session on a socket: connects, sends, waits, gets tokens, delivers
//! events.

mod actions;
mod futures;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::tungstenite::Message;

use self::futures::{Socket, broken, next, pending, signed_in};
use super::command::{Command, Refused};
use super::dial::Dial;
use super::inbox::Inbox;
use super::session::{Action, ConnectionStatus, Input, LiveSession, StepContext};
use crate::Secret;
use crate::auth::{Bearer, SignInWatch};
use crate::error::{Error, Kind, Loss};

/// How many messages are handled in one go before other tasks run: far fewer than the queue of a
/// listener holds, so that a listener that reads keeps up.
const BATCH: usize = 1024;

/// How long the closing handshake may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// A listener; `reply` until the subscription is granted or refused.
struct Listener {
    inbox: Arc<Inbox>,
    reply: Option<oneshot::Sender<Result<(), Error>>>,
}

/// The next message of a socket; `None` at its end.
type Received = Option<Result<Message, tokio_tungstenite::tungstenite::Error>>;

/// The task of one connection.
pub(super) struct ConnectionDriver<D: Dial> {
    session: LiveSession,
    started: Instant,
    dial: Arc<D>,
    bearer: Bearer,
    token: Option<Secret>,
    commands: mpsc::Receiver<Command>,
    status: watch::Sender<ConnectionStatus>,
    listeners: HashMap<Arc<str>, Vec<Listener>, RandomState>,
    calls: HashMap<u64, oneshot::Sender<Result<Box<RawValue>, Refused>>>,
    next_call: u64,
    /// A URI that has a listener which was dropped without notice.
    abandoned: Option<Arc<str>>,
    /// Why there is no token, until a new sign-in.
    signed_out: Option<Arc<Error>>,
    /// Notices a new sign-in, from before the request for the token that was refused for good.
    sign_in: Option<SignInWatch>,
    socket: Option<Socket<D>>,
    dialling: Option<BoxFuture<'static, Result<Socket<D>, Loss>>>,
    asking: Option<BoxFuture<'static, Result<Secret, Error>>>,
    /// Empty between steps; kept for its capacity.
    todo: Vec<Action>,
}

/// What woke the driver.
enum DriverWake<D: Dial> {
    Command(Option<Command>),
    Message(Received),
    Dialled(Result<Socket<D>, Loss>),
    Token(Result<Secret, Error>),
    Deadline,
    SignedIn,
}

impl<D: Dial> ConnectionDriver<D> {
    pub(super) fn new(
        session: LiveSession,
        dial: D,
        bearer: Bearer,
        commands: mpsc::Receiver<Command>,
        status: watch::Sender<ConnectionStatus>,
    ) -> Self {
        Self {
            session,
            started: Instant::now(),
            dial: Arc::new(dial),
            bearer,
            token: None,
            commands,
            status,
            listeners: HashMap::default(),
            calls: HashMap::new(),
            next_call: 0,
            abandoned: None,
            signed_out: None,
            sign_in: None,
            socket: None,
            dialling: None,
            asking: None,
            todo: Vec::new(),
        }
    }

    /// Runs until the last handle is dropped. While signed out, it fails requests with that reason
    /// and waits for a new sign-in.
    pub(super) async fn run(mut self) {
        let mut alarm = Box::pin(tokio::time::sleep_until(self.started));
        loop {
            if let Some(uri) = self.abandoned.take() {
                self.release(&uri).await;
            }
            match self.woken(&mut alarm).await {
                DriverWake::Command(Some(command)) => self.command(command).await,
                DriverWake::Command(None) => break,
                DriverWake::Message(message) => self.messages(message).await,
                DriverWake::Dialled(Ok(socket)) => {
                    (self.socket, self.dialling) = (Some(socket), None);
                    self.step(Input::Opened).await;
                }
                DriverWake::Dialled(Err(loss)) => {
                    self.dialling = None;
                    self.step(Input::Closed(loss)).await;
                }
                DriverWake::Token(outcome) => {
                    self.asking = None;
                    self.token(outcome).await;
                }
                DriverWake::Deadline => self.step(Input::Elapsed).await,
                DriverWake::SignedIn => self.signed_in().await,
            }
        }
        self.step(Input::Leave).await;
        if let Some(mut socket) = self.socket.take() {
            // Nothing waits for it, so it does not matter whether the other side answers.
            tokio::time::timeout(CLOSE_LIMIT, socket.close(None)).await.ok();
        }
    }

    async fn woken(&mut self, alarm: &mut Pin<Box<Sleep>>) -> DriverWake<D> {
        let deadline = self.session.deadline().map(|deadline| self.started + deadline);
        if let Some(deadline) = deadline.filter(|deadline| *deadline != alarm.deadline()) {
            alarm.as_mut().reset(deadline);
        }
        let sign_in = self.sign_in.as_mut().filter(|_| self.signed_out.is_some());
        tokio::select! {
            command = self.commands.recv() => DriverWake::Command(command),
            message = next(&mut self.socket) => DriverWake::Message(message),
            outcome = pending(&mut self.dialling) => DriverWake::Dialled(outcome),
            outcome = pending(&mut self.asking) => DriverWake::Token(outcome),
            () = alarm, if deadline.is_some() => DriverWake::Deadline,
            () = signed_in(sign_in) => DriverWake::SignedIn,
        }
    }

    async fn command(&mut self, command: Command) {
        // A request right after a new sign-in must not fail as signed out.
        if self.signed_out.is_some() && self.sign_in.as_mut().is_some_and(SignInWatch::look) {
            self.signed_in().await;
        }
        match command {
            Command::Subscribe { uri, inbox, reply } => {
                let listener = Listener { inbox, reply: Some(reply) };
                self.listeners.entry(uri.clone()).or_default().push(listener);
                self.step(Input::Subscribe(&uri)).await;
            }
            Command::Release(uri) => self.release(&uri).await,
            Command::Leave { uri, inbox } => {
                if let Some(listeners) = self.listeners.get_mut(&uri) {
                    listeners.retain(|listener| !Arc::ptr_eq(&listener.inbox, &inbox));
                }
                self.release(&uri).await;
            }
            Command::Sweep => {
                let gone = |listeners: &Vec<Listener>| listeners.iter().any(|l| !l.inbox.is_open());
                let all = self.listeners.iter().filter(|(_, listeners)| gone(listeners));
                for uri in all.map(|(uri, _)| uri.clone()).collect::<Vec<_>>() {
                    self.release(&uri).await;
                }
            }
            Command::Call { call, reply } => {
                let number = self.next_call;
                self.next_call += 1;
                self.calls.insert(number, reply);
                self.step(Input::Call(number, call)).await;
            }
        }
    }

    /// Removes the listeners of a URI that are closed, and the subscription with the last of them.
    async fn release(&mut self, uri: &Arc<str>) {
        let Some(listeners) = self.listeners.get_mut(uri) else { return };
        listeners.retain(|listener| listener.inbox.is_open());
        if listeners.is_empty() {
            self.listeners.remove(uri);
            self.step(Input::Unsubscribe(uri)).await;
        }
    }

    /// Handles a message and those that came with it. A burst of events then reads the clock once
    /// and wakes each listener once.
    async fn messages(&mut self, first: Received) {
        let now = self.now();
        let mut left = BATCH;
        let mut message = Some(first);
        while let Some(received) = message {
            self.message(now, received).await;
            left -= 1;
            message = if left > 0 { next(&mut self.socket).now_or_never() } else { None };
        }
        if left == 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn message(&mut self, now: StepContext, message: Received) {
        let input = match &message {
            Some(Ok(Message::Text(text))) => Input::Frame(text),
            // Its answer is sent before more is read: a Homey that pings and reads nothing would
            // otherwise fill the memory with answers.
            Some(Ok(Message::Ping(_))) => match self.flush().await {
                Ok(()) => return,
                Err(loss) => Input::Closed(loss),
            },
            // Attachments of binary events, which a Homey never sends, and control frames of the
            // WebSocket, which the library answers.
            Some(Ok(message)) if !message.is_close() => return,
            Some(Ok(_)) | None => Input::Closed(broken(&"the Homey closed the connection")),
            Some(Err(error)) => Input::Closed(broken(error)),
        };
        self.step_at(now, input).await;
    }

    /// A new sign-in was noticed.
    async fn signed_in(&mut self) {
        self.signed_out = None;
        self.step(Input::SignedIn).await;
    }

    async fn token(&mut self, outcome: Result<Secret, Error>) {
        match outcome {
            Ok(token) => {
                self.token = Some(token.clone());
                self.step(Input::Token(token)).await;
            }
            Err(error) if error.kind() == Kind::SignIn => {
                self.signed_out = Some(Arc::new(error));
                self.step(Input::SignedOut).await;
            }
            Err(error) => self.step(Input::NoToken(Loss::NoToken(error.to_string()))).await,
        }
    }
}
