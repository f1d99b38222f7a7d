//! What becomes of each frame of a live connection: decided here, done by `pump`. No socket, no clock.
//!
//! The caller's key stands inside the frame `handshakeClient`, where the Homey expects its token: it is
//! taken out, and the token put in; the answer to a handshake is made here, since a Homey may repeat its
//! token in it. Every call and every subscription is held against the caller's scopes, and goes on as
//! it was understood. What the Homey refuses because its session has ended meanwhile is sent again
//! under a new one, so that the caller notices nothing: a 401 of the Homey never reaches it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use housekey::Secret;
use housekey::catalogue::{Dialect, Need};
use housekey::realtime::packet::{Packet, elements};
use housekey::redaction::MASK;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::access::{AccessError, Caller};
use crate::redaction::{Redactor, Watch};

/// The number of the handshakes that are ours: no client counts that far.
const OURS: u64 = (1 << 53) - 1;

/// The namespace that a handshake names where the Homey's answer names none.
const NAMESPACE: &str = "/api";

/// How many requests may wait for their answer; beyond that the oldest is forgotten, with its answer.
const WAITING: usize = 1024;

/// How much is kept of requests so that they can be sent again, in bytes: of one, and of all.
const KEPT_BYTES: usize = 64 * 1024;
const KEPT_BYTES_IN_ALL: usize = 1 << 20;

/// How often a request is sent again under yet another token.
const RENEWALS: u8 = 3;

/// Where a conversation stands, seen from between caller and Homey.
#[derive(Debug)]
pub(super) struct RelaySession {
    homey: String,
    dialect: Dialect,
    /// The id of the Homey, which the handshake names.
    id: Option<String>,
    /// Who has shaken hands, or needs no key.
    pub(super) caller: Option<Arc<Caller>>,
    /// What the caller waits for an answer to, by namespace and number.
    asked: HashMap<(String, u64), PendingRequest>,
    /// What is asked again after the next handshake of ours.
    again: Vec<((String, u64), PendingRequest)>,
    renewal: RenewalState,
    /// How many handshakes of ours were refused one after the other.
    refused_shakes: u8,
    /// The data of the last handshake, without its token.
    handshake: Map<String, Value>,
    /// The token that was last put in.
    token: Option<Secret>,
    redactor: Rc<Redactor>,
    /// Counts what was asked, to tell what is oldest.
    count: u64,
    /// The bytes of all frames in `asked` and `again`.
    kept_bytes: usize,
}

/// Something that was asked of the Homey.
#[derive(Debug)]
struct PendingRequest {
    /// As it was sent; `None` where it is too large to be kept, and for a handshake, which is made anew.
    frame: Option<String>,
    what: RequestKind,
    /// How often it was sent again.
    renewals: u8,
    /// Its place among all that was asked.
    count: u64,
}

/// What was asked.
#[derive(Debug, Clone)]
enum RequestKind {
    /// To shake hands, and what stood where the token stands: JSON.
    Handshake(Secret),
    /// Something whose answer may hold the value of a token variable, or never does.
    Call(Watch),
}

/// Whether another token is being fetched.
#[derive(Debug, PartialEq, Eq)]
enum RenewalState {
    None,
    /// The token is awaited.
    Fetching,
    /// Our own handshake is awaited.
    Shaking,
}

/// What is to be done with a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Hand it on as it is.
    Pass,
    /// Send that to the Homey when it is its turn; if that takes too long, go on with
    /// [`RelaySession::had_no_turn`].
    Call(String, QueuedCall),
    /// Hand nothing on.
    Drop,
    /// Send these to the caller instead.
    Answer(Vec<String>),
    /// Look whose key that is, and go on with [`RelaySession::shake`] or [`ClientHandshake::refused`].
    Admit(ClientHandshake),
    /// Send these to the Homey.
    Send(Vec<String>),
    /// Send the first to the caller, the second to the Homey.
    Both(Vec<String>, Vec<String>),
    /// Get another token, and go on with [`RelaySession::renewed`].
    Renew,
    /// Break the connection off: nobody who means well says that.
    Close(&'static str),
}

/// A call that a Homey is to carry out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueuedCall {
    pub(super) namespace: String,
    /// The number of its answer; `None` where nobody waits for one.
    pub(super) ack: Option<u64>,
    /// Whether the Homey has to read from its disk for it.
    pub(super) long: bool,
}

