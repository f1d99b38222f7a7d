//! The live connection of a Homey (Socket.IO over WebSocket) through the gateway.
//!
//! A blind copy of bytes would not do: the token stands inside a frame, and what a frame asks for has
//! to be held against the caller's scopes. `talk` decides what becomes of each frame, `pump` does it.
//! A caller whose key stands in a frame is greeted by the gateway (`porch`); the Homey is dialled when the
//! key is right.

mod allowance;
mod calls;
mod greeting;
mod pace;
mod porch;
mod pump;
mod talk;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use housekey::catalogue::Need;
use housekey::http::{CONNECT_LIMIT, Connection};
use hyper::header::{
    CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Error as WebSocketError;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use self::allowance::Allowance;
use self::calls::Calls;
use self::greeting::{Step, Version, Welcome, keeps_pace};
use self::porch::Porch;
use self::pump::{End, Pump, part};
use self::talk::{Shake, Talk};
use super::answer::Answer;
use super::body::Body;
use super::forward::unreadable;
use super::gate::Gate;
use super::refusal::Refusal;
use super::room::Place;
use super::takeover::{Stream, Taken, Takeover};
use super::upstream::Upstream;
use crate::access::{self, Caller, Peer};
use crate::supervisor::Stop;

/// The largest message of a caller, in bytes: calls are small, but for pictures and settings of apps.
const FROM_CALLER: usize = 4 << 20;

/// The largest message of a Homey, in bytes: as over HTTP.
const FROM_HOMEY: usize = housekey::http::ANSWER_LIMIT_BYTES;

/// How long a Homey may take to answer the request for a live connection.
const UPGRADE_LIMIT: Duration = Duration::from_secs(10);

/// How much a caller may say before it has shown a key, in bytes.
const BEFORE_KEY: usize = 16 << 10;

/// How much is read at once, in bytes. The library holds that much for as long as a connection lasts.
const READ_CALLER: usize = 4 << 10;
const READ_HOMEY: usize = 16 << 10;

/// How much may wait to be sent besides the largest message, in bytes.
const MORE: usize = 1 << 20;

/// The side of a caller.
type FromCaller = Allowance<Box<dyn Stream>>;

/// Somebody who asks for a live connection.
pub(super) struct Asking {
    pub(super) head: Parts,
    pub(super) peer: Peer,
    pub(super) gate: Arc<Gate>,
    pub(super) place: Rc<Place>,
    pub(super) stop: Stop,
}

/// Answers a request for the live connection of a Homey.
///
/// # Errors
/// Why there is none.
pub(super) async fn open(upstream: Rc<Upstream>, asking: Asking) -> Result<Answer, Refusal> {
    let query = asking.head.uri.query().unwrap_or_default();
    let Some(version) = version(query) else {
        return Ok(Answer::Response(transport_unknown()));
    };
    let accept = accept(&asking.head)?;
    let caller = known(&upstream, &asking).await?;
    let served = &upstream.served;
    let id = served.homey.id().map(str::to_owned);
    let redactor = upstream.redactor.clone();
    let talk = Talk::new(served.name.clone(), served.dialect, id, caller.clone(), redactor);
    let Asking { peer, gate, place, stop, .. } = asking;
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if caller.is_none() {
        return Ok(Answer::Takeover(Takeover::new(response, async move |taken| {
            let caller = websocket(taken, Some(BEFORE_KEY)).await;
            let mut porch = Porch { caller, talk, gate, peer, upstream, stop, version };
            match porch.admits().await {
                // What follows is larger, and only those with a key need it.
                Ok((shake, caller)) => Box::pin(join(porch, place, shake, caller)).await,
                Err(end) => part(&mut porch.caller, end).await,
            }
        })));
    }
    place.is_known();
    let homey = dial(&upstream, version, &place).await?;
    Ok(Answer::Takeover(Takeover::new(response, async move |taken| {
        let (caller, calls) = (websocket(taken, None).await, Calls::new(upstream.clone()));
        Pump::new(caller, homey, talk, calls, gate, peer, upstream, stop).run(None).await;
    })))
}

/// The caller's side, read only up to a limit.
async fn websocket(taken: Taken, left: Option<usize>) -> WebSocketStream<FromCaller> {
    let Taken { stream, read } = taken;
    let limits = limits(FROM_CALLER, FROM_HOMEY, READ_CALLER);
    // What was read stands in the buffer of HTTP, which is not needed any more.
    let (part, stream) = (read.to_vec(), Allowance::new(stream, left));
    drop(read);
    WebSocketStream::from_partially_read(stream, part, Role::Server, limits).await
}

/// Leads a caller that has shown its key to the Homey.
async fn join(mut porch: Porch<FromCaller>, place: Rc<Place>, shake: Shake, caller: Arc<Caller>) {
    place.is_known();
    porch.caller.get_mut().lift();
    let (upstream, stop, version) = (porch.upstream.clone(), porch.stop.clone(), porch.version);
    let heard = upstream.heartbeat_ms.get();
    let joined = async {
        let away = |_| End::Closed(CloseCode::Again, "the Homey cannot be reached");
        let mut homey = dial(&upstream, version, &place).await.map_err(away)?;
        match timeout(UPGRADE_LIMIT, welcomed(&mut homey, version)).await {
            Ok(Ok(times)) => {
                upstream.heartbeat_ms.set(times);
                match keeps_pace(version, heard, times) {
                    true => Ok(homey),
                    false => Err(End::Closed(CloseCode::Again, "its heart beats otherwise")),
                }
            }
            Ok(Err(end)) => Err(end),
            Err(_) => Err(End::Closed(CloseCode::Again, "the Homey does not answer")),
        }
    };
    let joined = tokio::select! {
        () = stop.requested() => Err(End::Closed(CloseCode::Away, "the gateway stops")),
        joined = joined => joined,
    };
    let Porch { caller: mut stream, talk, gate, peer, .. } = porch;
    match joined {
        Ok(homey) => {
            let calls = Calls::new(upstream.clone());
            let pump = Pump::new(stream, homey, talk, calls, gate, peer, upstream, stop);
            pump.run(Some((shake, caller))).await;
        }
        Err(end) => part(&mut stream, end).await,
    }
}

/// Hears the greeting of a Homey, which its caller has had from us already.
async fn welcomed(
    homey: &mut WebSocketStream<Connection>,
    version: Version,
) -> Result<(u64, u64), End> {
    let mut welcome = Welcome::new(version);
    loop {
        let frame = match homey.next().await {
            Some(Ok(Message::Text(frame))) => frame,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            _ => return Err(End::Closed(CloseCode::Again, "the Homey has closed the connection")),
        };
        match welcome.hear(&frame) {
            Step::Wait => {}
            Step::Say(frame) => {
                homey.send(Message::text(frame)).await.map_err(|_| End::Left(None))?;
            }
            Step::Done(times) => return Ok(times),
            Step::Wrong => {
                let why = "the Homey does not speak this version of Engine.IO";
                return Err(End::Closed(CloseCode::Unsupported, why));
            }
        }
    }
}

/// The version of Engine.IO that is asked for, over WebSocket without a session from elsewhere.
fn version(query: &str) -> Option<Version> {
    let (mut version, mut websocket) = (Version::Three, false);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match (&*name, &*value) {
            ("transport", value) => websocket = value == "websocket",
            ("EIO", "3") => version = Version::Three,
            ("EIO", "4") => version = Version::Four,
            ("EIO" | "sid", _) => return None,
            _ => {}
        }
    }
    websocket.then_some(version)
}

