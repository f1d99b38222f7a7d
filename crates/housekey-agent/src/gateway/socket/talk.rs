//! What becomes of each frame of a live connection: decided here, done by `pump`. No socket, no clock.
//!
//! The caller's key stands inside the frame `handshakeClient`, where the Homey expects its token: it is
//! taken out, and the token put in. Every call and every subscription is held against the caller's
//! scopes. What the Homey refuses because its session has ended meanwhile is asked again under a new
//! one, so that the caller notices nothing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use housekey::Secret;
use housekey::catalogue::{Dialect, Need};
use housekey::realtime::packet::{Packet, elements};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::access::{Caller, Refusal};

/// The number of the handshakes that are ours: no client counts that far.
const OURS: u64 = (1 << 53) - 1;

/// How many requests are kept for a second try, and how large one may be, in bytes.
const KEPT: usize = 256;
const KEPT_BYTES: usize = 64 * 1024;

/// Where a conversation stands, seen from between caller and Homey.
#[derive(Debug)]
pub(super) struct Talk {
    homey: String,
    dialect: Dialect,
    /// The id of the Homey, which the handshake names.
    id: Option<String>,
    /// Who has shaken hands, or needs no key.
    pub(super) caller: Option<Arc<Caller>>,
    /// What the caller waits for an answer to, by namespace and number.
    asked: HashMap<(String, u64), Asked>,
    /// What is asked again after the next handshake of ours.
    again: Vec<((String, u64), Asked)>,
    renewal: Renewal,
    /// The data of the last handshake, without its token.
    handshake: Map<String, Value>,
}

/// Something that was asked of the Homey.
#[derive(Debug)]
struct Asked {
    frame: String,
    /// Whether it is a handshake, whose token has to be put in anew.
    shakes_hands: bool,
    tried_again: bool,
    /// What the Homey said, to be handed on if nothing helps.
    refusal: String,
}

/// Whether another token is being fetched.
#[derive(Debug, PartialEq, Eq)]
enum Renewal {
    None,
    /// The token is awaited.
    Fetching,
    /// Our own handshake is awaited.
    Shaking,
}

/// What is to be done with a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Hand it on as it is.
    Pass,
    /// Hand it on when it is its turn; if that takes too long, go on with [`Talk::had_no_turn`].
    Call(Errand),
    /// Hand nothing on.
    Drop,
    /// Send these to the caller instead.
    Answer(Vec<String>),
    /// Look whose key that is, and go on with [`Talk::shake`] or [`Shake::refused`].
    Admit(Shake),
    /// Send these to the Homey.
    Send(Vec<String>),
    /// Get another token, and go on with [`Talk::renewed`].
    Renew,
    /// Break the connection off: nobody who means well says that.
    Close(&'static str),
}

/// A call that a Homey is to carry out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Errand {
    pub(super) namespace: String,
    /// The number of its answer; `None` where nobody waits for one.
    pub(super) ack: Option<u64>,
    /// Whether the Homey has to read from its disk for it.
    pub(super) long: bool,
}

/// A handshake of the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shake {
    namespace: String,
    ack: Option<u64>,
    data: Map<String, Value>,
    pub(super) key: Secret,
}

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
    #[serde(borrow)]
    operation: Cow<'a, str>,
}

impl Talk {
    pub(super) fn new(
        homey: String,
        dialect: Dialect,
        id: Option<String>,
        caller: Option<Arc<Caller>>,
    ) -> Self {
        Self {
            homey,
            dialect,
            id,
            caller,
            asked: HashMap::new(),
            again: Vec::new(),
            renewal: Renewal::None,
            handshake: Map::new(),
        }
    }

    /// A text frame of the caller.
    pub(super) fn hear_caller(&mut self, frame: &str) -> Act {
        match Packet::decode(frame) {
            Ok(Packet::Ping(_) | Packet::Pong(_) | Packet::Close | Packet::Disconnect { .. }) => {
                Act::Pass
            }
            Ok(Packet::Connect { namespace }) if namespace == "/" || self.caller.is_some() => {
                Act::Pass
            }
            Ok(Packet::Connect { namespace }) => {
                let data = &Value::from("Missing Handshake").to_string();
                Act::Answer(vec![Packet::Error { namespace, data }.to_string()])
            }
            Ok(Packet::Ack { .. }) if self.caller.is_some() => Act::Pass,
            Ok(Packet::Event { namespace, ack, arguments }) => {
                self.event(frame, namespace, ack, arguments)
            }
            Ok(_) => Act::Close("a frame that no client of a Homey sends"),
            Err(_) => Act::Close("a frame that cannot be read"),
        }
    }

