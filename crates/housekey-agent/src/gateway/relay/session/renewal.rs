//! Renewal of the token while a live connection stays open.
//!
//! ```text
//! 401 of the Homey ─> RenewToken ─> on_token_renewed ─> own handshake ─> what was refused, again
//! ```

use housekey::Secret;
use housekey::retry::may_renew;
use serde_json::Value;

use super::action::Action;
use super::pending::RequestKind;
use super::{OWN_HANDSHAKE, RelaySession, RenewalState, replies};

impl RelaySession {
    /// Begins a renewal, unless one is under way.
    pub(super) fn renew_token(&mut self) -> Action {
        if self.renewal != RenewalState::None {
            return Action::Drop;
        }
        self.renewal = RenewalState::Fetching;
        Action::RenewToken
    }

    /// Continues with the new token; without one, deferred requests get this error object.
    pub(in crate::gateway::relay) fn on_token_renewed(
        &mut self,
        token: Result<&Secret, &Value>,
    ) -> Action {
        match token {
            Ok(token) => self.token = Some(token.clone()),
            Err(error) => return self.give_up(error),
        }
        // A handshake that is sent again shows the token for all requests.
        if self.pending.has_deferred_handshake() {
            self.renewal = RenewalState::None;
            return self.resend();
        }
        self.renewal = RenewalState::Handshaking;
        Action::Send(vec![self.handshake_frame("/", Some(OWN_HANDSHAKE))])
    }

    /// Handles the reply to the gateway's own handshake.
    pub(super) fn on_own_handshake_reply(&mut self, status: Option<u64>) -> Action {
        if status == Some(401) && may_renew(self.refused_handshakes, false) {
            self.refused_handshakes += 1;
            self.renewal = RenewalState::Fetching;
            return Action::RenewToken;
        }
        self.refused_handshakes = 0;
        if status.is_some() {
            return self.give_up(&replies::token_refused(&self.homey));
        }
        self.renewal = RenewalState::None;
        self.resend()
    }

    /// Sends deferred requests again.
    fn resend(&mut self) -> Action {
        let (mut answers, mut frames) = (Vec::new(), Vec::new());
        for ((namespace, ack), request) in self.pending.take_deferred() {
            let frame = match &request.kind {
                RequestKind::Handshake(_) => Some(self.handshake_frame(&namespace, Some(ack))),
                RequestKind::Call(_) => request.frame.clone(),
            };
            match frame {
                Some(frame) => {
                    frames.push(frame);
                    self.pending.add_again((namespace, ack), request);
                }
                None => {
                    answers.push(replies::error(&namespace, ack, &replies::too_large_to_resend()));
                }
            }
        }
        match answers.is_empty() {
            true => Action::Send(frames),
            false => Action::ReplyAndSend(answers, frames),
        }
    }

    /// Replies with this error object to all deferred requests.
    fn give_up(&mut self, error: &Value) -> Action {
        self.renewal = RenewalState::None;
        self.refused_handshakes = 0;
        let deferred = self.pending.give_up_deferred();
        Action::Reply(deferred.map(|(name, ack)| replies::error(&name, ack, error)).collect())
    }
}
