//! Does on a socket what the session decides: opens, sends, waits, gets tokens, hands out.

mod acting;
#[cfg(test)]
mod tests;
mod waiting;

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

use self::waiting::{Socket, broken, next, pending, signed_in};
use super::command::{Command, Refused};
use super::dial::Dial;
use super::inbox::Inbox;
use super::session::{Action, Input, Moment, Session, Status};
use crate::Secret;
use crate::auth::{Bearer, SignInWatch};
use crate::error::{Error, Kind, Loss};

/// How many messages are taken in one go before others get their turn: far fewer than may wait for
/// one listener, so that whoever reads at all keeps up.
const BATCH: usize = 1024;

/// How long a polite good-bye may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// Somebody who listens, and waits to be told whether it was granted.
struct Listener {
    inbox: Arc<Inbox>,
    reply: Option<oneshot::Sender<Result<(), Error>>>,
}

/// What a socket says; `None` when it is at its end.
type Received = Option<Result<Message, tokio_tungstenite::tungstenite::Error>>;

/// The task behind one connection.
pub(super) struct Driver<D: Dial> {
    session: Session,
    started: Instant,
    dial: Arc<D>,
    bearer: Bearer,
    token: Option<Secret>,
    commands: mpsc::Receiver<Command>,
    status: watch::Sender<Status>,
    listeners: HashMap<Arc<str>, Vec<Listener>, RandomState>,
    calls: HashMap<u64, oneshot::Sender<Result<Box<RawValue>, Refused>>>,
    next_call: u64,
    /// What somebody was found to have stopped listening to, without our being told.
    abandoned: Option<Arc<str>>,
    /// Why there is no token, until somebody has signed in.
    signed_out: Option<Arc<Error>>,
    /// Hears whether somebody signs in, from before the token was asked for that is refused for good.
    sign_in: Option<SignInWatch>,
    socket: Option<Socket<D>>,
    dialling: Option<BoxFuture<'static, Result<Socket<D>, Loss>>>,
    asking: Option<BoxFuture<'static, Result<Secret, Error>>>,
    /// Empty between steps; kept for its room.
    todo: Vec<Action>,
}

/// What woke the driver.
enum Woken<D: Dial> {
    Command(Option<Command>),
    Message(Received),
    Dialled(Result<Socket<D>, Loss>),
    Token(Result<Secret, Error>),
    Deadline,
    SignedIn,
}

impl<D: Dial> Driver<D> {
    pub(super) fn new(
        session: Session,
        dial: D,
        bearer: Bearer,
        commands: mpsc::Receiver<Command>,
        status: watch::Sender<Status>,
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

    /// Runs until nobody needs the connection any more. Signed out, it says so to whoever asks, and
    /// waits until somebody has signed in.
    pub(super) async fn run(mut self) {
        let mut alarm = Box::pin(tokio::time::sleep_until(self.started));
        loop {
            if let Some(uri) = self.abandoned.take() {
                self.release(&uri).await;
            }
            match self.woken(&mut alarm).await {
                Woken::Command(Some(command)) => self.command(command).await,
                Woken::Command(None) => break,
                Woken::Message(message) => self.messages(message).await,
                Woken::Dialled(Ok(socket)) => {
                    (self.socket, self.dialling) = (Some(socket), None);
                    self.step(Input::Opened).await;
                }
                Woken::Dialled(Err(loss)) => {
                    self.dialling = None;
                    self.step(Input::Closed(loss)).await;
                }
                Woken::Token(outcome) => {
                    self.asking = None;
                    self.token(outcome).await;
                }
                Woken::Deadline => self.step(Input::Elapsed).await,
                Woken::SignedIn => self.signed_in().await,
            }
        }
        self.step(Input::Leave).await;
        if let Some(mut socket) = self.socket.take() {
            // Nobody waits for it, so it does not matter whether the other side answers.
            tokio::time::timeout(CLOSE_LIMIT, socket.close(None)).await.ok();
        }
    }

    async fn woken(&mut self, alarm: &mut Pin<Box<Sleep>>) -> Woken<D> {
        let deadline = self.session.deadline().map(|deadline| self.started + deadline);
        if let Some(deadline) = deadline.filter(|deadline| *deadline != alarm.deadline()) {
            alarm.as_mut().reset(deadline);
        }
        let sign_in = self.sign_in.as_mut().filter(|_| self.signed_out.is_some());
        tokio::select! {
            command = self.commands.recv() => Woken::Command(command),
            message = next(&mut self.socket) => Woken::Message(message),
            outcome = pending(&mut self.dialling) => Woken::Dialled(outcome),
            outcome = pending(&mut self.asking) => Woken::Token(outcome),
            () = alarm, if deadline.is_some() => Woken::Deadline,
            () = signed_in(sign_in) => Woken::SignedIn,
        }
    }

    async fn command(&mut self, command: Command) {
        // Whoever asks for something as soon as they have signed in is not told that they have not.
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

    /// Somebody listens no more.
    async fn release(&mut self, uri: &Arc<str>) {
        let Some(listeners) = self.listeners.get_mut(uri) else { return };
        listeners.retain(|listener| listener.inbox.is_open());
        if listeners.is_empty() {
            self.listeners.remove(uri);
            self.step(Input::Unsubscribe(uri)).await;
        }
    }

    /// Takes a message and those that came with it. A burst of events then costs one look at the
    /// clock, and wakes whoever listens once.
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

    async fn message(&mut self, now: Moment, message: Received) {
        let input = match &message {
            Some(Ok(Message::Text(text))) => Input::Frame(text),
            // Its answer is on its way before more is read: a Homey that pings and takes nothing
            // would else fill the memory with answers.
            Some(Ok(Message::Ping(_))) => match self.flush().await {
                Ok(()) => return,
                Err(loss) => Input::Closed(loss),
            },
            // Attachments of binary events, which a Homey never sends, and what belongs to the
            // WebSocket itself, which the library answers.
            Some(Ok(message)) if !message.is_close() => return,
            Some(Ok(_)) | None => Input::Closed(broken(&"the Homey closed the connection")),
            Some(Err(error)) => Input::Closed(broken(error)),
        };
        self.step_at(now, input).await;
    }

    /// Somebody seems to have signed in.
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
