//! Admission of clients that have shown no key yet: the gateway greets them, so that no Homey notices
//! them.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use housekey::catalogue::Need;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::close::SessionEnd;
use super::engine_io::{EngineVersion, connection_reply, open_frames};
use super::session::{Action, ClientHandshake, RelaySession};
use crate::access::{AccessError, Caller, Peer};
use crate::gateway::gate::Gate;
use crate::gateway::upstream::homey::UpstreamHomey;
use tokio_util::sync::CancellationToken;

/// How long a client may take to show its key: as long as the vendor's client allows a Homey.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many frames a caller may send until then: a handshake, a few pings, a second try.
const MAX_FRAMES: usize = 64;

/// The length of a session id, as in Engine.IO.
const SESSION_ID_LETTERS: usize = 20;

/// A caller without a key.
pub(super) struct Admission<C> {
    pub(super) client: WebSocketStream<C>,
    pub(super) session: RelaySession,
    pub(super) gate: Arc<Gate>,
    pub(super) peer: Peer,
    pub(super) upstream: Rc<UpstreamHomey>,
    pub(super) stop: CancellationToken,
    pub(super) version: EngineVersion,
}

impl<C: AsyncRead + AsyncWrite + Unpin> Admission<C> {
    /// Waits for the handshake with a key that is good for this Homey.
    pub(super) async fn authenticate(
        &mut self,
    ) -> Result<(ClientHandshake, Arc<Caller>), SessionEnd> {
        let stop = self.stop.clone();
        tokio::select! {
            () = stop.cancelled() => Err(SessionEnd::Closed(CloseCode::Away, "the gateway stops")),
            outcome = timeout(HANDSHAKE_TIMEOUT, self.handshake_loop()) => {
                outcome.unwrap_or(Err(SessionEnd::Closed(CloseCode::Policy, "no handshake in time")))
            }
        }
    }

    async fn handshake_loop(&mut self) -> Result<(ClientHandshake, Arc<Caller>), SessionEnd> {
        let sid: String =
            std::iter::repeat_with(fastrand::alphanumeric).take(SESSION_ID_LETTERS).collect();
        self.send(open_frames(self.version, &sid, self.upstream.heartbeat_ms.get())).await?;
        for _ in 0..MAX_FRAMES {
            let frame = match self.client.next().await {
                Some(Ok(Message::Text(frame))) => frame,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    // Nothing more is read before the answer is on its way.
                    self.client.flush().await.map_err(|_| SessionEnd::Left(None))?;
                    continue;
                }
                Some(Ok(Message::Close(close_frame))) => return Err(SessionEnd::Left(close_frame)),
                Some(Ok(_)) => {
                    return Err(SessionEnd::Closed(
                        CloseCode::Unsupported,
                        "only text is known here",
                    ));
                }
                Some(Err(_)) | None => return Err(SessionEnd::Left(None)),
            };
            if let Some(reply) = connection_reply(self.version, &sid, &frame) {
                self.send(vec![reply]).await?;
                continue;
            }
            match self.session.on_client_frame(&frame) {
                Action::Authenticate(handshake) => match self.holder(&handshake).await {
                    Ok(caller) => return Ok((handshake, caller)),
                    Err(refusal) => {
                        let refused =
                            handshake.rejected(&refusal.body(self.upstream.served.dialect));
                        self.perform(refused).await?;
                    }
                },
                action => self.perform(action).await?,
            }
        }
        Err(SessionEnd::Closed(CloseCode::Policy, "too many frames before the key"))
    }

    async fn holder(&self, handshake: &ClientHandshake) -> Result<Arc<Caller>, AccessError> {
        let caller = self.gate.access.holder(self.peer, handshake.key.expose()).await?;
        // A key for other Homeys is no key for this one.
        caller.may(&self.upstream.served.name, &Need::AnyKey)?;
        Ok(caller)
    }

    async fn perform(&mut self, action: Action) -> Result<(), SessionEnd> {
        match action {
            Action::Reply(frames) => self.send(frames).await,
            Action::Close(why) => Err(SessionEnd::Closed(CloseCode::Protocol, why)),
            // There is no Homey yet that it could go to.
            _ => Ok(()),
        }
    }

    async fn send(&mut self, frames: Vec<String>) -> Result<(), SessionEnd> {
        for frame in frames {
            self.client.feed(Message::text(frame)).await.map_err(|_| SessionEnd::Left(None))?;
        }
        self.client.flush().await.map_err(|_| SessionEnd::Left(None))
    }
}

#[cfg(test)]
mod tests;
