//! Step 4 and every renewal: the OAuth 2.0 token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;

use super::ledger::Grant;
use super::step::GrantType;
use super::{Cloud, CloudRequest, Now, ReplyResult, body_fields, refusal};
use crate::quirk::Quirk;
use crate::reply::Reply;
use crate::request::Fields;

impl Cloud {
    /// `POST /oauth2/token`, as a form or as JSON.
    pub(super) fn token(&mut self, call: &CloudRequest<'_>, grant: GrantType) -> ReplyResult {
        let now = call.now;
        let fields = body_fields(call.request)?;
        self.check_client(call, &fields)
            .map_err(|(status, why)| refusal(status, "invalid_client", why))?;
        let granted = match grant {
            GrantType::AuthorizationCode => self.by_code(&fields, now.moved),
            GrantType::RefreshToken => self.by_refresh_token(&fields, now.moved),
            GrantType::Password => self.by_password(&fields, now),
            GrantType::ClientCredentials => {
                Ok(self.ledger.begin(GrantType::ClientCredentials.as_str(), false, now.moved))
            }
            GrantType::Other if fields.get("grant_type").is_none() => {
                Err(("invalid_request", "The grant_type is missing."))
            }
            GrantType::Other => {
                Err(("unsupported_grant_type", "The cloud does not know this grant_type."))
            }
        };
        let granted = granted.map_err(|(error, why)| refusal(400, error, why))?;
        if call.has(Quirk::TokenNotJson) {
            let page = "<!DOCTYPE html><title>Maintenance</title><p>Back soon.</p>";
            return Ok(Reply::html(200, page));
        }
        Ok(answer(granted, grant, call))
    }

    /// Client id and secret, by HTTP Basic or in the body. Basic carries them as they are: the
    /// vendor's client does not percent-encode them first.
    fn check_client(
        &self,
        call: &CloudRequest<'_>,
        fields: &Fields,
    ) -> Result<(), (u16, &'static str)> {
        let client = &self.account.client;
        if let Some(header) = call.request.header("authorization") {
            if call.has(Quirk::BasicRefused) {
                return Err((400, "Client credentials belong in the body."));
            }
            let given = header.split_once(' ').and_then(|(scheme, text)| {
                let basic = scheme.eq_ignore_ascii_case("basic");
                basic.then(|| STANDARD.decode(text.trim()).ok()).flatten()
            });
            return if given == Some(format!("{}:{}", client.id, client.secret).into_bytes()) {
                Ok(())
            } else {
                Err((401, "The client credentials of the Authorization header are wrong."))
            };
        }
        match (fields.get("client_id"), fields.get("client_secret")) {
            (Some(id), Some(secret)) if id == client.id && secret == client.secret => Ok(()),
            (Some(_), Some(_)) => Err((401, "The client_id or the client_secret is wrong.")),
            _ => Err((401, "The request holds no client credentials.")),
        }
    }

    /// The public documentation calls the field `authorization_code`, which the real site passes over.
    fn by_code(&mut self, fields: &Fields, now: Timestamp) -> Granted<'_> {
        let code = fields.get("code").ok_or(("invalid_request", "No \"code\" parameter"))?;
        self.ledger.take_code(code, now).map_err(|why| ("invalid_grant", why))?;
        Ok(self.ledger.begin(GrantType::AuthorizationCode.as_str(), true, now))
    }

    fn by_refresh_token(&mut self, fields: &Fields, now: Timestamp) -> Granted<'_> {
        let token = fields.get("refresh_token");
        let token = token.ok_or(("invalid_request", "The refresh_token is missing."))?;
        self.ledger
            .refresh(token, now)
            .ok_or(("invalid_grant", "The refresh token is unknown, used or revoked."))
    }

    fn by_password(&mut self, fields: &Fields, now: Now) -> Granted<'_> {
        self.check_credentials(fields.get("username"), fields.get("password"), fields, now)
            .map_err(|refused| match refused.status {
                400 => ("invalid_request", "The username or the password is missing."),
                _ => ("invalid_grant", refused.description),
            })?;
        Ok(self.ledger.begin(GrantType::Password.as_str(), true, now.moved))
    }
}

/// A grant, or OAuth error and description.
type Granted<'a> = Result<&'a Grant, (&'static str, &'static str)>;

fn answer(grant: &Grant, used: GrantType, call: &CloudRequest<'_>) -> Reply {
    let seconds = grant.access_until.duration_since(call.now.moved).as_secs();
    let expires_in = if call.has(Quirk::ExpiresInNonsense) {
        json!("an hour")
    } else if call.has(Quirk::ExpiresInText) {
        json!(seconds.to_string())
    } else {
        json!(seconds)
    };
    let body = json!({
        "token_type": "bearer",
        "access_token": grant.access,
        "refresh_token": grant.refresh,
        "expires_in": expires_in,
        "grant_type": used.as_str(),
    });
    Reply::json(200, &body).header("Cache-Control", "no-store")
}