    fn event(&mut self, frame: &str, namespace: &str, ack: Option<u64>, arguments: &str) -> Act {
        let unreadable = Act::Close("an event that cannot be read");
        let Ok(arguments) = elements(arguments) else { return unreadable };
        let name = arguments.first().and_then(|name| read::<Cow<'_, str>>(name));
        let Some(name) = name else { return unreadable };
        let data = arguments.get(1).copied();
        if name == "handshakeClient" {
            let data = data.and_then(read::<Map<String, Value>>).unwrap_or_default();
            return self.handshake(namespace, ack, data);
        }
        let (is_call, mut long) = (name == "api", false);
        let need = match &*name {
            "unsubscribe" => Need::AnyKey,
            "subscribe" => match data.and_then(read::<Cow<'_, str>>) {
                Some(uri) => Need::of_subscription(self.dialect, &uri),
                None => Need::Full,
            },
            // A key that stands there twice, or is no text, is not certain to be read alike.
            "api" => match data.and_then(read::<Call<'_>>) {
                Some(call) => {
                    long = call.operation == "getLogEntries";
                    Need::of_call(self.dialect, &call.uri, &call.operation)
                }
                None => Need::Full,
            },
            _ => Need::Full,
        };
        let allowed = match &self.caller {
            Some(caller) => caller.may(&self.homey, &need),
            None => Err(Refusal::NoKey),
        };
        match allowed {
            Ok(()) => {
                self.keep(namespace, ack, frame, false);
                match is_call {
                    true => Act::Call(Errand { namespace: namespace.to_owned(), ack, long }),
                    false => Act::Pass,
                }
            }
            Err(refusal) => self.refuse(namespace, ack, &refusal),
        }
    }

    /// A call that waited for too long is answered with that error object, and the Homey hears nothing.
    pub(super) fn had_no_turn(&mut self, errand: Errand, error: &Value) -> Act {
        let Errand { namespace, ack, .. } = errand;
        let act = refused_with(&namespace, ack, error);
        if let Some(ack) = ack {
            self.asked.remove(&(namespace, ack));
        }
        act
    }

    fn handshake(&self, namespace: &str, ack: Option<u64>, mut data: Map<String, Value>) -> Act {
        let key = match data.remove("token") {
            Some(Value::String(key)) => key,
            _ => String::new(),
        };
        let namespace = namespace.to_owned();
        Act::Admit(Shake { namespace, ack, data, key: Secret::new(key) })
    }

    /// The caller's handshake with our token, for the Homey.
    pub(super) fn shake(&mut self, shake: Shake, caller: Arc<Caller>, token: &Secret) -> Act {
        let Shake { namespace, ack, mut data, .. } = shake;
        // A key for other Homeys is no key for this one.
        if let Err(refusal) = caller.may(&self.homey, &Need::AnyKey) {
            return self.refuse(&namespace, ack, &refusal);
        }
        self.caller = Some(caller);
        if let Some(id) = &self.id {
            data.insert("homeyId".to_owned(), json!(id));
        }
        self.handshake = data;
        let frame = self.handshake_frame(&namespace, ack, token);
        // Kept without its token, which another takes the place of anyway.
        self.keep(&namespace, ack, "", true);
        Act::Send(vec![frame])
    }

    fn refuse(&self, namespace: &str, ack: Option<u64>, refusal: &Refusal) -> Act {
        refused_with(namespace, ack, &refusal.body(self.dialect))
    }

    /// A text frame of the Homey.
    pub(super) fn hear_homey(&mut self, frame: &str) -> Act {
        // Events are most of what comes, and are not looked into.
        if !frame.starts_with("43") {
            return Act::Pass;
        }
        let Ok(Packet::Ack { namespace, ack, arguments }) = Packet::decode(frame) else {
            return Act::Pass;
        };
        if namespace == "/" && ack == OURS && self.renewal == Renewal::Shaking {
            return self.shaken(refused(arguments).is_none());
        }
        let place = (namespace.to_owned(), ack);
        let Some(mut asked) = self.asked.remove(&place) else { return Act::Pass };
        if asked.tried_again || refused(arguments) != Some(401) {
            return Act::Pass;
        }
        (asked.tried_again, asked.refusal) = (true, frame.to_owned());
        self.again.push((place, asked));
        if self.renewal != Renewal::None {
            return Act::Drop;
        }
        self.renewal = Renewal::Fetching;
        Act::Renew
    }

    /// Goes on with another token; without one, what was refused stays refused.
    pub(super) fn renewed(&mut self, token: Option<&Secret>) -> Act {
        let Some(token) = token else { return self.give_up() };
        // Whoever shakes hands by itself does it for all.
        if let Some(place) = self.again.iter().position(|(_, asked)| asked.shakes_hands) {
            let ((namespace, ack), asked) = self.again.swap_remove(place);
            let frame = self.handshake_frame(&namespace, Some(ack), token);
            self.asked.insert((namespace, ack), asked);
            self.renewal = Renewal::None;
            let mut frames = vec![frame];
            frames.extend(self.ask_again());
            return Act::Send(frames);
        }
        self.renewal = Renewal::Shaking;
        Act::Send(vec![self.handshake_frame("/", Some(OURS), token)])
    }

    fn shaken(&mut self, done: bool) -> Act {
        if !done {
            return self.give_up();
        }
        self.renewal = Renewal::None;
        Act::Send(self.ask_again())
    }

    fn ask_again(&mut self) -> Vec<String> {
        let again = std::mem::take(&mut self.again);
        let asked = again.into_iter().map(|(place, asked)| {
            let frame = asked.frame.clone();
            self.asked.insert(place, asked);
            frame
        });
        asked.collect()
    }

    /// Nothing helps: the caller is told what the Homey said.
    fn give_up(&mut self) -> Act {
        self.renewal = Renewal::None;
        let refusals = std::mem::take(&mut self.again).into_iter();
        Act::Answer(refusals.map(|(_, asked)| asked.refusal).collect())
    }

    fn keep(&mut self, namespace: &str, ack: Option<u64>, frame: &str, shakes_hands: bool) {
        let Some(ack) = ack else { return };
        if self.asked.len() < KEPT && frame.len() <= KEPT_BYTES {
            let asked = Asked {
                frame: frame.to_owned(),
                shakes_hands,
                tried_again: false,
                refusal: String::new(),
            };
            self.asked.insert((namespace.to_owned(), ack), asked);
        }
    }

    fn handshake_frame(&self, namespace: &str, ack: Option<u64>, token: &Secret) -> String {
        let mut data = self.handshake.clone();
        data.insert("token".to_owned(), json!(token.expose()));
        let arguments = json!(["handshakeClient", data]).to_string();
        Packet::Event { namespace, ack, arguments: &arguments }.to_string()
    }
}

impl Shake {
    /// The answer that a handshake gets which does not go through, with that error object.
    pub(super) fn refused(&self, error: &Value) -> Act {
        refused_with(&self.namespace, self.ack, error)
    }
}

/// The answer to what is not done; nothing, where none is expected.
fn refused_with(namespace: &str, ack: Option<u64>, error: &Value) -> Act {
    let Some(ack) = ack else { return Act::Drop };
    let arguments = json!([error]).to_string();
    Act::Answer(vec![Packet::Ack { namespace, ack, arguments: &arguments }.to_string()])
}

/// The status of a refusal; `None` for an answer that is none.
fn refused(arguments: &str) -> Option<u64> {
    if arguments.starts_with("[null") {
        return None;
    }
    let error: Value = read(elements(arguments).ok()?.first()?)?;
    if error.is_null() {
        return None;
    }
    // Without a number it is a refusal all the same.
    Some(error["statusCode"].as_u64().or(error["code"].as_u64()).unwrap_or(0))
}

fn read<'a, T: Deserialize<'a>>(text: &'a RawValue) -> Option<T> {
    serde_json::from_str(text.get()).ok()
}

#[cfg(test)]
mod tests;
