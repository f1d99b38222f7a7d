//! Runs a [`RelaySession`]: moves frames between a client and a Homey.

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
use tokio_util::sync::CancellationToken;

/// How long a write may take before the connection is given up.
const WRITE: Duration = Duration::from_secs(30);

/// A live connection between a client and a Homey.
pub(super) struct RelayDriver<C, H> {
    pub(super) client: WebSocketStream<C>,
    pub(super) homey: WebSocketStream<H>,
    pub(super) session: RelaySession,
    pub(super) calls: Calls,
    pub(super) gate: Arc<Gate>,
    pub(super) peer: Peer,
    /// Whose token is put in.
    pub(super) upstream: Rc<UpstreamHomey>,
    pub(super) stop: CancellationToken,
    /// The end of the caller's key.
    key_end: KeyEnd,
    client_pings: PingLimit,
    homey_pings: PingLimit,
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
        client: WebSocketStream<C>,
        homey: WebSocketStream<H>,
        session: RelaySession,
        calls: Calls,
        gate: Arc<Gate>,
        peer: Peer,
        upstream: Rc<UpstreamHomey>,
        stop: CancellationToken,
    ) -> Self {
        let now = Instant::now();
        let (client_pings, homey_pings) = (PingLimit::new(now), PingLimit::new(now));
        let key_end = session.caller.as_deref().map(|known| gate.access.end_of(known));
        let key_end = key_end.unwrap_or_default();
        Self {
            client,
            homey,
            session,
            calls,
            gate,
            peer,
            upstream,
            stop,
            key_end,
            client_pings,
            homey_pings,
        }
    }

    /// Runs until one side leaves; begins with the handshake that the caller has shown its key in.
    pub(super) async fn run(mut self, handshake: Option<(ClientHandshake, Arc<Caller>)>) {
        let close_frame = self.run_loop(handshake).await.close_frame();
        let both = async {
            let closed = (self.client.close(close_frame.clone()), self.homey.close(close_frame));
            let _ = futures_util::future::join(closed.0, closed.1).await;
        };
        // Nobody waits for it, so it does not matter whether they answer.
        let _ = timeout(CLOSE, both).await;
    }

    async fn run_loop(&mut self, handshake: Option<(ClientHandshake, Arc<Caller>)>) -> SessionEnd {
        let mut token: Option<Rc<BearerToken>> = None;
        let mut renewal: Option<Renewal> = None;
        if let Some((handshake, caller)) = handshake
            && let Err(end) = self.forward_handshake(handshake, caller, &mut token).await
        {
            return end;
        }
        loop {
            let outcome = tokio::select! {
                () = self.stop.cancelled() => return SessionEnd::Closed(CloseCode::Away, "the gateway stops"),
                () = self.key_end.reached() => return key_ended(),
                message = self.client.next(), if self.calls.has_room() => match message {
                    Some(Ok(Message::Text(frame))) => self.on_client_frame(frame, &mut token).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                        answer_ping(&mut self.client, &mut self.client_pings).await
                    }
                    Some(Ok(Message::Close(close_frame))) => return SessionEnd::Left(close_frame),
                    // No call of a Homey has attachments, and they cannot be looked into.
                    Some(Ok(_)) => return SessionEnd::Closed(CloseCode::Unsupported, "only text is known here"),
                    Some(Err(_)) | None => return SessionEnd::Left(None),
                },
                message = self.homey.next() => match message {
                    Some(Ok(Message::Text(frame))) => {
                        let action = self.session.on_homey_frame(&frame);
                        if action == Action::RenewToken {
                            renewal = Some(renew_token(self.upstream.clone(), token.clone()));
                            Ok(())
                        } else {
                            self.on_homey_action(action, frame).await
                        }
                    }
                    Some(Ok(Message::Close(close_frame))) => {
                        return SessionEnd::Left(close_frame.map(|CloseFrame { code, reason }| {
                            CloseFrame { code, reason: self.session.close_reason(&reason).into() }
                        }));
                    }
                    // Binary frames cannot be looked into, and no Homey sends any.
                    Some(Ok(_)) => answer_ping(&mut self.homey, &mut self.homey_pings).await,
                    Some(Err(_)) | None => return SessionEnd::Left(None),
                },
                ready = self.calls.next() => self.on_permit(ready).await,
                fresh = renewal_outcome(&mut renewal) => {
                    renewal = None;
                    let action = self.session.on_token_renewed(fresh.as_ref().map(|token| &token.secret));
                    token = fresh.ok().or(token);
                    self.perform(action).await
                }
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn on_client_frame(
        &mut self,
        frame: Utf8Bytes,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        if let Some(caller) = &self.session.caller
            && self.gate.access.is_valid(caller).is_err()
        {
            return Err(key_ended());
        }
        match self.session.on_client_frame(&frame) {
            Action::Forward => self.send_to_homey(Message::Text(frame)).await,
            Action::Queue(frame, call) => {
                let caller = self.session.caller.as_deref().map_or(ANONYMOUS, Caller::name);
                self.calls.enqueue(frame.into(), call, caller);
                Ok(())
            }
            Action::Authenticate(handshake) => self.authenticate(handshake, token).await,
            action => self.perform(action).await,
        }
    }

    /// Sends a call that got its permit. The Homey gets nothing of one that has waited for too long.
    async fn on_permit(&mut self, ready: ReadyCall) -> Result<(), SessionEnd> {
        let ReadyCall { frame, call, permits } = ready;
        match permits {
            Some(permits) => {
                self.calls.sent(call, permits);
                self.send_to_homey(Message::Text(frame)).await
            }
            None => {
                let action = self.session.on_queue_timeout(call, &busy(&self.upstream).body());
                self.perform(action).await
            }
        }
    }

    /// A caller with a key may send anything in place of one.
    async fn authenticate(
        &mut self,
        handshake: ClientHandshake,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        let holder = match self.session.caller.clone() {
            Some(caller) => Ok(caller),
            None => self.gate.access.holder(self.peer, handshake.key.expose()).await,
        };
        let caller = match holder {
            Ok(caller) => caller,
            Err(refusal) => {
                let body = refusal.body(self.upstream.served.dialect);
                return self.perform(handshake.rejected(&body)).await;
            }
        };
        self.forward_handshake(handshake, caller, token).await
    }

    /// Forwards the handshake with the token of the gateway.
    async fn forward_handshake(
        &mut self,
        handshake: ClientHandshake,
        caller: Arc<Caller>,
        token: &mut Option<Rc<BearerToken>>,
    ) -> Result<(), SessionEnd> {
        let until = Instant::now() + self.upstream.settings.wait;
        let fresh = match self.upstream.token(until).await {
            Ok(fresh) => fresh,
            Err(refusal) => return self.perform(handshake.rejected(&refusal.body())).await,
        };
        let action = self.session.on_key_accepted(handshake, caller, &fresh.secret);
        *token = Some(fresh);
        if let Some(caller) = self.session.caller.as_deref() {
            self.key_end = self.gate.access.end_of(caller);
        }
        self.perform(action).await
    }

    async fn on_homey_action(
        &mut self,
        action: Action,
        frame: Utf8Bytes,
    ) -> Result<(), SessionEnd> {
        match action {
            Action::Forward => self.send_to_client(Message::Text(frame)).await,
            action => self.perform(action).await,
        }
    }

    async fn perform(&mut self, action: Action) -> Result<(), SessionEnd> {
        match action {
            Action::Reply(frames) => {
                for frame in frames {
                    self.send_to_client(Message::text(frame)).await?;
                }
                Ok(())
            }
            Action::Send(frames) => self.send_all_to_homey(frames).await,
            Action::ReplyAndSend(answers, frames) => {
                for answer in answers {
                    self.send_to_client(Message::text(answer)).await?;
                }
                self.send_all_to_homey(frames).await
            }
            Action::Close(why) => Err(SessionEnd::Closed(CloseCode::Protocol, why)),
            Action::Forward
            | Action::Queue(..)
            | Action::Drop
            | Action::Authenticate(_)
            | Action::RenewToken => Ok(()),
        }
    }

    async fn send_all_to_homey(&mut self, frames: Vec<String>) -> Result<(), SessionEnd> {
        for frame in frames {
            self.send_to_homey(Message::text(frame)).await?;
        }
        Ok(())
    }

    async fn send_to_client(&mut self, message: Message) -> Result<(), SessionEnd> {
        if let Message::Text(frame) = &message {
            self.calls.answered(frame);
        }
        let bytes = message.len();
        // A client that reads nothing keeps the permits of its calls no longer than others can wait.
        let lease = self.calls.lease.as_deref();
        if let Some(lease) = lease {
            lease.record_progress(0, true);
        }
        let revoked = async {
            match lease {
                Some(lease) => lease.revoked().await,
                None => std::future::pending().await,
            }
        };
        let outcome = tokio::select! {
            biased;
            () = self.key_end.reached() => Err(key_ended()),
            outcome = timeout(WRITE, self.client.send(message)) => write_outcome(outcome),
            () = revoked => Err(SessionEnd::Closed(CloseCode::Policy, "the peer does not read")),
        };
        if let Some(lease) = lease {
            lease.record_progress(bytes, false);
        }
        outcome
    }

    async fn send_to_homey(&mut self, message: Message) -> Result<(), SessionEnd> {
        tokio::select! {
            biased;
            () = self.key_end.reached() => Err(key_ended()),
            outcome = timeout(WRITE, self.homey.send(message)) => write_outcome(outcome),
        }
    }
}

fn key_ended() -> SessionEnd {
    SessionEnd::Closed(CloseCode::Policy, "the key has ended")
}

/// Nothing more is read before the answer to a ping is on its way: else a side that pings and takes
/// nothing would fill the memory with answers.
async fn answer_ping<S>(
    socket: &mut WebSocketStream<S>,
    pings: &mut PingLimit,
) -> Result<(), SessionEnd>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if !pings.allows(Instant::now()) {
        return Err(SessionEnd::Closed(CloseCode::Policy, "too many pings"));
    }
    write_outcome(timeout(WRITE, socket.flush()).await)
}

fn write_outcome<E, L>(outcome: Result<Result<(), E>, L>) -> Result<(), SessionEnd> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(SessionEnd::Left(None)),
        Err(_) => Err(SessionEnd::Closed(CloseCode::Policy, "the peer does not read")),
    }
}

/// Another token than the refused one, if there is any.
fn renew_token(upstream: Rc<UpstreamHomey>, refused: Option<Rc<BearerToken>>) -> Renewal {
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

async fn renewal_outcome(renewal: &mut Option<Renewal>) -> Result<Rc<BearerToken>, Value> {
    match renewal {
        Some(renewal) => renewal.await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
