//! Out of it again: what was lost and what becomes of it, and the end for good.

use std::time::Duration;

use super::{Action, Failure, Input, Moment, Phase, RECONNECT, STEADY, Say, Session, Status};
use crate::error::Loss;

impl Session {
    /// The transport is gone, or has to go. One that was left over from before a rest does not
    /// matter: the next attempt opens another.
    pub(super) fn lost(&mut self, now: Moment, loss: Loss, todo: &mut Vec<Action>) {
        let resting = matches!(self.phase, Phase::Resting { .. });
        if self.heartbeat.take().is_none() && resting {
            return;
        }
        todo.push(Action::HangUp);
        if !resting {
            self.interrupted(now, loss, todo);
        }
    }

    /// Out of the namespace, or not in it after all. What was on its way is settled now: nothing
    /// that may have been carried out is sent again unless it only reads.
    pub(super) fn interrupted(&mut self, now: Moment, loss: Loss, todo: &mut Vec<Action>) {
        if let Phase::Ready { since } = self.phase
            && since + STEADY <= now.at
        {
            self.failures = 0;
        }
        let was_let_in = match self.phase {
            Phase::Ready { .. } => true,
            // Let in and thrown out at once is not let in.
            Phase::Settling { .. } => loss != Loss::Kicked,
            _ => false,
        };
        // With another token the Homey is likely to go on at once, the first time.
        let at_once = loss == Loss::TokenEnded && self.failures == 0;
        let rest = if at_once { Duration::ZERO } else { RECONNECT.wait(self.failures, now.chance) };
        self.phase = Phase::Resting { until: now.at + rest };
        self.failures = self.failures.saturating_add(1);
        for number in self.requests.interrupt() {
            todo.push(Action::Answer(number, Err(Failure::Dropped)));
        }
        for wanted in self.wanted.values_mut().filter(|wanted| wanted.granted) {
            wanted.gap.get_or_insert_with(|| loss.clone());
        }
        if !was_let_in {
            // Whoever waits for a first sign of life is told that this attempt brought none.
            let failure = Failure::NotConnected(loss.clone());
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
        todo.push(Action::Status(Status::Waiting(loss)));
    }

    /// Out of everything: for good, or until somebody has signed in.
    pub(super) fn end(&mut self, phase: Phase, status: Status, todo: &mut Vec<Action>) {
        if self.has_joined() {
            todo.push(Action::Send(Say::Leave(self.namespace.clone())));
        }
        if self.heartbeat.take().is_some() {
            todo.push(Action::Send(Say::Leave("/".into())));
        }
        todo.push(Action::HangUp);
        for number in self.requests.interrupt() {
            todo.push(Action::Answer(number, Err(Failure::Dropped)));
        }
        for number in self.requests.give_up() {
            todo.push(Action::Answer(number, Err(Failure::Ended)));
        }
        for uri in std::mem::take(&mut self.wanted).into_keys() {
            todo.push(Action::Unsubscribed(uri, Failure::Ended));
        }
        self.phase = phase;
        todo.push(Action::Status(status));
    }

    /// Nobody waits for what cannot come. What was signed out of is entered again as at the start.
    pub(super) fn after_the_end(&mut self, now: Moment, input: Input<'_>, todo: &mut Vec<Action>) {
        match input {
            Input::Call(number, _) => todo.push(Action::Answer(number, Err(Failure::Ended))),
            Input::Subscribe(uri) => {
                todo.push(Action::Unsubscribed(uri.into(), Failure::Ended));
            }
            Input::Leave if self.phase == Phase::SignedOut => {
                self.end(Phase::Ended, Status::Ended, todo)
            }
            Input::SignedIn if self.phase == Phase::SignedOut => {
                (self.failures, self.token_ended) = (0, false);
                self.attempt(now, todo);
            }
            _ => {}
        }
    }
}
