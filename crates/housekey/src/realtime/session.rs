//! The conversation with a Homey: takes what happened, tells what to do. Time and chance come in.
//!
//! ```text
//! Resting -> Connecting -> Opening -> Authenticating -> Handshaking -> Joining -> Settling -> Ready
//!    ^                                     ^   401, once   |                                   |
//!    |                                     +---------------+                                   |
//!    +--- anything lost: with the transport all the way, after a kick on the same transport ---+
//! ```

mod backoff;
mod exchange;
mod heartbeat;
mod refusal;
mod requests;
mod say;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;

pub use self::exchange::{Action, Event, Failure, Input, Moment, Status};
use self::heartbeat::{Beat, Heartbeat};
pub use self::refusal::Refusal;
pub use self::requests::Call;
use self::requests::{Asked, Requests};
pub use self::say::{Say, payload};
use super::packet::{self, Packet};
use crate::error::Loss;

/// How long opening the transport and the server's first two packets may take together, and then
/// joining; the vendor's library allows 20 s.
const OPEN_LIMIT: Duration = Duration::from_secs(20);

/// How long the answers to handshake and subscription may take: the vendor's limit.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Real Homeys sometimes let one join and throw one out at once; the vendor's client waits this long.
const SETTLE: Duration = Duration::from_millis(25);

/// A session that held this long starts to count failures anew.
const STEADY: Duration = Duration::from_secs(10);

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
    /// In the namespace; whether it lasts is still to be seen.
    Settling { until: Duration },
    /// In the namespace.
    Ready { since: Duration },
    /// Over for good.
    Ended,
}

