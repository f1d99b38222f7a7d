//! What becomes of each frame of a live connection: a pure state machine, run by
//! [`RelayDriver`](super::driver::RelayDriver). No socket, no clock.
//!
//! ```text
//! client ── on_client_frame ──> Action ──> Homey
//! client <── Action <── on_homey_frame ─── Homey
//! ```
//!
//! A client sends its key in the frame `handshakeClient`, where the Homey expects the token: the key is
//! replaced by the token, and the reply to a handshake is made here, since a Homey may repeat its token
//! in it. Each call and each subscription is checked against the scopes of the caller, and forwarded as
//! it was parsed. What the Homey refuses because its session has ended is sent again under a new token:
//! a 401 of the Homey never reaches the client.

mod action;
mod event;
mod pending;
mod renewal;
mod replies;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use housekey::Secret;
use housekey::catalogue::{Dialect, Need};
use housekey::realtime::packet::{Packet, elements};
use housekey::redaction::MASK;
use serde_json::{Map, Value, json};

pub(super) use self::action::{Action, ClientHandshake, QueuedCall};
use self::event::ParsedEvent;
use self::pending::{PendingRequests, RequestKind};
use self::replies::parse;
use crate::access::{AccessError, Caller};
use crate::redaction::{Redactor, Watch};

/// The id of the gateway's own handshakes: no client counts that far.
const OWN_HANDSHAKE: u64 = (1 << 53) - 1;

/// The state of one live connection, between client and Homey.
#[derive(Debug)]
pub(super) struct RelaySession {
    homey: String,
    dialect: Dialect,
    /// The id of the Homey, which the handshake names.
    homey_id: Option<String>,
    /// The client, once its handshake was accepted or if it needs no key.
    pub(super) caller: Option<Arc<Caller>>,
    pending: PendingRequests,
    renewal: RenewalState,
    /// How many of the gateway's own handshakes were refused in a row.
    refused_handshakes: u32,
    /// The data of the last handshake, without its token.
    handshake: Map<String, Value>,
    /// The token of the last handshake.
    token: Option<Secret>,
    redactor: Rc<Redactor>,
}

/// Whether the token is being renewed.
#[derive(Debug, PartialEq, Eq)]
enum RenewalState {
    None,
    /// The new token is awaited.
    Fetching,
    /// The reply to the gateway's own handshake is awaited.
    Handshaking,
}

impl RelaySession {
    pub(super) fn new(
        homey: String,
        dialect: Dialect,
        homey_id: Option<String>,
        caller: Option<Arc<Caller>>,
        redactor: Rc<Redactor>,
    ) -> Self {
        Self {
            homey,
            dialect,
            homey_id,
            caller,
            pending: PendingRequests::default(),
            renewal: RenewalState::None,
            refused_handshakes: 0,
            handshake: Map::new(),
            token: None,
            redactor,
        }
    }

    /// Handles a text frame of the client.
    pub(super) fn on_client_frame(&mut self, frame: &str) -> Action {
        match Packet::decode(frame) {
            Ok(Packet::Ping(_) | Packet::Pong(_) | Packet::Close | Packet::Disconnect { .. }) => {
                Action::Forward
            }
            Ok(Packet::Connect { namespace }) if namespace == "/" || self.caller.is_some() => {
                Action::Send(vec![Packet::Connect { namespace }.to_string()])
            }
            Ok(Packet::Connect { namespace }) => {
                let data = &Value::from("Missing Handshake").to_string();
                Action::Reply(vec![Packet::Error { namespace, data }.to_string()])
            }
            Ok(Packet::Ack { .. }) if self.caller.is_some() => Action::Forward,
            Ok(Packet::Event { namespace, ack, arguments }) => {
                self.on_client_event(namespace, ack, arguments)
            }
            Ok(_) => Action::Close("a frame that no client of a Homey sends"),
            Err(_) => Action::Close("a frame that cannot be read"),
        }
    }

