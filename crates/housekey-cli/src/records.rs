//! What a sign-in made, as it is stored.

use housekey::auth::store::{Access, AccountRecord, HomeyRecord};
use housekey::auth::{Cloud, OAuthClient, SignedIn};
use housekey::error::SignInError;

use crate::error::Outcome;

/// The account, called by its e-mail address, and the Homey, called by that short name.
pub(crate) fn of(
    signed_in: SignedIn,
    name: String,
    cloud: Cloud,
    client: Option<OAuthClient>,
) -> Outcome<(AccountRecord, HomeyRecord)> {
    let SignedIn { account, homey, tokens, session } = signed_in;
    let dialect = homey.dialect.ok_or_else(|| SignInError::TooOld {
        name: homey.name.clone(),
        version: homey.api_version,
    })?;
    let account_name = account.email.unwrap_or_else(|| account.id.clone());
    let homey = HomeyRecord {
        name,
        title: homey.name,
        id: homey.id,
        dialect,
        addresses: homey.addresses,
        access: Access::Account { account: account_name.clone(), session },
    };
    let account = AccountRecord {
        name: account_name,
        id: account.id,
        cloud,
        client,
        tokens,
        remembered: None,
        ended: None,
        two_factor: account.two_factor,
    };
    Ok((account, homey))
}
