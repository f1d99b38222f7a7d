//! The live connection of a Homey (Socket.IO over WebSocket) through the gateway.
//!
//! A blind copy of bytes is not enough: the token is inside a frame, and each frame has to be checked
//! against the caller's scopes. `session` decides what becomes of each frame, `driver` does it. A client
//! whose key is in a frame is greeted by the gateway (`admission`); the Homey is dialled once the key is
//! right.

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
use self::dial::{
    CLIENT_READ_BUFFER, MAX_CLIENT_MESSAGE, MAX_HOMEY_MESSAGE, UPGRADE_TIMEOUT, dial, greeted,
    limits,
};
use self::driver::RelayDriver;
use self::engine_io::is_compatible;
use self::read_limit::ReadLimit;
use self::request::{accept_key, engine_version, transport_unknown};
use self::session::{ClientHandshake, RelaySession};
use super::capacity::Slot;
use super::gate::Gate;
use super::reply::Reply;
use super::upstream::homey::UpstreamHomey;
use crate::access::{AccessError, Caller, Peer};
use crate::http::error_response::GatewayError;
use crate::http::upgrade::{RawConnection, Stream, Upgrade};
use tokio_util::sync::CancellationToken;

/// How many bytes a client may send before it has shown a key.
const MAX_UNAUTHENTICATED_BYTES: usize = 16 << 10;

/// The side of a caller.
type ClientSocket = ReadLimit<Box<dyn Stream>>;

/// A request for a live connection.
pub(super) struct RelayRequest {
    pub(super) head: Parts,
    pub(super) peer: Peer,
    pub(super) gate: Arc<Gate>,
    pub(super) slot: Rc<Slot>,
    pub(super) stop: CancellationToken,
}

/// Answers a request for the live connection of a Homey.
///
/// # Errors
/// Why there is none.
pub(super) async fn open(
    upstream: Rc<UpstreamHomey>,
    request: RelayRequest,
) -> Result<Reply, GatewayError> {
    let query = request.head.uri.query().unwrap_or_default();
    let Some(version) = engine_version(query) else {
        return Ok(Reply::Response(transport_unknown()));
    };
    let accept = accept_key(&request.head)?;
    let caller = caller_of(&upstream, &request).await?;
    let served = &upstream.served;
    let id = served.homey.id().map(str::to_owned);
    let redactor = upstream.redactor.clone();
    let session =
        RelaySession::new(served.name.clone(), served.dialect, id, caller.clone(), redactor);
    let RelayRequest { peer, gate, slot, stop, .. } = request;
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if caller.is_none() {
        return Ok(Reply::Upgrade(Upgrade::new(response, async move |raw| {
            let client = websocket(raw, Some(MAX_UNAUTHENTICATED_BYTES)).await;
            let mut admission = Admission { client, session, gate, peer, upstream, stop, version };
            match admission.authenticate().await {
                // The relay itself is larger, and only authenticated clients need it.
                Ok((handshake, caller)) => {
                    Box::pin(connect_to_homey(admission, slot, handshake, caller)).await
                }
                Err(end) => close(&mut admission.client, end).await,
            }
        })));
    }
    slot.mark_authenticated();
    let homey = dial(&upstream, version, &slot).await?;
    Ok(Reply::Upgrade(Upgrade::new(response, async move |raw| {
        let (client, calls) = (websocket(raw, None).await, Calls::new(upstream.clone()));
        RelayDriver::new(client, homey, session, calls, gate, peer, upstream, stop).run(None).await;
    })))
}

/// The caller's side, read only up to a limit.
async fn websocket(raw: RawConnection, left: Option<usize>) -> WebSocketStream<ClientSocket> {
    let RawConnection { stream, read } = raw;
    let limits = limits(MAX_CLIENT_MESSAGE, MAX_HOMEY_MESSAGE, CLIENT_READ_BUFFER);
    // This is in the buffer of HTTP, which is not needed any more.
    let (buffered, stream) = (read.to_vec(), ReadLimit::new(stream, left));
    drop(read);
    WebSocketStream::from_partially_read(stream, buffered, Role::Server, limits).await
}

/// Leads a caller that has shown its key to the Homey.
async fn connect_to_homey(
    mut admission: Admission<ClientSocket>,
    slot: Rc<Slot>,
    handshake: ClientHandshake,
    caller: Arc<Caller>,
) {
    slot.mark_authenticated();
    admission.client.get_mut().lift();
    let (upstream, stop, version) =
        (admission.upstream.clone(), admission.stop.clone(), admission.version);
    let advertised = upstream.heartbeat_ms.get();
    let outcome = async {
        let unreachable = |_| SessionEnd::Closed(CloseCode::Again, "the Homey cannot be reached");
        let mut homey = dial(&upstream, version, &slot).await.map_err(unreachable)?;
        match timeout(UPGRADE_TIMEOUT, greeted(&mut homey, version)).await {
            Ok(Ok(heartbeat)) => {
                upstream.heartbeat_ms.set(heartbeat);
                match is_compatible(version, advertised, heartbeat) {
                    true => Ok(homey),
                    false => Err(SessionEnd::Closed(CloseCode::Again, "its heartbeat is another")),
                }
            }
            Ok(Err(end)) => Err(end),
            Err(_) => Err(SessionEnd::Closed(CloseCode::Again, "the Homey does not answer")),
        }
    };
    let outcome = tokio::select! {
        () = stop.cancelled() => Err(SessionEnd::Closed(CloseCode::Away, "the gateway stops")),
        outcome = outcome => outcome,
    };
    let Admission { client: mut stream, session, gate, peer, .. } = admission;
    match outcome {
        Ok(homey) => {
            let calls = Calls::new(upstream.clone());
            let driver =
                RelayDriver::new(stream, homey, session, calls, gate, peer, upstream, stop);
            driver.run(Some((handshake, caller))).await;
        }
        Err(end) => close(&mut stream, end).await,
    }
}

/// The caller, if the request itself has a key: a browser cannot send one, and the vendor's client does
/// not.
async fn caller_of(
    upstream: &UpstreamHomey,
    request: &RelayRequest,
) -> Result<Option<Arc<Caller>>, GatewayError> {
    let (name, dialect) = (&upstream.served.name, upstream.served.dialect);
    let admitted = match request.gate.access.caller(request.peer, &request.head.headers).await {
        Ok(caller) => caller.may(name, &Need::AnyKey).map(|()| Some(caller)),
        Err(AccessError::NoKey) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    admitted.map_err(|refusal| GatewayError::Denied(refusal, dialect))
}
