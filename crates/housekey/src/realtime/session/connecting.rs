//! The way in: transport, token, handshake, namespace, and the first 25 ms in it.

use serde_json::Value;
use serde_json::value::RawValue;

use super::requests::Asked;
use super::{ANSWER_LIMIT, Action, Moment, OPEN_LIMIT, Phase, SETTLE, Say, Session, Status};
use crate::Secret;
use crate::error::Loss;
use crate::redaction::TokenText;

impl Session {
    /// Begins to connect, or to shake hands where the transport is still open.
    pub(super) fn attempt(&mut self, now: Moment, todo: &mut Vec<Action>) {
        todo.push(Action::Status(Status::Connecting));
        if self.heartbeat.is_some() {
            self.authenticate(todo);
        } else {
            self.phase = Phase::Connecting { until: now.at + OPEN_LIMIT };
            todo.push(Action::Connect);
        }
    }

    pub(super) fn authenticate(&mut self, todo: &mut Vec<Action>) {
        let refused = std::mem::take(&mut self.token_ended);
        self.phase = Phase::Authenticating { renewed: refused };
        todo.push(Action::Authenticate { refused });
    }

    pub(super) fn token(&mut self, now: Moment, token: Secret, todo: &mut Vec<Action>) {
        if let Phase::Authenticating { renewed } = self.phase {
            let ack = self.requests.ask(Asked::Handshake, now.at + ANSWER_LIMIT);
            let homey_id = self.homey_id.clone();
            self.token = TokenText::new(&token);
            todo.push(Action::Send(Say::Handshake { ack, token, homey_id }));
            self.phase = Phase::Handshaking { renewed };
        }
    }

    pub(super) fn join(&mut self, now: Moment, result: &RawValue, todo: &mut Vec<Action>) {
        let result: Value = serde_json::from_str(result.get()).unwrap_or_default();
        match result["namespace"].as_str() {
            // In the root we are already.
            Some(namespace) if namespace.len() > 1 && namespace.starts_with('/') => {
                self.namespace = namespace.into();
                self.phase = Phase::Joining { until: now.at + OPEN_LIMIT };
                todo.push(Action::Send(Say::Join(self.namespace.clone())));
            }
            _ => self.lost(now, Loss::Refused("it named no namespace".to_owned()), todo),
        }
    }

    /// In the namespace. Whether that lasts is seen while subscriptions and reads are on their way;
    /// what changes the home waits.
    pub(super) fn joined(&mut self, now: Moment, todo: &mut Vec<Action>) {
        self.phase = Phase::Settling { until: now.at + SETTLE };
        for uri in self.wanted.keys() {
            let ack = self.requests.ask(Asked::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let (namespace, uri) = (self.namespace.clone(), uri.clone());
            todo.push(Action::Send(Say::Subscribe { namespace, ack, uri }));
        }
        self.send_calls(todo);
    }

    pub(super) fn ready(&mut self, now: Moment, todo: &mut Vec<Action>) {
        self.phase = Phase::Ready { since: now.at };
        self.send_calls(todo);
        todo.push(Action::Status(Status::Live));
    }
}
