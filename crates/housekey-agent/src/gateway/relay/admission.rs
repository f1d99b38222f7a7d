//! Callers of a live connection that have shown no key yet: greeted by us, so that no Homey hears of them.

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
use super::engine_io::{EngineVersion, answer, hello};
use super::session::{Action, ClientHandshake, RelaySession};
use crate::access::{AccessError, Caller, Peer};
use crate::gateway::gate::Gate;
use crate::gateway::upstream::homey::UpstreamHomey;
use crate::supervisor::Stop;

/// How long a caller may take to show its key: as long as the vendor's client gives a Homey.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many frames a caller may send until then: a handshake, a few pings, a second try.
const FRAMES: usize = 64;

/// How long the name of a connection is, in letters: as those of Engine.IO.
const SID: usize = 20;

/// A caller without a key.
pub(super) struct Admission<C> {
    pub(super) caller: WebSocketStream<C>,
    pub(super) talk: RelaySession,
    pub(super) gate: Arc<Gate>,
    pub(super) peer: Peer,
    pub(super) upstream: Rc<UpstreamHomey>,
    pub(super) stop: Stop,
    pub(super) version: EngineVersion,
}

impl<C: AsyncRead + AsyncWrite + Unpin> Admission<C> {
    /// Waits for the handshake with a key that is good for this Homey.
    pub(super) async fn admits(&mut self) -> Result<(ClientHandshake, Arc<Caller>), SessionEnd> {
        let stop = self.stop.clone();
        tokio::select! {
            () = stop.requested() => Err(SessionEnd::Closed(CloseCode::Away, "the gateway stops")),
            admitted = timeout(HANDSHAKE, self.converse()) => {
                admitted.unwrap_or(Err(SessionEnd::Closed(CloseCode::Policy, "nobody has shaken hands")))
            }
        }
    }

    async fn converse(&mut self) -> Result<(ClientHandshake, Arc<Caller>), SessionEnd> {
        let sid: String = std::iter::repeat_with(fastrand::alphanumeric).take(SID).collect();
        self.say(hello(self.version, &sid, self.upstream.heartbeat_ms.get())).await?;
        for _ in 0..FRAMES {
            let frame = match self.caller.next().await {
                Some(Ok(Message::Text(frame))) => frame,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    // Nothing more is read before the answer is on its way.
                    self.caller.flush().await.map_err(|_| SessionEnd::Left(None))?;
                    continue;
                }
                Some(Ok(Message::Close(farewell))) => return Err(SessionEnd::Left(farewell)),
                Some(Ok(_)) => {
                    return Err(SessionEnd::Closed(
                        CloseCode::Unsupported,
                        "only text is known here",
                    ));
                }
                Some(Err(_)) | None => return Err(SessionEnd::Left(None)),
            };
            if let Some(answer) = answer(self.version, &sid, &frame) {
                self.say(vec![answer]).await?;
                continue;
            }
            match self.talk.hear_caller(&frame) {
                Action::Admit(shake) => match self.holder(&shake).await {
                    Ok(caller) => return Ok((shake, caller)),
                    Err(refusal) => {
                        let refused = shake.refused(&refusal.body(self.upstream.served.dialect));
                        self.act(refused).await?;
                    }
                },
                act => self.act(act).await?,
            }
        }
        Err(SessionEnd::Closed(CloseCode::Policy, "too many frames before the key"))
    }

    async fn holder(&self, shake: &ClientHandshake) -> Result<Arc<Caller>, AccessError> {
        let caller = self.gate.access.holder(self.peer, shake.key.expose()).await?;
        // A key for other Homeys is no key for this one.
        caller.may(&self.upstream.served.name, &Need::AnyKey)?;
        Ok(caller)
    }

    async fn act(&mut self, act: Action) -> Result<(), SessionEnd> {
        match act {
            Action::Answer(frames) => self.say(frames).await,
            Action::Close(why) => Err(SessionEnd::Closed(CloseCode::Protocol, why)),
            // There is no Homey yet that it could go to.
            _ => Ok(()),
        }
    }

    async fn say(&mut self, frames: Vec<String>) -> Result<(), SessionEnd> {
        for frame in frames {
            self.caller.feed(Message::text(frame)).await.map_err(|_| SessionEnd::Left(None))?;
        }
        self.caller.flush().await.map_err(|_| SessionEnd::Left(None))
    }
}

#[cfg(test)]
mod tests;
