//! The live connection of a Homey (Socket.IO over WebSocket) through the gateway.
//!
//! A blind copy of bytes would not do: the token stands inside a frame, and what a frame asks for has
//! to be held against the caller's scopes. `talk` decides what becomes of each frame, `pump` does it.

mod calls;
mod pump;
mod talk;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use housekey::catalogue::Need;
use housekey::http::{CONNECT_LIMIT, Connection};
use hyper::header::{
    CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use self::calls::Calls;
use self::pump::Pump;
use self::talk::Talk;
use super::answer::Answer;
use super::body::Body;
use super::gate::Gate;
use super::refusal::Refusal;
use super::takeover::{Taken, Takeover};
use super::upstream::Upstream;
use crate::access::{self, Caller, Peer};
use crate::supervisor::Stop;

/// The largest message of a caller, in bytes: calls are small, but for pictures and settings of apps.
const FROM_CALLER: usize = 4 << 20;

/// The largest message of a Homey, in bytes: as over HTTP.
const FROM_HOMEY: usize = housekey::http::ANSWER_LIMIT_BYTES;

/// How long a Homey may take to answer the request for a live connection.
const UPGRADE_LIMIT: Duration = Duration::from_secs(10);

/// How many may be connected at once who have not shown a key yet.
pub(super) const STRANGERS: usize = 64;

/// Somebody who asks for a live connection.
pub(super) struct Asking {
    pub(super) head: Parts,
    pub(super) peer: Peer,
    pub(super) gate: Arc<Gate>,
    pub(super) strangers: Arc<Semaphore>,
    pub(super) stop: Stop,
}

/// Answers a request for the live connection of a Homey.
///
/// # Errors
/// Why there is none.
pub(super) async fn open(upstream: Rc<Upstream>, asking: Asking) -> Result<Answer, Refusal> {
    let query = asking.head.uri.query().unwrap_or_default();
    let Some(protocol) = protocol(query) else {
        return Ok(Answer::Response(transport_unknown()));
    };
    let accept = accept(&asking.head)?;
    let caller = known(&upstream, &asking).await?;
    let stranger = match &caller {
        Some(_) => None,
        None => match asking.strangers.clone().try_acquire_owned() {
            Ok(stranger) => Some(stranger),
            Err(_) => return Err(Refusal::try_again("busy", "too many connect without a key")),
        },
    };
    let homey = dial(&upstream, protocol).await?;
    let served = &upstream.served;
    let id = served.homey.id().map(str::to_owned);
    let redactor = upstream.redactor.clone();
    let talk = Talk::new(served.name.clone(), served.dialect, id, caller, redactor);
    let Asking { peer, gate, stop, .. } = asking;
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(Answer::Takeover(Takeover::new(response, async move |Taken { stream, read }| {
        let (read, limits) = (read.to_vec(), limits(FROM_CALLER));
        let caller = WebSocketStream::from_partially_read(stream, read, Role::Server, limits);
        let (caller, calls) = (caller.await, Calls::new(upstream.clone()));
        let end = talk.caller.as_deref().map(|known| gate.access.end_of(known)).unwrap_or_default();
        Pump { caller, homey, talk, calls, gate, peer, upstream, stop, stranger, end }.run().await;
    })))
}

/// The version of Engine.IO that is asked for, over WebSocket without a session from elsewhere.
fn protocol(query: &str) -> Option<&'static str> {
    let (mut version, mut websocket) = ("3", false);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match (&*name, &*value) {
            ("transport", value) => websocket = value == "websocket",
            ("EIO", "3") => version = "3",
            ("EIO", "4") => version = "4",
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
    protocol: &str,
) -> Result<WebSocketStream<Connection>, Refusal> {
    let until = Instant::now() + upstream.settings.wait;
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
            let io = io.map_err(|error| crate::board::in_words(&error))?;
            let opened = client_async_with_config(url.as_str(), io, limits(FROM_HOMEY));
            match timeout(UPGRADE_LIMIT, opened).await {
                Ok(Ok((socket, _))) => Ok(socket),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => Err("it did not answer in time".to_owned()),
            }
        };
        match opened.await {
            Ok(socket) => return Ok(socket),
            Err(why) => {
                upstream.lost(&way);
                upstream.pause(&mut tries, until, &why).await?;
            }
        }
    }
}

fn limits(bytes: usize) -> Option<WebSocketConfig> {
    let config = WebSocketConfig::default();
    Some(config.max_message_size(Some(bytes)).max_frame_size(Some(bytes)))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    #[test]
    fn only_websockets_of_their_own_are_known() {
        for (query, want) in [
            ("EIO=3&transport=websocket", Some("3")),
            ("transport=websocket&EIO=4&t=x", Some("4")),
            ("transport=websocket", Some("3")),
            ("EIO=3&transport=polling", None),
            ("EIO=3", None),
            ("", None),
            ("EIO=5&transport=websocket", None),
            ("EIO=3&transport=websocket&sid=abc", None),
            ("transport=websocket&transport=polling", None),
        ] {
            assert_eq!(protocol(query), want, "{query}");
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