/// A handshake of the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClientHandshake {
    namespace: String,
    ack: Option<u64>,
    data: Map<String, Value>,
    /// What stood where the token stands: JSON.
    sent: Secret,
    pub(super) key: Secret,
}

/// A call as it comes, and as it goes on: whatever else stands there was not understood, and stays.
#[derive(Deserialize, Serialize)]
struct ApiCall<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    args: Option<&'a RawValue>,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    uri: Cow<'a, str>,
}

impl RelaySession {
    pub(super) fn new(
        homey: String,
        dialect: Dialect,
        id: Option<String>,
        caller: Option<Arc<Caller>>,
        redactor: Rc<Redactor>,
    ) -> Self {
        Self {
            homey,
            dialect,
            id,
            caller,
            asked: HashMap::new(),
            again: Vec::new(),
            renewal: RenewalState::None,
            refused_shakes: 0,
            handshake: Map::new(),
            token: None,
            redactor,
            count: 0,
            kept_bytes: 0,
        }
    }

    /// A text frame of the caller.
    pub(super) fn hear_caller(&mut self, frame: &str) -> Action {
        match Packet::decode(frame) {
            Ok(Packet::Ping(_) | Packet::Pong(_) | Packet::Close | Packet::Disconnect { .. }) => {
                Action::Pass
            }
            Ok(Packet::Connect { namespace }) if namespace == "/" || self.caller.is_some() => {
                Action::Send(vec![Packet::Connect { namespace }.to_string()])
            }
            Ok(Packet::Connect { namespace }) => {
                let data = &Value::from("Missing Handshake").to_string();
                Action::Answer(vec![Packet::Error { namespace, data }.to_string()])
            }
            Ok(Packet::Ack { .. }) if self.caller.is_some() => Action::Pass,
            Ok(Packet::Event { namespace, ack, arguments }) => {
                self.event(namespace, ack, arguments)
            }
            Ok(_) => Action::Close("a frame that no client of a Homey sends"),
            Err(_) => Action::Close("a frame that cannot be read"),
        }
    }

