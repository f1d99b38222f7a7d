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

use super::super::gate::Gate;
use super::super::upstream::Upstream;
use super::greeting::{Version, answer, hello};
use super::pump::End;
use super::talk::{Act, Shake, Talk};
use crate::access::{Caller, Peer, Refusal};
use crate::supervisor::Stop;

/// How long a caller may take to show its key: as long as the vendor's client gives a Homey.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many frames a caller may send until then: a handshake, a few pings, a second try.
const FRAMES: usize = 64;

/// How long the name of a connection is, in letters: as those of Engine.IO.
const SID: usize = 20;

/// A caller without a key.
pub(super) struct Porch<C> {
    pub(super) caller: WebSocketStream<C>,
    pub(super) talk: Talk,
    pub(super) gate: Arc<Gate>,
    pub(super) peer: Peer,
    pub(super) upstream: Rc<Upstream>,
    pub(super) stop: Stop,
    pub(super) version: Version,
}

impl<C: AsyncRead + AsyncWrite + Unpin> Porch<C> {
    /// Waits for the handshake with a key that is good for this Homey.
    pub(super) async fn admits(&mut self) -> Result<(Shake, Arc<Caller>), End> {
        let stop = self.stop.clone();
        tokio::select! {
            () = stop.requested() => Err(End::Closed(CloseCode::Away, "the gateway stops")),
            admitted = timeout(HANDSHAKE, self.converse()) => {
                admitted.unwrap_or(Err(End::Closed(CloseCode::Policy, "nobody has shaken hands")))
            }
        }
    }

    async fn converse(&mut self) -> Result<(Shake, Arc<Caller>), End> {
        let sid: String = std::iter::repeat_with(fastrand::alphanumeric).take(SID).collect();
        self.say(hello(self.version, &sid, self.upstream.heartbeat_ms.get())).await?;
        for _ in 0..FRAMES {
            let frame = match self.caller.next().await {
                Some(Ok(Message::Text(frame))) => frame,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    // Nothing more is read before the answer is on its way.
                    self.caller.flush().await.map_err(|_| End::Left(None))?;
                    continue;
                }
                Some(Ok(Message::Close(farewell))) => return Err(End::Left(farewell)),
                Some(Ok(_)) => {
                    return Err(End::Closed(CloseCode::Unsupported, "only text is known here"));
                }
                Some(Err(_)) | None => return Err(End::Left(None)),
            };
            if let Some(answer) = answer(self.version, &sid, &frame) {
                self.say(vec![answer]).await?;
                continue;
            }
            match self.talk.hear_caller(&frame) {
                Act::Admit(shake) => match self.holder(&shake).await {
                    Ok(caller) => return Ok((shake, caller)),
                    Err(refusal) => {
                        let refused = shake.refused(&refusal.body(self.upstream.served.dialect));
                        self.act(refused).await?;
                    }
                },
                act => self.act(act).await?,
            }
        }
        Err(End::Closed(CloseCode::Policy, "too many frames before the key"))
    }

    async fn holder(&self, shake: &Shake) -> Result<Arc<Caller>, Refusal> {
        let caller = self.gate.access.holder(self.peer, shake.key.expose()).await?;
        // A key for other Homeys is no key for this one.
        caller.may(&self.upstream.served.name, &Need::AnyKey)?;
        Ok(caller)
    }

    async fn act(&mut self, act: Act) -> Result<(), End> {
        match act {
            Act::Answer(frames) => self.say(frames).await,
            Act::Close(why) => Err(End::Closed(CloseCode::Protocol, why)),
            // There is no Homey yet that it could go to.
            _ => Ok(()),
        }
    }

    async fn say(&mut self, frames: Vec<String>) -> Result<(), End> {
        for frame in frames {
            self.caller.feed(Message::text(frame)).await.map_err(|_| End::Left(None))?;
        }
        self.caller.flush().await.map_err(|_| End::Left(None))
    }
}

#[cfg(test)]
mod tests;
