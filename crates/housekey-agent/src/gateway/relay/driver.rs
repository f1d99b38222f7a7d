//! Carries frames between a caller and a Homey, each as `talk` decides.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::calls::{Calls, ReadyCall};
use super::close::{CLOSE, SessionEnd};
use super::ping_limit::PingLimit;
use super::session::{Action, ClientHandshake, RelaySession};
use crate::access::{ANONYMOUS, Caller, KeyEnd, Peer};
use crate::gateway::gate::Gate;
use crate::gateway::proxy::errors::busy;
use crate::gateway::upstream::homey::UpstreamHomey;
use crate::gateway::upstream::token::BearerToken;
use crate::supervisor::Stop;

/// How long a side may take no frame before it is given up.
const WRITE: Duration = Duration::from_secs(30);

/// What a conversation is about.
pub(super) struct RelayDriver<C, H> {
    pub(super) caller: WebSocketStream<C>,
    pub(super) homey: WebSocketStream<H>,
    pub(super) talk: RelaySession,
    pub(super) calls: Calls,
    pub(super) gate: Arc<Gate>,
    pub(super) peer: Peer,
    /// Whose token is put in.
    pub(super) upstream: Rc<UpstreamHomey>,
    pub(super) stop: Stop,
    /// The end of the caller's key.
    end: KeyEnd,
    caller_pace: PingLimit,
    homey_pace: PingLimit,
}

/// Another token, or what is answered without one.
type Renewal = LocalBoxFuture<'static, Result<Rc<BearerToken>, Value>>;

