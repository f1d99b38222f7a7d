//! The live connection of a Homey (Socket.IO over WebSocket) through the gateway.
//!
//! A blind copy of bytes would not do: the token stands inside a frame, and what a frame asks for has
//! to be held against the caller's scopes. `talk` decides what becomes of each frame, `pump` does it.
//! A caller whose key stands in a frame is greeted by the gateway (`porch`); the Homey is dialled when the
//! key is right.

mod admission;
mod calls;
mod close;
mod dial;
mod driver;
mod engine_io;
mod ping_limit;
mod read_limit;
mod request;
mod session;

use std::rc::Rc;
use std::sync::Arc;

use housekey::catalogue::Need;
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use self::admission::Admission;
use self::calls::Calls;
use self::close::{SessionEnd, close};
use self::dial::{FROM_CALLER, FROM_HOMEY, READ_CALLER, UPGRADE_LIMIT, dial, limits, welcomed};
use self::driver::RelayDriver;
use self::engine_io::keeps_pace;
use self::read_limit::ReadLimit;
use self::request::{accept, transport_unknown, version};
use self::session::{ClientHandshake, RelaySession};
use super::capacity::Slot;
use super::gate::Gate;
use super::reply::Reply;
use super::upstream::homey::UpstreamHomey;
use crate::access::{AccessError, Caller, Peer};
use crate::http::error_response::GatewayError;
use crate::http::upgrade::{RawConnection, Stream, Upgrade};
use crate::supervisor::Stop;

/// How much a caller may say before it has shown a key, in bytes.
const BEFORE_KEY: usize = 16 << 10;

/// The side of a caller.
type FromCaller = ReadLimit<Box<dyn Stream>>;

/// Somebody who asks for a live connection.
pub(super) struct RelayRequest {
    pub(super) head: Parts,
    pub(super) peer: Peer,
    pub(super) gate: Arc<Gate>,
    pub(super) place: Rc<Slot>,
    pub(super) stop: Stop,
}

/// Answers a request for the live connection of a Homey.
///
/// # Errors
/// Why there is none.
pub(super) async fn open(
    upstream: Rc<UpstreamHomey>,
    asking: RelayRequest,
) -> Result<Reply, GatewayError> {
    let query = asking.head.uri.query().unwrap_or_default();
    let Some(version) = version(query) else {
        return Ok(Reply::Response(transport_unknown()));
    };
    let accept = accept(&asking.head)?;
    let caller = known(&upstream, &asking).await?;
    let served = &upstream.served;
    let id = served.homey.id().map(str::to_owned);
    let redactor = upstream.redactor.clone();
    let talk = RelaySession::new(served.name.clone(), served.dialect, id, caller.clone(), redactor);
    let RelayRequest { peer, gate, place, stop, .. } = asking;
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if caller.is_none() {
        return Ok(Reply::Upgrade(Upgrade::new(response, async move |taken| {
            let caller = websocket(taken, Some(BEFORE_KEY)).await;
            let mut porch = Admission { caller, talk, gate, peer, upstream, stop, version };
            match porch.admits().await {
                // What follows is larger, and only those with a key need it.
                Ok((shake, caller)) => Box::pin(join(porch, place, shake, caller)).await,
                Err(end) => close(&mut porch.caller, end).await,
            }
        })));
    }
    place.is_known();
    let homey = dial(&upstream, version, &place).await?;
    Ok(Reply::Upgrade(Upgrade::new(response, async move |taken| {
        let (caller, calls) = (websocket(taken, None).await, Calls::new(upstream.clone()));
        RelayDriver::new(caller, homey, talk, calls, gate, peer, upstream, stop).run(None).await;
    })))
}

/// The caller's side, read only up to a limit.
async fn websocket(taken: RawConnection, left: Option<usize>) -> WebSocketStream<FromCaller> {
    let RawConnection { stream, read } = taken;
    let limits = limits(FROM_CALLER, FROM_HOMEY, READ_CALLER);
    // What was read stands in the buffer of HTTP, which is not needed any more.
    let (part, stream) = (read.to_vec(), ReadLimit::new(stream, left));
    drop(read);
    WebSocketStream::from_partially_read(stream, part, Role::Server, limits).await
}

/// Leads a caller that has shown its key to the Homey.
async fn join(
    mut porch: Admission<FromCaller>,
    place: Rc<Slot>,
    shake: ClientHandshake,
    caller: Arc<Caller>,
) {
    place.is_known();
    porch.caller.get_mut().lift();
    let (upstream, stop, version) = (porch.upstream.clone(), porch.stop.clone(), porch.version);
    let heard = upstream.heartbeat_ms.get();
    let joined = async {
        let away = |_| SessionEnd::Closed(CloseCode::Again, "the Homey cannot be reached");
        let mut homey = dial(&upstream, version, &place).await.map_err(away)?;
        match timeout(UPGRADE_LIMIT, welcomed(&mut homey, version)).await {
            Ok(Ok(times)) => {
                upstream.heartbeat_ms.set(times);
                match keeps_pace(version, heard, times) {
                    true => Ok(homey),
                    false => Err(SessionEnd::Closed(CloseCode::Again, "its heart beats otherwise")),
                }
            }
            Ok(Err(end)) => Err(end),
            Err(_) => Err(SessionEnd::Closed(CloseCode::Again, "the Homey does not answer")),
        }
    };
    let joined = tokio::select! {
        () = stop.requested() => Err(SessionEnd::Closed(CloseCode::Away, "the gateway stops")),
        joined = joined => joined,
    };
    let Admission { caller: mut stream, talk, gate, peer, .. } = porch;
    match joined {
        Ok(homey) => {
            let calls = Calls::new(upstream.clone());
            let pump = RelayDriver::new(stream, homey, talk, calls, gate, peer, upstream, stop);
            pump.run(Some((shake, caller))).await;
        }
        Err(end) => close(&mut stream, end).await,
    }
}

/// Who asks, where the request itself tells: a browser cannot let it, and the vendor's client does not.
async fn known(
    upstream: &UpstreamHomey,
    asking: &RelayRequest,
) -> Result<Option<Arc<Caller>>, GatewayError> {
    let (name, dialect) = (&upstream.served.name, upstream.served.dialect);
    let admitted = match asking.gate.access.caller(asking.peer, &asking.head.headers).await {
        Ok(caller) => caller.may(name, &Need::AnyKey).map(|()| Some(caller)),
        Err(AccessError::NoKey) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    admitted.map_err(|refusal| GatewayError::Denied(refusal, dialect))
}
