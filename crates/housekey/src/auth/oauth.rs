//! The token endpoint: step 4 of the sign-in, and every renewal of an account's access.

use jiff::Timestamp;

use super::cloud::{Cloud, OAuthClient, refusal_code, refusal_text, refused};
use super::granted;
use super::token::AccountTokens;
use crate::Secret;
use crate::error::{Error, SignInError, is_transient};
use crate::http::{Http, HttpRequest, HttpResponse};

use super::CLOUD_LIMIT;

/// How long the answer to a refresh token is waited for: one that is given up may have used up the
/// token, and the next would be lost.
const RENEWAL_LIMIT: std::time::Duration = std::time::Duration::from_secs(60);

/// What is given for tokens.
#[derive(Debug, Clone, Copy)]
pub(super) enum TokenGrant<'a> {
    /// The code of the consent.
    AuthorizationCode(&'a Secret),
    /// The refresh token of the last pair; good once.
    RefreshToken(&'a Secret),
}

impl<'a> TokenGrant<'a> {
    fn fields(self) -> [(&'static str, &'a str); 2] {
        match self {
            Self::AuthorizationCode(code) => {
                [("grant_type", "authorization_code"), ("code", code.expose())]
            }
            Self::RefreshToken(token) => {
                [("grant_type", "refresh_token"), ("refresh_token", token.expose())]
            }
        }
    }

    fn limit(self) -> std::time::Duration {
        match self {
            Self::AuthorizationCode(_) => CLOUD_LIMIT,
            Self::RefreshToken(_) => RENEWAL_LIMIT,
        }
    }

    fn secret(self) -> &'a Secret {
        match self {
            Self::AuthorizationCode(secret) | Self::RefreshToken(secret) => secret,
        }
    }
}

/// Requests tokens: client credentials by HTTP Basic as the vendor's client sends them, and once
/// more in the body should the server not take that.
///
/// A client that is refused has not used up the code or refresh token, so the second try is safe. The
/// access token that comes is empty where the answer holds a refresh token alone.
pub(super) async fn request(
    http: &Http,
    cloud: &Cloud,
    client: &OAuthClient,
    grant: TokenGrant<'_>,
    now: Timestamp,
) -> Result<AccountTokens, Error> {
    let url = cloud.api_url("/oauth2/token")?;
    let request = || HttpRequest::new(reqwest::Method::POST, url.clone(), grant.limit());
    let fields = grant.fields();
    let mut answer =
        http.send(request().authorization("Basic", &basic(client)).form(&fields)).await?;
    if matches!(answer.status, 400 | 401)
        && matches!(refusal_code(&answer).as_deref(), Some("invalid_client" | "invalid_request"))
    {
        tracing::debug!("client refused by Basic, trying the body");
        let [kind, value] = fields;
        let in_body = [
            ("client_id", client.id.as_str()),
            ("client_secret", client.secret.expose()),
            kind,
            value,
        ];
        answer = http.send(request().form(&in_body)).await?;
    }
    if !answer.is_success() {
        return Err(refusal(&answer, client, grant));
    }
    let tokens = granted::tokens(&answer.body, now);
    tokens.ok_or_else(|| answer.unreadable("a JSON object with an access token").into())
}

/// `base64(id:secret)`, not percent-encoded: the vendor's client does not follow RFC 6749 there.
fn basic(client: &OAuthClient) -> Secret {
    use base64::Engine as _;
    let pair = format!("{}:{}", client.id, client.secret.expose());
    Secret::new(base64::engine::general_purpose::STANDARD.encode(pair))
}

/// Only an OAuth error is final; "not now" and what is no OAuth error leave everything as it is.
fn refusal(answer: &HttpResponse, client: &OAuthClient, grant: TokenGrant<'_>) -> Error {
    let message = refusal_text(answer, &[grant.secret(), &client.secret]);
    let Some(code) = refusal_code(answer) else {
        return match is_transient(answer.status) {
            true => refused("the access to the account", answer, &[]).into(),
            false => answer.unreadable("an OAuth answer").into(),
        };
    };
    let not_now = matches!(code.as_str(), "temporarily_unavailable" | "server_error" | "slow_down");
    if is_transient(answer.status) || not_now {
        let status = if not_now { 503 } else { answer.status };
        let (what, retry_after_s) = ("the access to the account", answer.retry_after_s());
        return SignInError::Refused { what, status, message, retry_after_s }.into();
    }
    match (code.as_str(), grant) {
        ("invalid_client" | "unauthorized_client" | "unsupported_grant_type", _) => {
            SignInError::UnknownClient { message }
        }
        (_, TokenGrant::AuthorizationCode(_)) => SignInError::CodeRefused { message },
        (_, TokenGrant::RefreshToken(_)) => SignInError::SignedOut { message },
    }
    .into()
}
