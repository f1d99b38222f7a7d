//! Personal access tokens of an account: access tokens that a person made, and nothing renews.

use housekey::Secret;
use housekey::auth::{AccountHomey, AccountTokens, OAuthClient, Progress, SignIn, SignedIn};
use housekey::discovery::PlainHttp;
use jiff::Timestamp;

use crate::context::Context;
use crate::error::Outcome;

/// An access token that nothing renews, good until it is refused: nobody tells when it ends.
pub(crate) fn without_refresh(access: Secret, now: Timestamp) -> AccountTokens {
    AccountTokens {
        access,
        refresh: None,
        previous_refresh: None,
        issued_at: now,
        expires_at: Timestamp::MAX,
    }
}

/// Such a token was given to no client, and the steps after it ask for none.
pub(crate) fn nobody() -> OAuthClient {
    OAuthClient { id: String::new(), secret: Secret::new(""), redirect_uri: String::new() }
}

/// Signs in to a Homey of the account: the one that is named, else the only one.
pub(crate) async fn sign_in(
    token: Secret,
    homey: Option<&str>,
    told: &(dyn Fn(Progress) + Send + Sync),
    plain_http: &(dyn Fn(&AccountHomey) -> PlainHttp + Send + Sync),
    context: &Context,
) -> Outcome<SignedIn> {
    let (http, cloud, client) = (context.http()?, context.cloud()?, nobody());
    let (http, cloud, client) = (&http, &cloud, &client);
    let clock = &*context.clock;
    let sign_in = SignIn { http, cloud, client, clock, on_progress: told, plain_http };
    Ok(sign_in.with_tokens(without_refresh(token, context.clock.now()), homey).await?)
}