/// What is known of a subscription that somebody wants.
#[derive(Debug, Default)]
struct Wanted {
    /// Whether the Homey has granted it before; then it outlives connections.
    granted: bool,
    /// Why the connection was lost on which it was in place; to be told when it is again.
    gap: Option<Loss>,
    /// Whether it was refused for the token, and is asked for again with another.
    renewed: bool,
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
    wanted: BTreeMap<Arc<str>, Wanted>,
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
            wanted: BTreeMap::new(),
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
            Phase::Ended => return None,
        };
        let beat = self.heartbeat.as_ref().map(Heartbeat::due);
        phase.into_iter().chain(beat).chain(self.requests.deadline()).min()
    }

    /// Takes what happened and adds what is to be done to `todo`, in order.
    pub fn step(&mut self, now: Moment, input: Input<'_>, todo: &mut Vec<Action>) {
        if self.phase == Phase::Ended {
            if let Input::Call(number, _) = input {
                todo.push(Action::Answer(number, Err(Failure::Ended)));
            } else if let Input::Subscribe(uri) = input {
                todo.push(Action::Unsubscribed(uri.into(), Failure::Ended));
            }
            return;
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
            Input::Token(token) => {
                if let Phase::Authenticating { renewed } = self.phase {
                    let ack = self.requests.ask(Asked::Handshake, now.at + ANSWER_LIMIT);
                    let homey_id = self.homey_id.clone();
                    todo.push(Action::Send(Say::Handshake { ack, token, homey_id }));
                    self.phase = Phase::Handshaking { renewed };
                }
            }
            Input::NoToken(loss) => self.lost(now, loss, todo),
            Input::SignedOut | Input::Leave => self.end(todo),
            Input::Subscribe(uri) => self.subscribe(now, uri, todo),
            Input::Unsubscribe(uri) => {
                if let Some((uri, _)) = self.wanted.remove_entry(uri)
                    && self.is_ready()
                {
                    self.requests.forget_subscription(&uri);
                    let namespace = self.namespace.clone();
                    todo.push(Action::Send(Say::Unsubscribe { namespace, uri }));
                }
            }
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

    fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Ready { .. })
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

    /// Begins to connect, or to shake hands where the transport is still open.
    fn attempt(&mut self, now: Moment, todo: &mut Vec<Action>) {
        todo.push(Action::Status(Status::Connecting));
        if self.heartbeat.is_some() {
            self.authenticate(todo);
        } else {
            self.phase = Phase::Connecting { until: now.at + OPEN_LIMIT };
            todo.push(Action::Connect);
        }
    }

    fn authenticate(&mut self, todo: &mut Vec<Action>) {
        let refused = std::mem::take(&mut self.token_ended);
        self.phase = Phase::Authenticating { renewed: refused };
        todo.push(Action::Authenticate { refused });
    }

    fn packet(&mut self, now: Moment, packet: Packet<'_>, todo: &mut Vec<Action>) {
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
                self.phase = Phase::Settling { until: now.at + SETTLE };
            }
            (Packet::Error { namespace, data }, Phase::Joining { .. }) if ours(namespace) => {
                let error = serde_json::from_str(data).unwrap_or_default();
                self.lost(now, Loss::Refused(Refusal::read(&error).message), todo);
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

    /// The event of a URI that somebody listens to.
    fn event(&self, arguments: &str) -> Option<Event> {
        let all = packet::elements(arguments).ok()?;
        let text = |place: usize| -> Option<Arc<str>> {
            let raw = all.get(place)?.get();
            match serde_json::from_str::<&str>(raw) {
                Ok(text) => Some(text.into()),
                Err(_) => serde_json::from_str::<String>(raw).ok().map(Arc::from),
            }
        };
        let (uri, _) = self.wanted.get_key_value(&text(0)?)?;
        let data = all.get(2).map_or(RawValue::NULL, |data| data).to_owned();
        Some(Event { uri: uri.clone(), name: text(1)?, data: data.into() })
    }

    fn answered(&mut self, now: Moment, ack: u64, arguments: &str, todo: &mut Vec<Action>) {
        let Some(asked) = self.requests.answered(ack) else { return };
        let all = packet::elements(arguments).unwrap_or_default();
        let error = all.first().and_then(|error| serde_json::from_str(error.get()).ok());
        let outcome = match error.unwrap_or(Value::Null) {
            Value::Null => Ok(all.get(1).map_or(RawValue::NULL, |result| result)),
            error => Err(Refusal::read(&error)),
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

    fn join(&mut self, now: Moment, result: &RawValue, todo: &mut Vec<Action>) {
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

    fn ready(&mut self, now: Moment, todo: &mut Vec<Action>) {
        self.phase = Phase::Ready { since: now.at };
        for uri in self.wanted.keys() {
            let ack = self.requests.ask(Asked::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let (namespace, uri) = (self.namespace.clone(), uri.clone());
            todo.push(Action::Send(Say::Subscribe { namespace, ack, uri }));
        }
        self.send_calls(todo);
        todo.push(Action::Status(Status::Live));
    }

    fn subscribe(&mut self, now: Moment, uri: &str, todo: &mut Vec<Action>) {
        if let Some((uri, wanted)) = self.wanted.get_key_value(uri) {
            // One that is being restored is told when that is done.
            if wanted.granted && wanted.gap.is_none() {
                todo.push(Action::Subscribed(uri.clone()));
            }
            return;
        }
        let uri: Arc<str> = uri.into();
        self.wanted.insert(uri.clone(), Wanted::default());
        if self.is_ready() {
            let ack = self.requests.ask(Asked::Subscription(uri.clone()), now.at + ANSWER_LIMIT);
            let namespace = self.namespace.clone();
            todo.push(Action::Send(Say::Subscribe { namespace, ack, uri }));
        }
    }

    /// The vendor's client cleans up behind a refusal with an unsubscribe, so ours does.
    fn unsubscribed(&mut self, uri: Arc<str>, failure: Failure, todo: &mut Vec<Action>) {
        if self.wanted.remove(&uri).is_some() {
            let namespace = self.namespace.clone();
            todo.push(Action::Send(Say::Unsubscribe { namespace, uri: uri.clone() }));
            todo.push(Action::Unsubscribed(uri, failure));
        }
    }

    fn send_calls(&mut self, todo: &mut Vec<Action>) {
        if self.is_ready() {
            for (ack, payload) in self.requests.send_all() {
                let namespace = self.namespace.clone();
                todo.push(Action::Send(Say::Call { namespace, ack, payload }));
            }
        }
    }

    /// The transport is gone, or has to go.
    fn lost(&mut self, now: Moment, loss: Loss, todo: &mut Vec<Action>) {
        if matches!(self.phase, Phase::Resting { .. }) && self.heartbeat.is_none() {
            return;
        }
        self.heartbeat = None;
        todo.push(Action::HangUp);
        self.interrupted(now, loss, todo);
    }

    /// Out of the namespace, or not in it after all. What was on its way is settled now: nothing
    /// that may have been carried out is sent again unless it only reads.
    fn interrupted(&mut self, now: Moment, loss: Loss, todo: &mut Vec<Action>) {
        let was_ready = match self.phase {
            Phase::Ready { since } => {
                if since + STEADY <= now.at {
                    self.failures = 0;
                }
                true
            }
            _ => false,
        };
        // With another token the Homey is likely to go on at once, the first time.
        let at_once = loss == Loss::TokenEnded && self.failures == 0;
        let rest = if at_once { Duration::ZERO } else { backoff::rest(self.failures, now.chance) };
        self.phase = Phase::Resting { until: now.at + rest };
        self.failures = self.failures.saturating_add(1);
        for number in self.requests.interrupt() {
            todo.push(Action::Answer(number, Err(Failure::Dropped)));
        }
        for wanted in self.wanted.values_mut().filter(|wanted| wanted.granted) {
            wanted.gap.get_or_insert_with(|| loss.clone());
        }
        if !was_ready {
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

    fn end(&mut self, todo: &mut Vec<Action>) {
        if self.is_ready() {
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
        self.phase = Phase::Ended;
        todo.push(Action::Status(Status::Ended));
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
