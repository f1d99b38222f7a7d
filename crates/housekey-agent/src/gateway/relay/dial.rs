//! Opens the live connection of a Homey, and reads its greeting if the client has been greeted already.

use std::rc::Rc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use housekey::http::{CONNECT_LIMIT, Connection};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Error as WebSocketError;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::close::SessionEnd;
use super::engine_io::{EngineVersion, GreetingStep, HomeyGreeting};
use crate::error_chain::error_chain;
use crate::gateway::capacity::Slot;
use crate::gateway::proxy::errors::unreadable;
use crate::gateway::upstream::homey::UpstreamHomey;
use crate::http::error_response::GatewayError;

/// The largest message of a caller, in bytes: calls are small, but for pictures and settings of apps.
pub(super) const MAX_CLIENT_MESSAGE: usize = 4 << 20;

/// The largest message of a Homey, in bytes: as over HTTP.
pub(super) const MAX_HOMEY_MESSAGE: usize = housekey::http::ANSWER_LIMIT_BYTES;

/// How long a Homey may take to accept a live connection.
pub(super) const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);

/// The read buffers, in bytes. The library keeps them for as long as a connection lasts.
pub(super) const CLIENT_READ_BUFFER: usize = 4 << 10;
const HOMEY_READ_BUFFER: usize = 16 << 10;

/// How many bytes may wait to be sent, besides the largest message.
const WRITE_BUFFER: usize = 1 << 20;

/// Hears the greeting of a Homey, which its caller has had from us already.
pub(super) async fn greeted(
    homey: &mut WebSocketStream<Connection>,
    version: EngineVersion,
) -> Result<(u64, u64), SessionEnd> {
    let mut greeting = HomeyGreeting::new(version);
    loop {
        let frame = match homey.next().await {
            Some(Ok(Message::Text(frame))) => frame,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            _ => {
                return Err(SessionEnd::Closed(
                    CloseCode::Again,
                    "the Homey has closed the connection",
                ));
            }
        };
        match greeting.on_frame(&frame) {
            GreetingStep::Wait => {}
            GreetingStep::Send(frame) => {
                homey.send(Message::text(frame)).await.map_err(|_| SessionEnd::Left(None))?;
            }
            GreetingStep::Done(heartbeat) => return Ok(heartbeat),
            GreetingStep::Wrong => {
                let why = "the Homey does not speak this version of Engine.IO";
                return Err(SessionEnd::Closed(CloseCode::Unsupported, why));
            }
        }
    }
}

/// Opens the live connection of the Homey; tries again as long as a request may wait.
pub(super) async fn dial(
    upstream: &Rc<UpstreamHomey>,
    version: EngineVersion,
    slot: &Slot,
) -> Result<WebSocketStream<Connection>, GatewayError> {
    let until = Instant::now() + upstream.settings.wait;
    let room = timeout_at(until, slot.acquire_homey_permit()).await;
    room.map_err(|_| GatewayError::try_again("busy", "too many are connected"))?;
    let protocol = version.number();
    let mut tries = 0;
    loop {
        let endpoint = upstream.endpoint(until).await?;
        let mut url = endpoint.base.clone();
        url.set_path(&format!("{}/socket.io/", endpoint.prefix));
        url.set_query(Some(&format!("EIO={protocol}&transport=websocket")));
        // Both are special schemes, so this cannot fail.
        url.set_scheme(if endpoint.base.scheme() == "https" { "wss" } else { "ws" }).ok();
        let opened = async {
            let io = upstream.http.connect(&endpoint.base, CONNECT_LIMIT).await;
            let io = io.map_err(|error| (error_chain(&error), true))?;
            let opened = client_async_with_config(
                url.as_str(),
                io,
                limits(MAX_HOMEY_MESSAGE, MAX_CLIENT_MESSAGE, HOMEY_READ_BUFFER),
            );
            match timeout(UPGRADE_TIMEOUT, opened).await {
                Ok(Ok((socket, _))) => Ok(socket),
                Ok(Err(error)) => Err((error.to_string(), !is_unreadable(&error))),
                Err(_) => Err(("it did not answer in time".to_owned(), true)),
            }
        };
        match opened.await {
            Ok(socket) => return Ok(socket),
            Err((why, false)) => return Err(unreadable(upstream, &why)),
            Err((why, true)) => {
                upstream.mark_unreachable(&endpoint);
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

/// Limits for the largest message in and out.
pub(super) fn limits(most_in: usize, most_out: usize, read: usize) -> Option<WebSocketConfig> {
    let config = WebSocketConfig::default().max_message_size(Some(most_in));
    let config = config.max_frame_size(Some(most_in)).read_buffer_size(read);
    Some(config.max_write_buffer_size(most_out + WRITE_BUFFER))
}
