//! Subscribing and unsubscribing.

use std::sync::Arc;

use super::requests::PendingRequest;
use super::wanted_subscription::WantedSubscription;
use super::{ANSWER_LIMIT, Action, ClientFrame, LiveSession, RequestFailure, StepContext};

impl LiveSession {
    pub(super) fn subscribe(&mut self, now: StepContext, uri: &str, todo: &mut Vec<Action>) {
        if let Some((uri, wanted)) = self.wanted.get_key_value(uri) {
            // One that is being restored is reported when that is done.
            if wanted.granted && wanted.gap.is_none() {
                todo.push(Action::Subscribed(uri.clone()));
            }
            return;
        }
        let uri: Arc<str> = uri.into();
        self.wanted.insert(uri.clone(), WantedSubscription::default());
        if self.has_joined() {
            let ack =
                self.requests.ask(PendingRequest::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let namespace = self.namespace.clone();
            todo.push(Action::Send(ClientFrame::Subscribe { namespace, ack, uri }));
        }
    }

    pub(super) fn unsubscribe(&mut self, uri: &str, todo: &mut Vec<Action>) {
        if let Some((uri, _)) = self.wanted.swap_remove_entry(uri)
            && self.has_joined()
        {
            self.requests.forget_subscription(&uri);
            let namespace = self.namespace.clone();
            todo.push(Action::Send(ClientFrame::Unsubscribe { namespace, uri }));
        }
    }

    /// The vendor's client sends an unsubscribe after a refusal, so ours does.
    pub(super) fn unsubscribed(
        &mut self,
        uri: Arc<str>,
        failure: RequestFailure,
        todo: &mut Vec<Action>,
    ) {
        if self.wanted.swap_remove(&uri).is_some() {
            let namespace = self.namespace.clone();
            todo.push(Action::Send(ClientFrame::Unsubscribe { namespace, uri: uri.clone() }));
            todo.push(Action::Unsubscribed(uri, failure));
        }
    }
}
