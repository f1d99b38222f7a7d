//! Step 5: the token that lets the bearer sign in to a Homey, and the key that proves it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Cloud, jwt};
use crate::reply::Reply;
use crate::request::Request;

/// Unknown at the real cloud, but said to be short: it is meant to be used at once.
const LIFE: SignedDuration = SignedDuration::from_mins(2);
/// The audience that Homeys take.
const HOMEY: &str = "homey";
/// The audience of the app store.
const APPS: &str = "apps";

impl Cloud {
    /// `POST /delegation/token?audience=homey`; its body does not matter. A token for publishing apps is
    /// taken for their audience, and refused everywhere else.
    pub(super) fn delegate(&mut self, request: &Request, now: Timestamp) -> Reply {
        let query = request.query_fields();
        let audience = query.get("audience").unwrap_or(HOMEY);
        let publishes = audience == APPS && request.bearer() == Some(&*self.account.app_token);
        match self.bearer(request, now) {
            _ if publishes => {}
            Ok(grant) if grant.for_user => {}
            Ok(_) => return Reply::error(403, "access_denied", "This token has no user."),
            Err(reply) => return *reply,
        }
        match self.sign(audience, LIFE, now) {
            Ok(token) => Reply::json(200, &json!(token)),
            Err(reply) => *reply,
        }
    }

    /// `GET /delegation/key`: the public key as PEM.
    pub(super) fn delegation_key() -> Reply {
        Reply::of(200, "text/plain; charset=utf-8", jwt::PUBLIC_PEM)
    }

    /// `GET /delegation/verify?token=`. The real answer is unknown; the claims are the natural one.
    pub(super) fn verify(&self, request: &Request, now: Timestamp) -> Reply {
        let query = request.query_fields();
        match self.signer.check(query.get("token").unwrap_or_default(), HOMEY, now) {
            Ok(claims) => Reply::json(200, &claims),
            Err(why) => Reply::error(400, "invalid_delegation_token", why),
        }
    }

    /// The user that a delegation token for a Homey was made for, if it is good.
    pub(crate) fn delegated_user(&self, token: &str, now: Timestamp) -> Option<String> {
        let claims = self.signer.check(token, HOMEY, now).ok()?;
        Some(claims["sub"].as_str()?.to_owned())
    }
}
