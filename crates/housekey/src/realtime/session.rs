//! The protocol's state machine: inputs in, actions out. Time and randomness are inputs.
//!
//! ```text
//! Resting -> Connecting -> Opening -> Authenticating -> Handshaking -> Joining -> Settling -> Ready
//!    ^                                     ^   401, once   |                                   |
//!    |                                     +---------------+                                   |
//!    +--- anything lost: with the transport all the way, after a kick on the same transport ---+
//!    +--- SignedOut: from everywhere, until a new sign-in
//! ```

mod client_frame;
mod connecting;
mod ending;
mod heartbeat;
mod homey_refusal;
mod incoming;
mod io;
mod limits;
mod requests;
mod subscriptions;
mod wanted_subscription;

use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

pub use self::client_frame::{ClientFrame, payload};
use self::heartbeat::{Beat, Heartbeat};
pub use self::homey_refusal::HomeyRefusal;
pub use self::io::{Action, ConnectionStatus, Event, Input, RequestFailure, StepContext};
pub use self::limits::{ANSWER_LIMIT, RECONNECT};
use self::limits::{OPEN_LIMIT, SETTLE, STEADY};
pub use self::requests::CallRequest;
use self::requests::{PendingRequest, Requests};
use self::wanted_subscription::WantedSubscription;
use super::packet::Packet;
use crate::error::Loss;
use crate::redaction::TokenText;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between attempts. After a kick the transport is still open, and its heartbeat goes on.
    Resting { until: Duration },
    /// The transport is being opened.
    Connecting { until: Duration },
    /// The transport is open; the server speaks first.
    Opening { until: Duration },
    /// Waits for a token.
    Authenticating { renewed: bool },
    /// Waits for the answer to the handshake; its time limit is kept with the requests.
    Handshaking { renewed: bool },
    /// Waits for the namespace.
    Joining { until: Duration },
    /// In the namespace, perhaps not for long.
    Settling { until: Duration },
    /// In the namespace.
    Ready { since: Duration },
    /// There is no token until a new sign-in.
    SignedOut,
    /// Closed for good.
    Ended,
}

/// The state of the conversation.
#[derive(Debug)]
pub struct LiveSession {
    homey_id: Option<String>,
    phase: Phase,
    /// Of the transport, once the server has sent its intervals.
    heartbeat: Option<Heartbeat>,
    namespace: Arc<str>,
    failures: u32,
    /// Whether the Homey stopped accepting the token in the middle of a connection.
    token_ended: bool,
    /// The token of the last handshake.
    token: Option<TokenText>,
    /// In the order of the requests, as long as none is removed. Looked up for every event.
    wanted: IndexMap<Arc<str>, WantedSubscription, RandomState>,
    /// Of the last event.
    last_name: Arc<str>,
    requests: Requests,
}

impl LiveSession {
    /// A conversation that has not begun; `homey_id` is the cloud id, where it is known.
    pub fn new(homey_id: Option<String>) -> Self {
        Self {
            homey_id,
            phase: Phase::Resting { until: Duration::ZERO },
            heartbeat: None,
            namespace: "/".into(),
            failures: 0,
            token_ended: false,
            token: None,
            wanted: IndexMap::default(),
            last_name: "".into(),
            requests: Requests::default(),
        }
    }

    /// When to call [`Self::step`] with [`Input::Elapsed`] if nothing happens before, on the time
    /// scale of [`StepContext`].
    pub fn deadline(&self) -> Option<Duration> {
        let phase = match self.phase {
            Phase::Resting { until }
            | Phase::Connecting { until }
            | Phase::Opening { until }
            | Phase::Joining { until }
            | Phase::Settling { until } => Some(until),
            Phase::Authenticating { .. } | Phase::Handshaking { .. } | Phase::Ready { .. } => None,
            Phase::SignedOut | Phase::Ended => return None,
        };
        let beat = self.heartbeat.as_ref().map(Heartbeat::due);
        phase.into_iter().chain(beat).chain(self.requests.deadline()).min()
    }

