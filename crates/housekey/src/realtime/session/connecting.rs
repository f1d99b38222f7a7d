//! Connecting: transport, token, handshake, namespace, and the first 25 ms in it.

use serde_json::Value;
use serde_json::value::RawValue;

use super::requests::PendingRequest;
use super::{
    ANSWER_LIMIT, Action, ClientFrame, ConnectionStatus, LiveSession, OPEN_LIMIT, Phase, SETTLE,
    StepContext,
};
use crate::Secret;
use crate::error::Loss;
use crate::redaction::TokenText;

impl LiveSession {
    /// Begins to connect, or to authenticate where the transport is still open.
    pub(super) fn attempt(&mut self, now: StepContext, todo: &mut Vec<Action>) {
        todo.push(Action::Status(ConnectionStatus::Connecting));
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

    pub(super) fn token(&mut self, now: StepContext, token: Secret, todo: &mut Vec<Action>) {
        if let Phase::Authenticating { renewed } = self.phase {
            let ack = self.requests.ask(PendingRequest::Handshake, now.at + ANSWER_LIMIT);
            let homey_id = self.homey_id.clone();
            self.token = TokenText::new(&token);
            todo.push(Action::Send(ClientFrame::Handshake { ack, token, homey_id }));
            self.phase = Phase::Handshaking { renewed };
        }
    }

    pub(super) fn join(&mut self, now: StepContext, result: &RawValue, todo: &mut Vec<Action>) {
        let result: Value = serde_json::from_str(result.get()).unwrap_or_default();
        match result["namespace"].as_str() {
            // Already in the root.
            Some(namespace) if namespace.len() > 1 && namespace.starts_with('/') => {
                self.namespace = namespace.into();
                self.phase = Phase::Joining { until: now.at + OPEN_LIMIT };
                todo.push(Action::Send(ClientFrame::Join(self.namespace.clone())));
            }
            _ => self.lost(now, Loss::Refused("it named no namespace".to_owned()), todo),
        }
    }

    /// In the namespace. Subscriptions and reads are sent at once; calls that change the home wait
    /// until it is clear that the Homey does not throw us out again.
    pub(super) fn joined(&mut self, now: StepContext, todo: &mut Vec<Action>) {
        self.phase = Phase::Settling { until: now.at + SETTLE };
        for uri in self.wanted.keys() {
            let ack =
                self.requests.ask(PendingRequest::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let (namespace, uri) = (self.namespace.clone(), uri.clone());
            todo.push(Action::Send(ClientFrame::Subscribe { namespace, ack, uri }));
        }
        self.send_calls(todo);
    }

    pub(super) fn ready(&mut self, now: StepContext, todo: &mut Vec<Action>) {
        self.phase = Phase::Ready { since: now.at };
        self.send_calls(todo);
        todo.push(Action::Status(ConnectionStatus::Live));
    }
}
