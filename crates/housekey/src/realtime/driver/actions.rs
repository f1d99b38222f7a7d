//! One step of the session, and its actions.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt as _, SinkExt as _};
use tokio_tungstenite::tungstenite::Message;

use super::ConnectionDriver;
use super::futures::{authenticate, broken, open};
use crate::error::{Error, Loss};
use crate::realtime::command::{Refused, failed};
use crate::realtime::dial::Dial;
use crate::realtime::session::{Action, ClientFrame, Event, Input, RequestFailure, StepContext};

/// How long sending a frame may take: as long as an answer may.
const WRITE_LIMIT: Duration = crate::realtime::session::ANSWER_LIMIT;

impl<D: Dial> ConnectionDriver<D> {
    /// Runs one step of the session and its actions, in order.
    pub(super) async fn step(&mut self, input: Input<'_>) {
        self.step_at(self.now(), input).await;
    }

    /// The same for something that happened at an earlier time.
    pub(super) async fn step_at(&mut self, now: StepContext, input: Input<'_>) {
        let mut todo = std::mem::take(&mut self.todo);
        self.session.step(now, input, &mut todo);
        while let Some(loss) = self.act(&mut todo).await {
            self.session.step(self.now(), Input::Closed(loss), &mut todo);
        }
        self.todo = todo;
    }

    pub(super) fn now(&self) -> StepContext {
        StepContext { at: self.started.elapsed(), chance: fastrand::f64() }
    }

    /// Runs the actions. Returns why sending failed; nothing more is sent then.
    async fn act(&mut self, todo: &mut Vec<Action>) -> Option<Loss> {
        let (mut unflushed, mut failed) = (false, None);
        for action in todo.drain(..) {
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
                    self.sign_in = self.bearer.watch_sign_in();
                    let token = self.token.take().filter(|_| refused);
                    self.asking = Some(authenticate(self.bearer.clone(), token).boxed());
                }
                Action::Send(_) if failed.is_some() => {}
                Action::Send(frame) => match self.send(&frame).await {
                    Ok(()) => unflushed = true,
                    Err(loss) => failed = Some(loss),
                },
                Action::Deliver(event) => self.deliver(event),
                Action::Subscribed(uri) => self.granted(&uri),
                Action::Restored(uri, loss) => {
                    for listener in self.listeners.get(&uri).into_iter().flatten() {
                        listener.inbox.gap(&uri, loss.clone());
                    }
                    self.granted(&uri);
                }
                Action::Unsubscribed(uri, failure) => self.over(&uri, &failure),
                Action::Answer(number, outcome) => {
                    if let Some(reply) = self.calls.remove(&number) {
                        let outcome = outcome.map_err(|failure| self.refused(failure));
                        // The caller may have given up.
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

    async fn send(&mut self, frame: &ClientFrame) -> Result<(), Loss> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        let message = Message::text(frame.encode().expose());
        in_time(socket.feed(message)).await
    }

    pub(super) async fn flush(&mut self) -> Result<(), Loss> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        in_time(socket.flush()).await
    }

    fn deliver(&mut self, event: Event) {
        let Some((uri, listeners)) = self.listeners.get_key_value(&event.uri) else { return };
        let Some((last, others)) = listeners.split_last() else { return };
        let mut all_open = true;
        for listener in others {
            all_open &= listener.inbox.event(event.clone());
        }
        all_open &= last.inbox.event(event);
        if !all_open {
            self.abandoned = Some(uri.clone());
        }
    }

    fn granted(&mut self, uri: &Arc<str>) {
        for listener in self.listeners.get_mut(uri).into_iter().flatten() {
            if let Some(reply) = listener.reply.take() {
                reply.send(Ok(())).ok();
            }
        }
    }

    fn over(&mut self, uri: &Arc<str>, failure: &RequestFailure) {
        for mut listener in self.listeners.remove(uri).into_iter().flatten() {
            let error = match self.refused(failure.clone()) {
                Refused::Error(error) => error,
                Refused::Failure(failure) => failed(&format!("subscribe {uri}"), &[], failure),
            };
            match listener.reply.take() {
                Some(reply) => drop(reply.send(Err(error))),
                None => listener.inbox.end(uri, error),
            }
        }
    }

    /// The final refusal of the token, where that is the reason.
    fn refused(&self, failure: RequestFailure) -> Refused {
        match (&self.signed_out, failure) {
            (Some(error), RequestFailure::Ended) => Refused::Error(Error::Shared(error.clone())),
            (_, failure) => Refused::Failure(failure),
        }
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
