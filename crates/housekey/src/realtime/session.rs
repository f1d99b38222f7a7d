//! The conversation with a Homey: takes what happened, tells what to do. Time and chance come in.
//!
//! ```text
//! Resting -> Connecting -> Opening -> Authenticating -> Handshaking -> Joining -> Settling -> Ready
//!    ^                                     ^   401, once   |                                   |
//!    |                                     +---------------+                                   |
//!    +--- anything lost: with the transport all the way, after a kick on the same transport ---+
//!    +--- SignedOut: from everywhere, until somebody has signed in
//! ```

mod connecting;
mod ending;
mod exchange;
mod heartbeat;
mod incoming;
mod limits;
mod refusal;
mod requests;
mod say;
mod subscriptions;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

pub use self::exchange::{Action, Event, Failure, Input, Moment, Status};
use self::heartbeat::{Beat, Heartbeat};
pub use self::limits::{ANSWER_LIMIT, RECONNECT};
use self::limits::{OPEN_LIMIT, SETTLE, STEADY};
pub use self::refusal::Refusal;
pub use self::requests::Call;
use self::requests::{Asked, Requests};
pub use self::say::{Say, payload};
use self::wanted::Wanted;
use super::packet::Packet;
use crate::error::Loss;
use crate::redaction::TokenText;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between attempts. After a kick the transport is still open, and its heart beats on.
    Resting { until: Duration },
    /// The transport is being opened.
    Connecting { until: Duration },
    /// It is open; the server speaks first.
    Opening { until: Duration },
    /// Waiting for a token.
    Authenticating { renewed: bool },
    /// Waiting for the answer to the handshake, whose limit stands among the requests.
    Handshaking { renewed: bool },
    /// Waiting for the namespace.
    Joining { until: Duration },
    /// In the namespace; whether that lasts is still to be seen.
    Settling { until: Duration },
    /// In the namespace.
    Ready { since: Duration },
    /// There is no token until somebody signs in.
    SignedOut,
    /// Over for good.
    Ended,
}

/// The state of the conversation.
#[derive(Debug)]
pub struct Session {
    homey_id: Option<String>,
    phase: Phase,
    /// Of the transport, once the server has told its times.
    heartbeat: Option<Heartbeat>,
    namespace: Arc<str>,
    failures: u32,
    /// Whether the Homey stopped taking the token in the middle of a connection.
    token_ended: bool,
    /// The token of the last handshake.
    token: Option<TokenText>,
    /// In the order in which they were asked for, as long as none is given up. Looked up with every
    /// event.
    wanted: IndexMap<Arc<str>, Wanted, RandomState>,
    /// Of the last event.
    last_name: Arc<str>,
    requests: Requests,
}

impl Session {
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

    /// When to come back with [`Input::Elapsed`], if nothing happens before; in the time of
    /// [`Moment`].
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

    /// Takes what happened and adds what is to be done to `todo`, in order.
    pub fn step(&mut self, now: Moment, input: Input<'_>, todo: &mut Vec<Action>) {
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
                // Nothing that is needed: what is needed and does not come runs into its limit.
                Err(error) => tracing::debug!(%error, "a frame was passed over"),
            },
            Input::Token(token) => self.token(now, token, todo),
            Input::NoToken(loss) => self.lost(now, loss, todo),
            Input::SignedOut => self.end(Phase::SignedOut, Status::SignedOut, todo),
            Input::Leave => self.end(Phase::Ended, Status::Ended, todo),
            // Whoever signs in while a token is at hand changes nothing about this connection.
            Input::SignedIn => {}
            Input::Subscribe(uri) => self.subscribe(now, uri, todo),
            Input::Unsubscribe(uri) => self.unsubscribe(uri, todo),
            Input::Call(number, call) => {
                if self.requests.is_full() {
                    todo.push(Action::Answer(number, Err(Failure::Busy)));
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

    fn elapsed(&mut self, now: Moment, todo: &mut Vec<Action>) {
        match self.heartbeat.as_mut().map_or(Beat::Rest, |beat| beat.look(now.at)) {
            Beat::Rest => {}
            Beat::Ping => todo.push(Action::Send(Say::Ping)),
            Beat::Dead => return self.lost(now, Loss::Silent, todo),
        }
        let mut broken = None;
        for (asked, limit) in self.requests.overdue(now.at) {
            match asked {
                Asked::Handshake => broken = Some("the handshake"),
                Asked::Call(number) => {
                    todo.push(Action::Answer(number, Err(Failure::TimedOut(limit))));
                }
                // One that was granted before will be again, on a connection that works.
                Asked::Subscription(uri)
                    if self.wanted.get(&uri).is_some_and(|one| one.granted) =>
                {
                    broken = Some("restoring a subscription");
                }
                Asked::Subscription(uri) => {
                    self.unsubscribed(uri, Failure::TimedOut(ANSWER_LIMIT), todo);
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
                todo.push(Action::Send(Say::Call { namespace, ack, payload }));
            }
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