/// As a server of Engine.IO answers.
fn transport_unknown() -> Response<Body> {
    let mut response = Response::new(Body::full(r#"{"code":0,"message":"Transport unknown"}"#));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// What a request for a WebSocket has to be answered with.
fn accept(head: &Parts) -> Result<HeaderValue, Refusal> {
    let says = |name: HeaderName, word: &str| {
        let lines = head.headers.get_all(name).into_iter();
        let mut words =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        words.any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let mut keys = head.headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let key = keys.next().filter(|_| keys.next().is_none());
    let asked = head.method == Method::GET
        && says(UPGRADE, "websocket")
        && says(CONNECTION, "upgrade")
        && says(SEC_WEBSOCKET_VERSION, "13");
    let accept = key.filter(|_| asked).map(|key| derive_accept_key(key.as_bytes()));
    let accept = accept.and_then(|accept| HeaderValue::from_str(&accept).ok());
    accept.ok_or_else(|| Refusal::malformed("this is no request for a WebSocket"))
}

/// Who asks, where the request itself tells: a browser cannot let it, and the vendor's client does not.
async fn known(upstream: &Upstream, asking: &Asking) -> Result<Option<Arc<Caller>>, Refusal> {
    let (name, dialect) = (&upstream.served.name, upstream.served.dialect);
    let admitted = match asking.gate.access.caller(asking.peer, &asking.head.headers).await {
        Ok(caller) => caller.may(name, &Need::AnyKey).map(|()| Some(caller)),
        Err(access::Refusal::NoKey) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    admitted.map_err(|refusal| Refusal::MayNot(refusal, dialect))
}

/// Opens the live connection of the Homey; tries again as long as a request may wait.
async fn dial(
    upstream: &Rc<Upstream>,
    version: Version,
    place: &Place,
) -> Result<WebSocketStream<Connection>, Refusal> {
    let until = Instant::now() + upstream.settings.wait;
    let room = timeout_at(until, place.leads_on()).await;
    room.map_err(|_| Refusal::try_again("busy", "too many are connected"))?;
    let protocol = version.number();
    let mut tries = 0;
    loop {
        let way = upstream.way(until).await?;
        let mut url = way.base.clone();
        url.set_path(&format!("{}/socket.io/", way.prefix));
        url.set_query(Some(&format!("EIO={protocol}&transport=websocket")));
        // Both are special schemes, so this cannot fail.
        url.set_scheme(if way.base.scheme() == "https" { "wss" } else { "ws" }).ok();
        let opened = async {
            let io = upstream.http.connect(&way.base, CONNECT_LIMIT).await;
            let io = io.map_err(|error| (crate::board::in_words(&error), true))?;
            let opened = client_async_with_config(
                url.as_str(),
                io,
                limits(FROM_HOMEY, FROM_CALLER, READ_HOMEY),
            );
            match timeout(UPGRADE_LIMIT, opened).await {
                Ok(Ok((socket, _))) => Ok(socket),
                Ok(Err(error)) => Err((error.to_string(), !is_unreadable(&error))),
                Err(_) => Err(("it did not answer in time".to_owned(), true)),
            }
        };
        match opened.await {
            Ok(socket) => return Ok(socket),
            Err((why, false)) => return Err(unreadable(upstream, &why)),
            Err((why, true)) => {
                upstream.lost(&way);
                upstream.pause(&mut tries, until, &why).await?;
            }
        }
    }
}

/// Whether what answered does not speak this protocol, so that another try is of no use.
fn is_unreadable(error: &WebSocketError) -> bool {
    use tokio_tungstenite::tungstenite::error::ProtocolError::{
        HandshakeIncomplete, ResetWithoutClosingHandshake,
    };
    match error {
        // It went away.
        WebSocketError::Protocol(HandshakeIncomplete | ResetWithoutClosingHandshake) => false,
        WebSocketError::Protocol(_) | WebSocketError::HttpFormat(_) | WebSocketError::Utf8(_) => {
            true
        }
        _ => false,
    }
}

/// For messages of so many bytes, in and out.
fn limits(most_in: usize, most_out: usize, read: usize) -> Option<WebSocketConfig> {
    let config = WebSocketConfig::default().max_message_size(Some(most_in));
    let config = config.max_frame_size(Some(most_in)).read_buffer_size(read);
    Some(config.max_write_buffer_size(most_out + MORE))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    #[test]
    fn only_websockets_of_their_own_are_known() {
        for (query, want) in [
            ("EIO=3&transport=websocket", Some(Version::Three)),
            ("transport=websocket&EIO=4&t=x", Some(Version::Four)),
            ("transport=websocket", Some(Version::Three)),
            ("EIO=3&transport=polling", None),
            ("EIO=3", None),
            ("", None),
            ("EIO=5&transport=websocket", None),
            ("EIO=3&transport=websocket&sid=abc", None),
            ("transport=websocket&transport=polling", None),
        ] {
            assert_eq!(version(query), want, "{query}");
        }
    }

    #[test]
    fn a_request_for_a_websocket_is_complete_or_none() {
        let right = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let accepted = |headers: &[(&str, &str)]| {
            let (mut head, ()) = hyper::Request::new(()).into_parts();
            let line = |(name, value): &(&str, &str)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
            };
            head.headers = headers.iter().map(line).collect::<HeaderMap>();
            accept(&head).ok()
        };
        // The example of RFC 6455, section 1.3.
        let want = HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(accepted(&right), Some(want));
        for left_out in 0..right.len() {
            let mut headers = right.to_vec();
            headers.remove(left_out);
            assert_eq!(accepted(&headers), None, "without {:?}", right[left_out]);
        }
    }
}
