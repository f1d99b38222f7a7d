//! Step 5: the token that lets the bearer sign in to a Homey, and the key that proves it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Cloud, CloudRequest, ReplyResult, jwt, refusal};
use crate::reply::Reply;

/// Unknown at the real cloud, but short: the token is used at once.
const LIFE: SignedDuration = SignedDuration::from_mins(2);
/// The audience that Homeys take.
const HOMEY: &str = "homey";
/// The audience of the app store.
const APPS: &str = "apps";

impl Cloud {
    /// `POST /delegation/token?audience=homey`; its body does not matter. A token for publishing apps is
    /// taken for their audience, and refused everywhere else.
    pub(super) fn delegate(&mut self, call: &CloudRequest<'_>) -> ReplyResult {
        let query = call.request.query_fields();
        let audience = query.get("audience").unwrap_or(HOMEY);
        let publishes = audience == APPS && call.request.bearer() == Some(&*self.account.app_token);
        if !publishes && !self.bearer(call)?.for_user {
            return Err(refusal(403, "access_denied", "This token has no user."));
        }
        Ok(Reply::json(200, &json!(self.sign(audience, LIFE, call.now.moved)?)))
    }

    /// `GET /delegation/key`: the public key as PEM.
    pub(super) fn delegation_key() -> Reply {
        Reply::of(200, "text/plain; charset=utf-8", jwt::PUBLIC_PEM)
    }

    /// `GET /delegation/verify?token=`. The real answer is unknown; the claims are the natural one.
    pub(super) fn verify(&self, call: &CloudRequest<'_>) -> ReplyResult {
        let query = call.request.query_fields();
        let token = query.get("token").unwrap_or_default();
        let claims = self.signer.check(token, HOMEY, call.now.moved);
        let claims = claims.map_err(|why| refusal(400, "invalid_delegation_token", why))?;
        Ok(Reply::json(200, &claims))
    }

    /// The user that a delegation token for a Homey was made for, if it is good.
    pub(crate) fn delegated_user(&self, token: &str, now: Timestamp) -> Option<String> {
        let claims = self.signer.check(token, HOMEY, now).ok()?;
        Some(claims["sub"].as_str()?.to_owned())
    }
}