impl<C, H> RelayDriver<C, H>
where
    C: AsyncRead + AsyncWrite + Unpin,
    H: AsyncRead + AsyncWrite + Unpin,
{
    #[expect(clippy::too_many_arguments, reason = "each of them is another thing")]
    pub(super) fn new(
        caller: WebSocketStream<C>,
        homey: WebSocketStream<H>,
        talk: RelaySession,
        calls: Calls,
        gate: Arc<Gate>,
        peer: Peer,
        upstream: Rc<UpstreamHomey>,
        stop: Stop,
    ) -> Self {
        let now = Instant::now();
        let (caller_pace, homey_pace) = (PingLimit::new(now), PingLimit::new(now));
        let end = talk.caller.as_deref().map(|known| gate.access.end_of(known));
        let end = end.unwrap_or_default();
        Self {
            caller,
            homey,
            talk,
            calls,
            gate,
            peer,
            upstream,
            stop,
            end,
            caller_pace,
            homey_pace,
        }
    }

    /// Runs until one side leaves; begins with the handshake that the caller has shown its key in.
    pub(super) async fn run(mut self, shaken: Option<(ClientHandshake, Arc<Caller>)>) {
        let farewell = self.carry(shaken).await.farewell();
        let both = async {
            let closed = (self.caller.close(farewell.clone()), self.homey.close(farewell));
            let _ = futures_util::future::join(closed.0, closed.1).await;
        };
        // Nobody waits for it, so it does not matter whether they answer.
        let _ = timeout(CLOSE, both).await;
    }

    async fn carry(&mut self, shaken: Option<(ClientHandshake, Arc<Caller>)>) -> SessionEnd {
        let mut token: Option<Rc<BearerToken>> = None;
        let mut renewal: Option<Renewal> = None;
        if let Some((shake, caller)) = shaken
            && let Err(end) = self.admitted(shake, caller, &mut token).await
        {
            return end;
        }
        loop {
            let outcome = tokio::select! {
                () = self.stop.requested() => return SessionEnd::Closed(CloseCode::Away, "the gateway stops"),
                () = self.end.reached() => return key_ended(),
                said = self.caller.next(), if self.calls.have_room() => match said {
                    Some(Ok(Message::Text(frame))) => self.caller_said(frame, &mut token).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                        pinged(&mut self.caller, &mut self.caller_pace).await
                    }
                    Some(Ok(Message::Close(farewell))) => return SessionEnd::Left(farewell),
                    // No call of a Homey has attachments, and they cannot be looked into.
                    Some(Ok(_)) => return SessionEnd::Closed(CloseCode::Unsupported, "only text is known here"),
                    Some(Err(_)) | None => return SessionEnd::Left(None),
                },
                said = self.homey.next() => match said {
                    Some(Ok(Message::Text(frame))) => {
                        let act = self.talk.hear_homey(&frame);
                        if act == Action::Renew {
                            renewal = Some(renewed(self.upstream.clone(), token.clone()));
                            Ok(())
                        } else {
                            self.hear_homey(act, frame).await
                        }
                    }
                    Some(Ok(Message::Close(farewell))) => {
                        return SessionEnd::Left(farewell.map(|CloseFrame { code, reason }| {
                            CloseFrame { code, reason: self.talk.farewell(&reason).into() }
                        }));
                    }
                    // Binary frames cannot be looked into, and no Homey sends any.
                    Some(Ok(_)) => pinged(&mut self.homey, &mut self.homey_pace).await,
                    Some(Err(_)) | None => return SessionEnd::Left(None),
                },
                turned = self.calls.next() => self.its_turn(turned).await,
                fresh = pending(&mut renewal) => {
                    renewal = None;
                    let act = self.talk.renewed(fresh.as_ref().map(|token| &token.secret));
                    token = fresh.ok().or(token);
                    self.act(act).await
                }
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn caller_said(
        &mut self,
        frame: Utf8Bytes,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        if let Some(caller) = &self.talk.caller
            && self.gate.access.is_valid(caller).is_err()
        {
            return Err(key_ended());
        }
        match self.talk.hear_caller(&frame) {
            Action::Pass => self.ask(Message::Text(frame)).await,
            Action::Call(frame, errand) => {
                let caller = self.talk.caller.as_deref().map_or(ANONYMOUS, Caller::name);
                self.calls.line_up(frame.into(), errand, caller);
                Ok(())
            }
            Action::Admit(shake) => self.admit(shake, token).await,
            act => self.act(act).await,
        }
    }

    /// A call goes on; the Homey hears nothing of one that has waited too long.
    async fn its_turn(&mut self, turned: ReadyCall) -> Result<(), SessionEnd> {
        let ReadyCall { frame, errand, turns } = turned;
        match turns {
            Some(turns) => {
                self.calls.sent(errand, turns);
                self.ask(Message::Text(frame)).await
            }
            None => {
                let act = self.talk.had_no_turn(errand, &busy(&self.upstream).body());
                self.act(act).await
            }
        }
    }

    /// Whoever is known already may send anything for a key.
    async fn admit(
        &mut self,
        shake: ClientHandshake,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        let admitted = match self.talk.caller.clone() {
            Some(caller) => Ok(caller),
            None => self.gate.access.holder(self.peer, shake.key.expose()).await,
        };
        let caller = match admitted {
            Ok(caller) => caller,
            Err(refusal) => {
                let body = refusal.body(self.upstream.served.dialect);
                return self.act(shake.refused(&body)).await;
            }
        };
        self.admitted(shake, caller, token).await
    }

    /// The handshake goes on with our token.
    async fn admitted(
        &mut self,
        shake: ClientHandshake,
        caller: Arc<Caller>,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        let until = Instant::now() + self.upstream.settings.wait;
        let fresh = match self.upstream.token(until).await {
            Ok(fresh) => fresh,
            Err(refusal) => return self.act(shake.refused(&refusal.body())).await,
        };
        let act = self.talk.shake(shake, caller, &fresh.secret);
        *token = Some(fresh);
        if let Some(caller) = self.talk.caller.as_deref() {
            self.end = self.gate.access.end_of(caller);
        }
        self.act(act).await
    }

    async fn hear_homey(&mut self, act: Action, frame: Utf8Bytes) -> Result<(), SessionEnd> {
        match act {
            Action::Pass => self.tell(Message::Text(frame)).await,
            act => self.act(act).await,
        }
    }

    async fn act(&mut self, act: Action) -> Result<(), SessionEnd> {
        match act {
            Action::Answer(frames) => {
                for frame in frames {
                    self.tell(Message::text(frame)).await?;
                }
                Ok(())
            }
            Action::Send(frames) => self.send(frames).await,
            Action::Both(answers, frames) => {
                for answer in answers {
                    self.tell(Message::text(answer)).await?;
                }
                self.send(frames).await
            }
            Action::Close(why) => Err(SessionEnd::Closed(CloseCode::Protocol, why)),
            Action::Pass | Action::Call(..) | Action::Drop | Action::Admit(_) | Action::Renew => {
                Ok(())
            }
        }
    }

    async fn send(&mut self, frames: Vec<String>) -> Result<(), SessionEnd> {
        for frame in frames {
            self.ask(Message::text(frame)).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, message: Message) -> Result<(), SessionEnd> {
        if let Message::Text(frame) = &message {
            self.calls.answered(frame);
        }
        let bytes = message.len();
        // A caller that takes nothing keeps the turns of its calls no longer than others can wait.
        let lease = self.calls.lease.as_deref();
        if let Some(lease) = lease {
            lease.moves(0, true);
        }
        let taken_back = async {
            match lease {
                Some(lease) => lease.ended().await,
                None => std::future::pending().await,
            }
        };
        let outcome = tokio::select! {
            biased;
            () = self.end.reached() => Err(key_ended()),
            outcome = timeout(WRITE, self.caller.send(message)) => written(outcome),
            () = taken_back => Err(SessionEnd::Closed(CloseCode::Policy, "nobody takes what is sent")),
        };
        if let Some(lease) = lease {
            lease.moves(bytes, false);
        }
        outcome
    }

    async fn ask(&mut self, message: Message) -> Result<(), SessionEnd> {
        tokio::select! {
            biased;
            () = self.end.reached() => Err(key_ended()),
            outcome = timeout(WRITE, self.homey.send(message)) => written(outcome),
        }
    }
}

fn key_ended() -> SessionEnd {
    SessionEnd::Closed(CloseCode::Policy, "the key has ended")
}

/// Nothing more is read before the answer to a ping is on its way: else a side that pings and takes
/// nothing would fill the memory with answers.
async fn pinged<S>(socket: &mut WebSocketStream<S>, pace: &mut PingLimit) -> Result<(), SessionEnd>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if !pace.allows(Instant::now()) {
        return Err(SessionEnd::Closed(CloseCode::Policy, "too many pings"));
    }
    written(timeout(WRITE, socket.flush()).await)
}

fn written<E, L>(outcome: Result<Result<(), E>, L>) -> Result<(), SessionEnd> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(SessionEnd::Left(None)),
        Err(_) => Err(SessionEnd::Closed(CloseCode::Policy, "nobody takes what is sent")),
    }
}

/// Another token than the refused one, if there is any.
fn renewed(upstream: Rc<UpstreamHomey>, refused: Option<Rc<BearerToken>>) -> Renewal {
    async move {
        let until = Instant::now() + upstream.settings.wait;
        let fresh = match refused {
            Some(refused) => upstream.token_after(&refused, until).await,
            // The caller is known without a handshake, and has not made one.
            None => upstream.token(until).await,
        };
        let fresh =
            fresh.inspect_err(|refusal| tracing::warn!(%refusal, "there is no other token"));
        fresh.map_err(|refusal| refusal.body())
    }
    .boxed_local()
}

async fn pending(renewal: &mut Option<Renewal>) -> Result<Rc<BearerToken>, Value> {
    match renewal {
        Some(renewal) => renewal.await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