    /// Handles an input and appends the resulting actions to `todo`, in order.
    pub fn step(&mut self, now: StepContext, input: Input<'_>, todo: &mut Vec<Action>) {
        if matches!(self.phase, Phase::SignedOut | Phase::Ended) {
            return self.after_the_end(now, input, todo);
        }
        match input {
            Input::Elapsed => self.elapsed(now, todo),
            Input::Opened => {
                if let Phase::Connecting { until } = self.phase {
                    self.phase = Phase::Opening { until };
                }
            }
            Input::Closed(loss) => self.lost(now, loss, todo),
            Input::Frame(frame) => match Packet::decode(frame) {
                Ok(packet) => self.packet(now, packet, todo),
                // Not needed: what is needed and does not come runs into its time limit.
                Err(error) => tracing::debug!(%error, "a frame was passed over"),
            },
            Input::Token(token) => self.token(now, token, todo),
            Input::NoToken(loss) => self.lost(now, loss, todo),
            Input::SignedOut => self.end(Phase::SignedOut, ConnectionStatus::SignedOut, todo),
            Input::Leave => self.end(Phase::Ended, ConnectionStatus::Ended, todo),
            // A sign-in while a token is at hand changes nothing about this connection.
            Input::SignedIn => {}
            Input::Subscribe(uri) => self.subscribe(now, uri, todo),
            Input::Unsubscribe(uri) => self.unsubscribe(uri, todo),
            Input::Call(number, call) => {
                if self.requests.is_full() {
                    todo.push(Action::Answer(number, Err(RequestFailure::Busy)));
                } else {
                    self.requests.hold(number, call, now.at);
                    self.send_calls(todo);
                }
            }
        }
    }

    fn has_joined(&self) -> bool {
        matches!(self.phase, Phase::Settling { .. } | Phase::Ready { .. })
    }

    fn elapsed(&mut self, now: StepContext, todo: &mut Vec<Action>) {
        match self.heartbeat.as_mut().map_or(Beat::Rest, |beat| beat.look(now.at)) {
            Beat::Rest => {}
            Beat::Ping => todo.push(Action::Send(ClientFrame::Ping)),
            Beat::Dead => return self.lost(now, Loss::Silent, todo),
        }
        let mut broken = None;
        for (asked, limit) in self.requests.overdue(now.at) {
            match asked {
                PendingRequest::Handshake => broken = Some("the handshake"),
                PendingRequest::Call(number) => {
                    todo.push(Action::Answer(number, Err(RequestFailure::TimedOut(limit))));
                }
                // One that was granted before will be again, on a connection that works.
                PendingRequest::Subscription(uri)
                    if self.wanted.get(&uri).is_some_and(|one| one.granted) =>
                {
                    broken = Some("restoring a subscription");
                }
                PendingRequest::Subscription(uri) => {
                    self.unsubscribed(uri, RequestFailure::TimedOut(ANSWER_LIMIT), todo);
                }
            }
        }
        if let Some(what) = broken {
            return self.lost(now, Loss::Slow(what), todo);
        }
        match self.phase {
            Phase::Resting { until } if until <= now.at => self.attempt(now, todo),
            Phase::Connecting { until } | Phase::Opening { until } if until <= now.at => {
                self.lost(now, Loss::Slow("connecting"), todo);
            }
            Phase::Joining { until } if until <= now.at => {
                self.lost(now, Loss::Slow("joining the namespace"), todo);
            }
            Phase::Settling { until } if until <= now.at => self.ready(now, todo),
            _ => {}
        }
    }

    fn send_calls(&mut self, todo: &mut Vec<Action>) {
        if self.has_joined() {
            let ready = matches!(self.phase, Phase::Ready { .. });
            for (ack, payload) in self.requests.send_all(ready) {
                let namespace = self.namespace.clone();
                todo.push(Action::Send(ClientFrame::Call { namespace, ack, payload }));
            }
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