    fn on_client_event(&mut self, namespace: &str, ack: Option<u64>, arguments: &str) -> Action {
        let unreadable = Action::Close("an event that cannot be read");
        let Ok(elements) = elements(arguments) else { return unreadable };
        let name = elements.first().and_then(|name| parse::<Cow<'_, str>>(name));
        let Some(name) = name else { return unreadable };
        let data = elements.get(1).copied();
        if name == "handshakeClient" {
            let data = data.and_then(parse::<Map<String, Value>>).unwrap_or_default();
            return authenticate(namespace, ack, data);
        }
        let event = ParsedEvent::parse(self.dialect, &self.redactor, &name, data, arguments);
        let Some(ParsedEvent { need, arguments, watch, slow_call }) = event else {
            return match self.check(&Need::AnyKey) {
                Ok(()) => Action::error(namespace, ack, &replies::malformed(&name)),
                Err(denied) => self.deny(namespace, ack, &denied),
            };
        };
        if let Err(denied) = self.check(&need) {
            return self.deny(namespace, ack, &denied);
        }
        let frame = Packet::Event { namespace, ack, arguments: &arguments }.to_string();
        self.expect_reply(namespace, ack, Some(&frame), RequestKind::Call(watch));
        match slow_call {
            Some(slow) => {
                Action::Queue(frame, QueuedCall { namespace: namespace.to_owned(), ack, slow })
            }
            None => Action::Send(vec![frame]),
        }
    }

    /// Checks a permission of the client.
    fn check(&self, need: &Need) -> Result<(), AccessError> {
        match &self.caller {
            Some(caller) => caller.may(&self.homey, need),
            None => Err(AccessError::NoKey),
        }
    }

    /// Replies with this error object to a call that got no permit in time. The Homey gets nothing.
    pub(super) fn on_queue_timeout(&mut self, call: QueuedCall, error: &Value) -> Action {
        let QueuedCall { namespace, ack, .. } = call;
        let action = Action::error(&namespace, ack, error);
        if let Some(ack) = ack {
            self.pending.remove(&(namespace, ack));
        }
        action
    }

    /// Forwards the handshake of a client, with the token in place of its key.
    pub(super) fn on_key_accepted(
        &mut self,
        handshake: ClientHandshake,
        caller: Arc<Caller>,
        token: &Secret,
    ) -> Action {
        let ClientHandshake { namespace, ack, data, sent, .. } = handshake;
        // A key for other Homeys is no key for this one.
        if let Err(denied) = caller.may(&self.homey, &Need::AnyKey) {
            return self.deny(&namespace, ack, &denied);
        }
        self.caller = Some(caller);
        (self.handshake, self.token) = (data, Some(token.clone()));
        let frame = self.handshake_frame(&namespace, ack);
        // Kept without its frame, which is made anew with another token.
        self.expect_reply(&namespace, ack, None, RequestKind::Handshake(sent));
        Action::Send(vec![frame])
    }

    fn deny(&self, namespace: &str, ack: Option<u64>, denied: &AccessError) -> Action {
        Action::error(namespace, ack, &denied.body(self.dialect))
    }

    /// Handles a text frame of the Homey.
    pub(super) fn on_homey_frame(&mut self, frame: &str) -> Action {
        match Packet::decode(frame) {
            Ok(Packet::Ack { namespace, ack, arguments }) => {
                self.on_homey_reply(frame, namespace, ack, arguments)
            }
            // Most frames are events.
            Ok(Packet::Event { .. }) => match self.redactor.event(frame) {
                Ok(redacted) => Action::forward(frame, redacted),
                // It may hold a token, and cannot be parsed.
                Err(_) => Action::Drop,
            },
            // It cannot be redacted, and no Homey sends it.
            Ok(Packet::Ignored) => Action::Drop,
            _ => Action::forward(frame, self.redactor.text(frame)),
        }
    }

    /// Handles a reply of the Homey. One to no known request is dropped: its content is not known.
    fn on_homey_reply(
        &mut self,
        frame: &str,
        namespace: &str,
        ack: u64,
        arguments: &str,
    ) -> Action {
        let status = replies::error_status(arguments);
        if namespace == "/" && ack == OWN_HANDSHAKE && self.renewal == RenewalState::Handshaking {
            return self.on_own_handshake_reply(status);
        }
        let id = (namespace.to_owned(), ack);
        let Some(request) = self.pending.remove(&id) else { return Action::Drop };
        if status == Some(401) && self.pending.may_defer(&request) {
            self.pending.defer(id, request);
            return self.renew_token();
        }
        match (status, request.kind) {
            (Some(401), _) => {
                Action::error(namespace, Some(ack), &replies::token_refused(&self.homey))
            }
            (None, RequestKind::Handshake(sent)) => {
                match replies::handshake_done(arguments, &sent) {
                    Some(arguments) => {
                        Action::Reply(vec![replies::reply(namespace, ack, &arguments)])
                    }
                    None => Action::error(namespace, Some(ack), &replies::unreadable()),
                }
            }
            (None, RequestKind::Call(Watch::No)) => Action::Forward,
            (None, RequestKind::Call(watch)) => match self.redactor.json(arguments, watch) {
                Ok(Cow::Borrowed(_)) => Action::Forward,
                Ok(Cow::Owned(arguments)) => {
                    Action::Reply(vec![replies::reply(namespace, ack, &arguments)])
                }
                Err(_) => Action::error(namespace, Some(ack), &replies::unreadable()),
            },
            // An error may quote what was sent.
            (Some(_), _) => Action::forward(frame, self.redactor.text(frame)),
        }
    }

    /// Remembers a request that is sent to the Homey, if a reply is expected.
    fn expect_reply(
        &mut self,
        namespace: &str,
        ack: Option<u64>,
        frame: Option<&str>,
        kind: RequestKind,
    ) {
        if let Some(ack) = ack {
            self.pending.add((namespace.to_owned(), ack), frame, kind);
        }
    }

    /// The frame of a handshake, the client's or one of the gateway, with the current token.
    fn handshake_frame(&self, namespace: &str, ack: Option<u64>) -> String {
        let mut data = self.handshake.clone();
        if let Some(id) = &self.homey_id {
            data.insert("homeyId".to_owned(), json!(id));
        }
        let token = self.token.as_ref().map_or("", Secret::expose);
        data.insert("token".to_owned(), json!(token));
        let arguments = json!(["handshakeClient", data]).to_string();
        Packet::Event { namespace, ack, arguments: &arguments }.to_string()
    }

    /// The reason that the Homey closes with, redacted.
    pub(super) fn close_reason(&self, reason: &str) -> String {
        self.redactor.text(reason).into_owned()
    }
}

/// Takes the key out of a handshake.
fn authenticate(namespace: &str, ack: Option<u64>, mut data: Map<String, Value>) -> Action {
    let sent = data.remove("token").filter(|sent| !sent.is_null());
    let key = sent.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    // A client that needs no key sends none, but still expects one in the reply.
    let sent = sent.unwrap_or_else(|| MASK.into()).to_string();
    Action::Authenticate(ClientHandshake {
        namespace: namespace.to_owned(),
        ack,
        data,
        sent: Secret::new(sent),
        key: Secret::new(key),
    })
}
