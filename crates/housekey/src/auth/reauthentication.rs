//! Signs in again with credentials that were stored on purpose, for the tokens alone.

use super::sign_in::SignIn;
use super::store::AccountRecord;
use super::token::AccountTokens;
use crate::clock::Clock;
use crate::discovery::PlainHttp;
use crate::error::Error;
use crate::http::Http;

/// Steps 1 to 4 without the user; consent is given for the Homeys of those cloud ids. `None` where no credentials are
/// stored, or they were refused before.
pub(super) async fn reauthenticate(
    record: &AccountRecord,
    homeys: &[String],
    http: &Http,
    clock: &dyn Clock,
) -> Option<Result<AccountTokens, Error>> {
    let kept = record.remembered.as_ref().filter(|kept| !kept.refused)?;
    let sign_in = SignIn {
        http,
        clock,
        client: record.client.as_ref()?,
        cloud: &record.cloud,
        on_progress: &|_| {},
        // No Homey is called.
        plain_http: &|_| Ok(PlainHttp::Forbidden),
    };
    Some(sign_in.tokens_for(kept, homeys).await)
}
