//! Does on a socket what the session decides: opens, sends, waits, gets tokens, hands out.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::dial::Dial;
use super::handle::{Refused, failed};
use super::session::{Action, Call, Failure, Input, Moment, Say, Session, Status};
use super::subscription::Inbox;
use crate::Secret;
use crate::auth::Bearer;
use crate::error::{Error, Kind, Loss};
use crate::http::ANSWER_LIMIT_BYTES;

/// How long a frame may wait until the other side takes it: as long as an answer may.
const WRITE_LIMIT: Duration = super::session::ANSWER_LIMIT;

/// How long a polite good-bye may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// What somebody wants of a connection.
#[derive(Debug)]
pub(super) enum Command {
    Subscribe { uri: Arc<str>, inbox: Arc<Inbox>, reply: oneshot::Sender<Result<(), Error>> },
    Release(Arc<str>),
    Call { call: Call, reply: oneshot::Sender<Result<Box<RawValue>, Refused>> },
}

/// Somebody who listens, and waits to be told whether it was granted.
struct Listener {
    inbox: Arc<Inbox>,
    reply: Option<oneshot::Sender<Result<(), Error>>>,
}

type Socket<D> = WebSocketStream<<D as Dial>::Io>;

/// The task behind one connection.
pub(super) struct Driver<D: Dial> {
    session: Session,
    started: Instant,
    dial: Arc<D>,
    bearer: Bearer,
    token: Option<Secret>,
    commands: mpsc::Receiver<Command>,
    status: watch::Sender<Status>,
    listeners: HashMap<Arc<str>, Vec<Listener>>,
    calls: HashMap<u64, oneshot::Sender<Result<Box<RawValue>, Refused>>>,
    next_call: u64,
    /// What somebody was found to have stopped listening to, without our being told.
    abandoned: Option<Arc<str>>,
    /// Why there is no token any more.
    signed_out: Option<Arc<Error>>,
    socket: Option<Socket<D>>,
    dialling: Option<BoxFuture<'static, Result<Socket<D>, Loss>>>,
    asking: Option<BoxFuture<'static, Result<Secret, Error>>>,
}

