//! Losses and what becomes of pending requests, and the end for good.

use std::time::Duration;

use super::{
    Action, ClientFrame, ConnectionStatus, Input, LiveSession, Phase, RECONNECT, RequestFailure,
    STEADY, StepContext,
};
use crate::error::Loss;

impl LiveSession {
    /// The transport is lost, or has to be closed. One left over from before a rest does not
    /// matter: the next attempt opens another.
    pub(super) fn lost(&mut self, now: StepContext, loss: Loss, todo: &mut Vec<Action>) {
        let resting = matches!(self.phase, Phase::Resting { .. });
        if self.heartbeat.take().is_none() && resting {
            return;
        }
        todo.push(Action::HangUp);
        if !resting {
            self.interrupted(now, loss, todo);
        }
    }

    /// No longer in the namespace, or never in it. Pending requests are settled: nothing that may
    /// have been carried out is sent again unless it only reads.
    pub(super) fn interrupted(&mut self, now: StepContext, loss: Loss, todo: &mut Vec<Action>) {
        if let Phase::Ready { since } = self.phase
            && since + STEADY <= now.at
        {
            self.failures = 0;
        }
        let was_let_in = match self.phase {
            Phase::Ready { .. } => true,
            // Joined and thrown out at once does not count as joined.
            Phase::Settling { .. } => loss != Loss::Kicked,
            _ => false,
        };
        // With another token the Homey is likely to accept at once, the first time.
        let at_once = loss == Loss::TokenEnded && self.failures == 0;
        let rest = if at_once { Duration::ZERO } else { RECONNECT.wait(self.failures, now.chance) };
        self.phase = Phase::Resting { until: now.at + rest };
        self.failures = self.failures.saturating_add(1);
        for number in self.requests.interrupt() {
            todo.push(Action::Answer(number, Err(RequestFailure::Dropped)));
        }
        for wanted in self.wanted.values_mut().filter(|wanted| wanted.granted) {
            wanted.gap.get_or_insert_with(|| loss.clone());
        }
        if !was_let_in {
            // Requests that wait for a first connection fail with this attempt.
            let failure = RequestFailure::NotConnected(loss.clone());
            for number in self.requests.give_up() {
                todo.push(Action::Answer(number, Err(failure.clone())));
            }
            self.wanted.retain(|uri, wanted| {
                if !wanted.granted {
                    todo.push(Action::Unsubscribed(uri.clone(), failure.clone()));
                }
                wanted.granted
            });
        }
        todo.push(Action::Status(ConnectionStatus::Waiting(loss)));
    }

    /// Leaves everything: for good, or until a new sign-in.
    pub(super) fn end(&mut self, phase: Phase, status: ConnectionStatus, todo: &mut Vec<Action>) {
        if self.has_joined() {
            todo.push(Action::Send(ClientFrame::Leave(self.namespace.clone())));
        }
        if self.heartbeat.take().is_some() {
            todo.push(Action::Send(ClientFrame::Leave("/".into())));
        }
        todo.push(Action::HangUp);
        for number in self.requests.interrupt() {
            todo.push(Action::Answer(number, Err(RequestFailure::Dropped)));
        }
        for number in self.requests.give_up() {
            todo.push(Action::Answer(number, Err(RequestFailure::Ended)));
        }
        for uri in std::mem::take(&mut self.wanted).into_keys() {
            todo.push(Action::Unsubscribed(uri, RequestFailure::Ended));
        }
        self.phase = phase;
        todo.push(Action::Status(status));
    }

    /// Fails requests that cannot be served. A new sign-in begins as at the start.
    pub(super) fn after_the_end(
        &mut self,
        now: StepContext,
        input: Input<'_>,
        todo: &mut Vec<Action>,
    ) {
        match input {
            Input::Call(number, _) => todo.push(Action::Answer(number, Err(RequestFailure::Ended))),
            Input::Subscribe(uri) => {
                todo.push(Action::Unsubscribed(uri.into(), RequestFailure::Ended));
            }
            Input::Leave if self.phase == Phase::SignedOut => {
                self.end(Phase::Ended, ConnectionStatus::Ended, todo)
            }
            Input::SignedIn if self.phase == Phase::SignedOut => {
                (self.failures, self.token_ended) = (0, false);
                self.attempt(now, todo);
            }
            _ => {}
        }
    }
}
