//! What somebody wants to be told of, granted or not yet.

use std::sync::Arc;

use super::requests::Asked;
use super::wanted::Wanted;
use super::{ANSWER_LIMIT, Action, Failure, Moment, Say, Session};

impl Session {
    pub(super) fn subscribe(&mut self, now: Moment, uri: &str, todo: &mut Vec<Action>) {
        if let Some((uri, wanted)) = self.wanted.get_key_value(uri) {
            // One that is being restored is told when that is done.
            if wanted.granted && wanted.gap.is_none() {
                todo.push(Action::Subscribed(uri.clone()));
            }
            return;
        }
        let uri: Arc<str> = uri.into();
        self.wanted.insert(uri.clone(), Wanted::default());
        if self.has_joined() {
            let ack = self.requests.ask(Asked::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let namespace = self.namespace.clone();
            todo.push(Action::Send(Say::Subscribe { namespace, ack, uri }));
        }
    }

    pub(super) fn unsubscribe(&mut self, uri: &str, todo: &mut Vec<Action>) {
        if let Some((uri, _)) = self.wanted.swap_remove_entry(uri)
            && self.has_joined()
        {
            self.requests.forget_subscription(&uri);
            let namespace = self.namespace.clone();
            todo.push(Action::Send(Say::Unsubscribe { namespace, uri }));
        }
    }

    /// The vendor's client cleans up behind a refusal with an unsubscribe, so ours does.
    pub(super) fn unsubscribed(&mut self, uri: Arc<str>, failure: Failure, todo: &mut Vec<Action>) {
        if self.wanted.swap_remove(&uri).is_some() {
            let namespace = self.namespace.clone();
            todo.push(Action::Send(Say::Unsubscribe { namespace, uri: uri.clone() }));
            todo.push(Action::Unsubscribed(uri, failure));
        }
    }
}
