//! What the Homey says: events, answers, and the steps of the way in and out.

use serde_json::Value;
use serde_json::value::RawValue;

use super::heartbeat::Heartbeat;
use super::requests::Asked;
use super::{Action, Event, Failure, Moment, Phase, Refusal, Session};
use crate::error::Loss;
use crate::realtime::packet::{Packet, Told, elements};

impl Session {
    pub(super) fn packet(&mut self, now: Moment, packet: Packet<'_>, todo: &mut Vec<Action>) {
        let ours = |namespace: &str| *self.namespace == *namespace;
        match (packet, self.phase) {
            (Packet::Event { namespace, arguments, .. }, _) if ours(namespace) => {
                todo.extend(self.event(arguments).map(Action::Deliver));
            }
            (Packet::Ack { ack, arguments, .. }, _) => self.answered(now, ack, arguments, todo),
            (Packet::Pong(_), _) => {
                if let Some(heartbeat) = &mut self.heartbeat {
                    heartbeat.answered();
                }
            }
            (Packet::Open(open), Phase::Opening { .. }) => {
                self.heartbeat = Some(Heartbeat::new(&open, now.at));
            }
            (Packet::Connect { namespace: "/" }, Phase::Opening { .. })
                if self.heartbeat.is_some() =>
            {
                self.authenticate(todo);
            }
            (Packet::Connect { namespace }, Phase::Joining { .. }) if ours(namespace) => {
                self.joined(now, todo);
            }
            (Packet::Error { namespace, data }, Phase::Joining { .. }) if ours(namespace) => {
                let error = serde_json::from_str(data).unwrap_or_default();
                self.lost(now, Loss::Refused(self.refusal(&error).message), todo);
            }
            (Packet::Disconnect { namespace: "/" } | Packet::Close, _) => {
                self.lost(now, Loss::Transport("the Homey closed the connection".to_owned()), todo);
            }
            (
                Packet::Disconnect { namespace },
                Phase::Joining { .. } | Phase::Settling { .. } | Phase::Ready { .. },
            ) if ours(namespace) => self.interrupted(now, Loss::Kicked, todo),
            _ => {}
        }
    }

    /// What the Homey says no with; it may quote the token of the handshake.
    fn refusal(&self, error: &Value) -> Refusal {
        let refusal = Refusal::read(error);
        match &self.token {
            Some(token) => refusal.without(token),
            None => refusal,
        }
    }

    /// The event of a URI that somebody listens to.
    fn event(&mut self, arguments: &str) -> Option<Event> {
        let told = Told::read(arguments).ok()?;
        let (uri, _) = self.wanted.get_key_value(&*told.uri)?;
        // Most events are of the same kind as the one before, and share its name.
        if *self.last_name != *told.name {
            self.last_name = told.name.into();
        }
        let data = told.data.to_owned().into();
        Some(Event { uri: uri.clone(), name: self.last_name.clone(), data })
    }

    fn answered(&mut self, now: Moment, ack: u64, arguments: &str, todo: &mut Vec<Action>) {
        let Some(asked) = self.requests.answered(ack) else { return };
        let all = elements(arguments).unwrap_or_default();
        let error = all.first().and_then(|error| serde_json::from_str(error.get()).ok());
        let outcome = match error.unwrap_or(Value::Null) {
            Value::Null => Ok(all.get(1).map_or(RawValue::NULL, |result| result)),
            error => Err(self.refusal(&error)),
        };
        match (asked, outcome) {
            // Not carried out, so it is asked once more with another token.
            (asked, Err(refusal)) if refusal.status == Some(401) && self.ask_again(&asked) => {
                self.token_ended = true;
                self.lost(now, Loss::TokenEnded, todo);
            }
            (Asked::Handshake, Ok(result)) => self.join(now, result, todo),
            (Asked::Handshake, Err(refusal)) => match self.phase {
                Phase::Handshaking { renewed: false } if refusal.status == Some(401) => {
                    self.token_ended = true;
                    self.authenticate(todo);
                }
                _ => self.lost(now, Loss::Refused(refusal.message), todo),
            },
            (Asked::Subscription(uri), Ok(_)) => {
                let Some(wanted) = self.wanted.get_mut(&uri) else { return };
                wanted.renewed = false;
                let first = !std::mem::replace(&mut wanted.granted, true);
                match wanted.gap.take() {
                    Some(loss) => todo.push(Action::Restored(uri, loss)),
                    None if first => todo.push(Action::Subscribed(uri)),
                    None => {}
                }
            }
            (Asked::Subscription(uri), Err(refusal)) => {
                self.unsubscribed(uri, Failure::Refused(refusal), todo);
            }
            (Asked::Call(number), outcome) => {
                self.requests.settle(number);
                let outcome = outcome.map(ToOwned::to_owned).map_err(Failure::Refused);
                todo.push(Action::Answer(number, outcome));
            }
        }
    }

    /// Whether a request has not been asked again with another token before; then it will be.
    fn ask_again(&mut self, asked: &Asked) -> bool {
        match asked {
            Asked::Handshake => false,
            Asked::Call(number) => self.requests.ask_again(*number),
            Asked::Subscription(uri) => self
                .wanted
                .get_mut(uri)
                .is_some_and(|wanted| !std::mem::replace(&mut wanted.renewed, true)),
        }
    }
}
