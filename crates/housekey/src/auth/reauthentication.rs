//! Signs in again with credentials that were stored on purpose, for the tokens alone.

use super::sign_in::SignIn;
use super::store::AccountRecord;
use super::token::AccountTokens;
use crate::clock::Clock;
use crate::discovery::PlainHttp;
use crate::error::Error;
use crate::http::Http;

/// A new sign-in of an account without the user.
pub(super) struct Reauthentication<'a> {
    pub(super) http: &'a Http,
    pub(super) clock: &'a dyn Clock,
    /// The cloud ids of the Homeys that consent is given for.
    pub(super) homeys: &'a [String],
}

impl Reauthentication<'_> {
    /// Steps 1 to 4; `None` where no credentials are stored, or they were refused before.
    pub(super) async fn tokens(
        &self,
        record: &AccountRecord,
    ) -> Option<Result<AccountTokens, Error>> {
        let kept = record.remembered.as_ref().filter(|kept| !kept.refused)?;
        let client = record.client.as_ref()?;
        let (http, clock) = (self.http, self.clock);
        let sign_in = SignIn {
            http,
            clock,
            client,
            cloud: &record.cloud,
            on_progress: &|_| {},
            // No Homey is called.
            plain_http: &|_| Ok(PlainHttp::Forbidden),
        };
        Some(sign_in.tokens_for(kept, self.homeys).await)
    }
}