    fn event(&mut self, namespace: &str, ack: Option<u64>, arguments: &str) -> Action {
        let unreadable = Action::Close("an event that cannot be read");
        let Ok(elements) = elements(arguments) else { return unreadable };
        let name = elements.first().and_then(|name| read::<Cow<'_, str>>(name));
        let Some(name) = name else { return unreadable };
        let data = elements.get(1).copied();
        if name == "handshakeClient" {
            let data = data.and_then(read::<Map<String, Value>>).unwrap_or_default();
            return self.handshake(namespace, ack, data);
        }
        let understood = self.understand(&name, data, arguments);
        let Some(ParsedEvent { need, arguments, watch, errand }) = understood else {
            return match self.allowed(&Need::AnyKey) {
                Ok(()) => refused_with(namespace, ack, &not_understood(&name)),
                Err(refusal) => self.refuse(namespace, ack, &refusal),
            };
        };
        if let Err(refusal) = self.allowed(&need) {
            return self.refuse(namespace, ack, &refusal);
        }
        let frame = Packet::Event { namespace, ack, arguments: &arguments }.to_string();
        self.wait(namespace, ack, Some(&frame), RequestKind::Call(watch));
        match errand {
            Some(long) => {
                let errand = QueuedCall { namespace: namespace.to_owned(), ack, long };
                Action::Call(frame, errand)
            }
            None => Action::Send(vec![frame]),
        }
    }

    /// What an event asks for. `None` where not all of what decides about it can be read.
    fn understand(
        &self,
        name: &str,
        data: Option<&RawValue>,
        arguments: &str,
    ) -> Option<ParsedEvent> {
        let plain = |need, arguments: String| ParsedEvent {
            need,
            arguments,
            watch: Watch::No,
            errand: None,
        };
        Some(match name {
            "subscribe" | "unsubscribe" => {
                let uri = data.and_then(read::<Cow<'_, str>>)?;
                let need = match name {
                    "subscribe" => Need::of_subscription(self.dialect, &uri),
                    _ => Need::AnyKey,
                };
                plain(need, json!([name, uri]).to_string())
            }
            // A key that stands there twice, or is no text, is not certain to be read alike.
            "api" => {
                let call = data.and_then(read::<ApiCall<'_>>)?;
                let args = call.args.map_or("", RawValue::get);
                if !matches!(args.as_bytes().first(), None | Some(b'{' | b'n')) {
                    return None;
                }
                let arguments = serde_json::to_string(&("api", &call)).ok()?;
                ParsedEvent {
                    need: Need::of_call(self.dialect, &call.uri, &call.operation),
                    arguments,
                    watch: self.redactor.watch_call(&call.uri, &call.operation, args),
                    errand: Some(call.operation == "getLogEntries"),
                }
            }
            _ => plain(Need::Full, arguments.to_owned()),
        })
    }

    fn allowed(&self, need: &Need) -> Result<(), AccessError> {
        match &self.caller {
            Some(caller) => caller.may(&self.homey, need),
            None => Err(AccessError::NoKey),
        }
    }

    /// A call that waited for too long is answered with that error object, and the Homey hears nothing.
    pub(super) fn had_no_turn(&mut self, errand: QueuedCall, error: &Value) -> Action {
        let QueuedCall { namespace, ack, .. } = errand;
        let act = refused_with(&namespace, ack, error);
        if let Some(ack) = ack {
            self.answered(&(namespace, ack));
        }
        act
    }

    fn handshake(&self, namespace: &str, ack: Option<u64>, mut data: Map<String, Value>) -> Action {
        let sent = data.remove("token").filter(|sent| !sent.is_null());
        let key = sent.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        // Whoever is known without it sends none, and still looks for one in the answer.
        let sent = sent.unwrap_or_else(|| MASK.into()).to_string();
        let namespace = namespace.to_owned();
        Action::Admit(ClientHandshake {
            namespace,
            ack,
            data,
            sent: Secret::new(sent),
            key: Secret::new(key),
        })
    }

    /// The caller's handshake with our token, for the Homey.
    pub(super) fn shake(
        &mut self,
        shake: ClientHandshake,
        caller: Arc<Caller>,
        token: &Secret,
    ) -> Action {
        let ClientHandshake { namespace, ack, data, sent, .. } = shake;
        // A key for other Homeys is no key for this one.
        if let Err(refusal) = caller.may(&self.homey, &Need::AnyKey) {
            return self.refuse(&namespace, ack, &refusal);
        }
        self.caller = Some(caller);
        (self.handshake, self.token) = (data, Some(token.clone()));
        let frame = self.handshake_frame(&namespace, ack);
        // Kept without its frame, which is made anew with another token.
        self.wait(&namespace, ack, None, RequestKind::Handshake(sent));
        Action::Send(vec![frame])
    }

    fn refuse(&self, namespace: &str, ack: Option<u64>, refusal: &AccessError) -> Action {
        refused_with(namespace, ack, &refusal.body(self.dialect))
    }

    /// A text frame of the Homey.
    pub(super) fn hear_homey(&mut self, frame: &str) -> Action {
        match Packet::decode(frame) {
            Ok(Packet::Ack { namespace, ack, arguments }) => {
                self.answer(frame, namespace, ack, arguments)
            }
            // Most of what comes.
            Ok(Packet::Event { .. }) => match self.redactor.event(frame) {
                Ok(masked) => handed_on(frame, masked),
                // It may hold a token, and cannot be read.
                Err(_) => Action::Drop,
            },
            // Nothing that can be looked into, and nothing that a Homey sends.
            Ok(Packet::Ignored) => Action::Drop,
            _ => handed_on(frame, self.redactor.text(frame)),
        }
    }

    /// An answer of the Homey. One that nobody waits for ends here: it is not known what is in it.
    fn answer(&mut self, frame: &str, namespace: &str, ack: u64, arguments: &str) -> Action {
        let status = refused(arguments);
        if namespace == "/" && ack == OURS && self.renewal == RenewalState::Shaking {
            return self.shaken(status);
        }
        let place = (namespace.to_owned(), ack);
        let Some(mut asked) = self.answered(&place) else { return Action::Drop };
        if status == Some(401) && asked.renewals < RENEWALS && self.again.len() < WAITING {
            asked.renewals += 1;
            self.kept_bytes += asked.bytes();
            self.again.push((place, asked));
            if self.renewal != RenewalState::None {
                return Action::Drop;
            }
            self.renewal = RenewalState::Fetching;
            return Action::Renew;
        }
        match (status, asked.what) {
            (Some(401), _) => {
                let error = self.refuses_every_token();
                refused_with(namespace, Some(ack), &error)
            }
            (None, RequestKind::Handshake(sent)) => match shaken_hands(arguments, &sent) {
                Some(arguments) => {
                    let packet = Packet::Ack { namespace, ack, arguments: &arguments };
                    Action::Answer(vec![packet.to_string()])
                }
                None => refused_with(namespace, Some(ack), &unreadable()),
            },
            (None, RequestKind::Call(Watch::No)) => Action::Pass,
            (None, RequestKind::Call(watch)) => match self.redactor.json(arguments, watch) {
                Ok(Cow::Borrowed(_)) => Action::Pass,
                Ok(Cow::Owned(arguments)) => {
                    let packet = Packet::Ack { namespace, ack, arguments: &arguments };
                    Action::Answer(vec![packet.to_string()])
                }
                Err(_) => refused_with(namespace, Some(ack), &unreadable()),
            },
            // An error may quote what was sent.
            (Some(_), _) => handed_on(frame, self.redactor.text(frame)),
        }
    }

    /// Goes on with another token; without one, what was refused gets that error object.
    pub(super) fn renewed(&mut self, token: Result<&Secret, &Value>) -> Action {
        match token {
            Ok(token) => self.token = Some(token.clone()),
            Err(error) => return self.give_up(error),
        }
        // Whoever shakes hands by itself does it for all.
        if self.again.iter().any(|(_, asked)| matches!(asked.what, RequestKind::Handshake(_))) {
            self.renewal = RenewalState::None;
            return self.ask_again();
        }
        self.renewal = RenewalState::Shaking;
        Action::Send(vec![self.handshake_frame("/", Some(OURS))])
    }

    /// Our own handshake was answered.
    fn shaken(&mut self, refused: Option<u64>) -> Action {
        if refused == Some(401) && self.refused_shakes < RENEWALS {
            self.refused_shakes += 1;
            self.renewal = RenewalState::Fetching;
            return Action::Renew;
        }
        self.refused_shakes = 0;
        if refused.is_some() {
            return self.give_up(&self.refuses_every_token());
        }
        self.renewal = RenewalState::None;
        self.ask_again()
    }

    fn ask_again(&mut self) -> Action {
        let (mut answers, mut frames) = (Vec::new(), Vec::new());
        let mut again = std::mem::take(&mut self.again);
        again.sort_by_key(|(_, asked)| {
            (!matches!(asked.what, RequestKind::Handshake(_)), asked.count)
        });
        for ((namespace, ack), asked) in again {
            let frame = match &asked.what {
                RequestKind::Handshake(_) => Some(self.handshake_frame(&namespace, Some(ack))),
                RequestKind::Call(_) => asked.frame.clone(),
            };
            match frame {
                Some(frame) => {
                    frames.push(frame);
                    self.asked.insert((namespace, ack), asked);
                }
                None => answers.push(ack_with(&namespace, ack, &too_large_to_repeat())),
            }
        }
        match answers.is_empty() {
            true => Action::Send(frames),
            false => Action::Both(answers, frames),
        }
    }

    /// Nothing helps: whoever waits gets that error object.
    fn give_up(&mut self, error: &Value) -> Action {
        self.renewal = RenewalState::None;
        self.refused_shakes = 0;
        let again = std::mem::take(&mut self.again);
        self.kept_bytes -= again.iter().map(|(_, asked)| asked.bytes()).sum::<usize>();
        let answer = |((namespace, ack), _): ((String, u64), PendingRequest)| {
            ack_with(&namespace, ack, error)
        };
        Action::Answer(again.into_iter().map(answer).collect())
    }

    fn refuses_every_token(&self) -> Value {
        let description = format!(
            "the Homey {} takes no token for this, not even a new one: run `housekey status`",
            self.homey
        );
        json!({ "error": "token_refused", "error_description": description, "statusCode": 503 })
    }

    /// Waits for the answer to something that is sent to the Homey.
    fn wait(&mut self, namespace: &str, ack: Option<u64>, frame: Option<&str>, what: RequestKind) {
        let Some(ack) = ack else { return };
        let fits = |frame: &&str| {
            frame.len() <= KEPT_BYTES && self.kept_bytes + frame.len() <= KEPT_BYTES_IN_ALL
        };
        let frame = frame.filter(fits).map(str::to_owned);
        self.count += 1;
        let asked = PendingRequest { frame, what, renewals: 0, count: self.count };
        self.kept_bytes += asked.bytes();
        let place = (namespace.to_owned(), ack);
        self.answered(&place);
        self.asked.insert(place, asked);
        if self.asked.len() > WAITING
            && let Some(oldest) = self.asked.iter().min_by_key(|(_, asked)| asked.count)
        {
            let place = oldest.0.clone();
            self.answered(&place);
        }
    }

    /// What was asked under that number, if anything was.
    fn answered(&mut self, place: &(String, u64)) -> Option<PendingRequest> {
        let asked = self.asked.remove(place)?;
        self.kept_bytes -= asked.bytes();
        Some(asked)
    }

    /// The caller's handshake, or one of ours, with the token that is good now.
    fn handshake_frame(&self, namespace: &str, ack: Option<u64>) -> String {
        let mut data = self.handshake.clone();
        if let Some(id) = &self.id {
            data.insert("homeyId".to_owned(), json!(id));
        }
        let token = self.token.as_ref().map_or("", Secret::expose);
        data.insert("token".to_owned(), json!(token));
        let arguments = json!(["handshakeClient", data]).to_string();
        Packet::Event { namespace, ack, arguments: &arguments }.to_string()
    }

    /// What the Homey says as it closes.
    pub(super) fn farewell(&self, reason: &str) -> String {
        self.redactor.text(reason).into_owned()
    }
}

impl ClientHandshake {
    /// The answer that a handshake gets which does not go through, with that error object.
    pub(super) fn refused(&self, error: &Value) -> Action {
        refused_with(&self.namespace, self.ack, error)
    }
}

impl PendingRequest {
    fn bytes(&self) -> usize {
        self.frame.as_ref().map_or(0, String::len)
    }
}

/// An event that can be read in one way only.
struct ParsedEvent {
    /// What the caller has to be allowed for it.
    need: Need,
    /// What goes on.
    arguments: String,
    /// What its answer may hold.
    watch: Watch,
    /// Of a call that waits for its turn, whether it is a long one.
    errand: Option<bool>,
}

/// The frame as it is, or what was made of it.
fn handed_on(frame: &str, made: Cow<'_, str>) -> Action {
    match made {
        Cow::Borrowed(_) => Action::Pass,
        Cow::Owned(made) if made == frame => Action::Pass,
        Cow::Owned(made) => Action::Answer(vec![made]),
    }
}

/// The answer to a handshake that went through, with what the caller sent in the place of the token:
/// some clients give up where there is none. `None` where the Homey's answer cannot be read.
fn shaken_hands(arguments: &str, sent: &Secret) -> Option<String> {
    let elements = elements(arguments).ok()?;
    let result = elements.get(1).and_then(|result| read::<Value>(result)).unwrap_or_default();
    let namespace = result["namespace"].as_str().filter(|name| is_namespace(name));
    let namespace = namespace.unwrap_or(NAMESPACE);
    let sent = sent.expose();
    Some(format!(r#"[null,{{"token":{sent},"namespace":"{namespace}","success":true}}]"#))
}

/// Whether it is as short and plain as the names of namespaces are.
fn is_namespace(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    name.len() <= 32 && name.starts_with('/') && name.bytes().all(plain)
}

/// The answer to what is not done; nothing, where none is expected.
fn refused_with(namespace: &str, ack: Option<u64>, error: &Value) -> Action {
    let Some(ack) = ack else { return Action::Drop };
    Action::Answer(vec![ack_with(namespace, ack, error)])
}

fn ack_with(namespace: &str, ack: u64, error: &Value) -> String {
    let arguments = json!([error]).to_string();
    Packet::Ack { namespace, ack, arguments: &arguments }.to_string()
}

fn not_understood(name: &str) -> Value {
    let description = match name {
        "api" => "a call is {\"uri\": text, \"operation\": text, \"args\": object}, each once",
        _ => "what is subscribed to is a text",
    };
    json!({ "error": "malformed_request", "error_description": description, "statusCode": 400 })
}

fn too_large_to_repeat() -> Value {
    let description = "the token was renewed, and this call was too large to be kept for that: nothing was \
                       done, send it again";
    json!({ "error": "token_renewed", "error_description": description, "statusCode": 503 })
}

fn unreadable() -> Value {
    let description = "the Homey's answer cannot be read, and may hold a token: it is withheld";
    json!({ "error": "answer_unreadable", "error_description": description, "statusCode": 502 })
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