/// What woke the driver.
enum Woken<D: Dial> {
    Command(Option<Command>),
    Message(Option<Result<Message, tokio_tungstenite::tungstenite::Error>>),
    Dialled(Result<Socket<D>, Loss>),
    Token(Result<Secret, Error>),
    Deadline,
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
            listeners: HashMap::new(),
            calls: HashMap::new(),
            next_call: 0,
            abandoned: None,
            signed_out: None,
            socket: None,
            dialling: None,
            asking: None,
        }
    }

    /// Runs until nobody needs the connection any more. Signed out, it only says so to whoever asks.
    pub(super) async fn run(mut self) {
        let mut alarm = Box::pin(tokio::time::sleep_until(self.started));
        loop {
            if let Some(uri) = self.abandoned.take() {
                self.release(&uri).await;
            }
            match self.woken(&mut alarm).await {
                Woken::Command(Some(command)) => self.command(command).await,
                Woken::Command(None) => break,
                Woken::Message(message) => self.message(message).await,
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
        tokio::select! {
            command = self.commands.recv() => Woken::Command(command),
            message = next(&mut self.socket) => Woken::Message(message),
            outcome = pending(&mut self.dialling) => Woken::Dialled(outcome),
            outcome = pending(&mut self.asking) => Woken::Token(outcome),
            () = alarm, if deadline.is_some() => Woken::Deadline,
        }
    }

    async fn command(&mut self, command: Command) {
        match command {
            Command::Subscribe { uri, inbox, reply } => {
                let listener = Listener { inbox, reply: Some(reply) };
                self.listeners.entry(uri.clone()).or_default().push(listener);
                self.step(Input::Subscribe(&uri)).await;
            }
            Command::Release(uri) => self.release(&uri).await,
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

    async fn message(
        &mut self,
        message: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
    ) {
        match message {
            Some(Ok(Message::Text(text))) => self.step(Input::Frame(&text)).await,
            // Attachments of binary events, which a Homey never sends, and what belongs to the
            // WebSocket itself, which the library answers.
            Some(Ok(message)) if !message.is_close() => {}
            Some(Ok(_)) | None => {
                self.step(Input::Closed(broken(&"the Homey closed the connection"))).await;
            }
            Some(Err(error)) => self.step(Input::Closed(broken(&error))).await,
        }
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

    /// Lets the session decide and does what it says, in order.
    async fn step(&mut self, input: Input<'_>) {
        let mut todo = Vec::new();
        self.session.step(self.now(), input, &mut todo);
        let mut failed = self.act(todo).await;
        while let Some(loss) = failed {
            let mut todo = Vec::new();
            self.session.step(self.now(), Input::Closed(loss), &mut todo);
            failed = self.act(todo).await;
        }
    }

    fn now(&self) -> Moment {
        Moment { at: self.started.elapsed(), chance: rand::random() }
    }

    /// Does it. What cannot be sent is told; nothing more is sent then.
    async fn act(&mut self, todo: Vec<Action>) -> Option<Loss> {
        let (mut unflushed, mut failed) = (false, None);
        for action in todo {
            match action {
                Action::Connect => self.dialling = Some(open(self.dial.clone()).boxed()),
                Action::HangUp => {
                    if unflushed && failed.is_none() {
                        self.flush().await.ok();
                        unflushed = false;
                    }
                    (self.socket, self.dialling, self.asking) = (None, None, None);
                }
                Action::Authenticate { refused } => {
                    let token = self.token.take().filter(|_| refused);
                    self.asking = Some(authenticate(self.bearer.clone(), token).boxed());
                }
                Action::Send(_) if failed.is_some() => {}
                Action::Send(say) => match self.send(&say).await {
                    Ok(()) => unflushed = true,
                    Err(loss) => failed = Some(loss),
                },
                Action::Deliver(event) => {
                    let mut all_open = true;
                    for listener in self.listeners.get(&event.uri).into_iter().flatten() {
                        all_open &= listener.inbox.event(event.clone());
                    }
                    if !all_open {
                        self.abandoned = Some(event.uri);
                    }
                }
                Action::Subscribed(uri) => self.granted(&uri),
                Action::Restored(uri, loss) => {
                    for listener in self.listeners.get(&uri).into_iter().flatten() {
                        listener.inbox.gap(loss.clone());
                    }
                    self.granted(&uri);
                }
                Action::Unsubscribed(uri, failure) => self.over(&uri, &failure),
                Action::Answer(number, outcome) => {
                    if let Some(reply) = self.calls.remove(&number) {
                        let outcome = outcome.map_err(|failure| self.refused(failure));
                        // Whoever gave up waiting does not need it.
                        reply.send(outcome).ok();
                    }
                }
                Action::Status(status) => {
                    tracing::debug!(?status, "live connection");
                    self.status.send_replace(status);
                }
            }
        }
        if unflushed && failed.is_none() {
            failed = self.flush().await.err();
        }
        failed
    }

    async fn send(&mut self, say: &Say) -> Result<(), Loss> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        let message = Message::text(say.frame().expose());
        in_time(socket.feed(message)).await
    }

    async fn flush(&mut self) -> Result<(), Loss> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        in_time(socket.flush()).await
    }

    fn granted(&mut self, uri: &Arc<str>) {
        for listener in self.listeners.get_mut(uri).into_iter().flatten() {
            if let Some(reply) = listener.reply.take() {
                reply.send(Ok(())).ok();
            }
        }
    }

    fn over(&mut self, uri: &Arc<str>, failure: &Failure) {
        for mut listener in self.listeners.remove(uri).into_iter().flatten() {
            let error = match self.refused(failure.clone()) {
                Refused::Error(error) => error,
                Refused::Failure(failure) => failed(&format!("subscribe {uri}"), &[], failure),
            };
            match listener.reply.take() {
                Some(reply) => drop(reply.send(Err(error))),
                None => listener.inbox.end(error),
            }
        }
    }

    /// After a final refusal of the token that is the reason for everything.
    fn refused(&self, failure: Failure) -> Refused {
        match (&self.signed_out, failure) {
            (Some(error), Failure::Ended) => Refused::Error(Error::Shared(error.clone())),
            (_, failure) => Refused::Failure(failure),
        }
    }
}

/// The transport and the WebSocket on it.
async fn open<D: Dial>(dial: Arc<D>) -> Result<Socket<D>, Loss> {
    let (io, url) = dial.dial().await?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(ANSWER_LIMIT_BYTES))
        .max_frame_size(Some(ANSWER_LIMIT_BYTES));
    let opened = client_async_with_config(url.as_str(), io, Some(config)).await;
    opened.map(|(socket, _)| socket).map_err(|error| broken(&error))
}

async fn authenticate(bearer: Bearer, refused: Option<Secret>) -> Result<Secret, Error> {
    match refused {
        Some(refused) => bearer.renew_after(&refused).await,
        None => bearer.token().await,
    }
}

/// The next message of a socket that is there.
async fn next<S: futures_util::Stream + Unpin>(socket: &mut Option<S>) -> Option<S::Item> {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

/// The outcome of something that is under way.
async fn pending<T>(under_way: &mut Option<BoxFuture<'static, T>>) -> T {
    match under_way {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

async fn in_time<E: std::error::Error>(
    writing: impl Future<Output = Result<(), E>>,
) -> Result<(), Loss> {
    match tokio::time::timeout(WRITE_LIMIT, writing).await {
        Ok(outcome) => outcome.map_err(|error| broken(&error)),
        Err(_) => Err(Loss::Slow("sending")),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Loss {
    Loss::Transport(error.to_string())
}
