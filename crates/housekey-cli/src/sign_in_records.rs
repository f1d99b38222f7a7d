//! The records of a sign-in, as the store holds them.

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Key, Store};
use housekey::auth::{Cloud, OAuthClient, SignedIn};
use housekey::error::SignInError;

use crate::error::Outcome;

/// The records of a sign-in.
pub(crate) struct SignInRecords {
    /// None where the Homey takes an API key, a user of its own, or a token.
    pub(crate) account: Option<AccountRecord>,
    pub(crate) homey: HomeyRecord,
}

impl SignInRecords {
    /// Of a sign-in with an account: the account goes by its e-mail address, the Homey by `name`.
    pub(crate) fn with_account(
        signed_in: SignedIn,
        name: String,
        cloud: Cloud,
        client: Option<OAuthClient>,
    ) -> Outcome<Self> {
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
        Ok(Self { account: Some(account), homey })
    }
    /// Stores both or none.
    pub(crate) async fn save(&self, store: &Store) -> Outcome {
        match &self.account {
            Some(account) => store.save_sign_in(account, &self.homey).await?,
            None => {
                let _lock = store.lock(Key::Homey(self.homey.name.clone())).await?;
                store.save_homey(&self.homey)?;
            }
        }
        Ok(())
    }
}
