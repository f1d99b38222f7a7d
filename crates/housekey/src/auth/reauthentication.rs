//! Signs in again with credentials that were stored on purpose, for the tokens alone.

use super::consent::known_resources;
use super::steps::CloudSteps;
use super::store::AccountRecord;
use super::token::AccountTokens;
use crate::clock::Clock;
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
    let client = record.client.as_ref()?;
    let steps = CloudSteps { http, cloud: &record.cloud, client, clock, on_progress: &|_| {} };
    let tokens = async {
        let user_token = steps.user_token_of(kept).await?;
        let choose = |form: &_| Ok(known_resources(form, homeys));
        steps.tokens(&steps.consent(&user_token, choose).await?).await
    };
    Some(tokens.await)
}
