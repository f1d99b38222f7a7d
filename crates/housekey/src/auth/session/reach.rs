//! Where the Homey of a session answers, even after its addresses have changed.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::chain::Chain;
use crate::auth::account_access::AccountAccess;
use crate::auth::store::{Access, Key};
use crate::discovery::Addresses;
use crate::error::{Error, HomeyError};

/// How soon the addresses of a Homey that stays offline are requested again from its account.
const REQUEST_AGAIN: Duration = Duration::from_secs(60);

impl Chain {
    /// Where the Homey answers. When it answers nowhere, its addresses are requested from its account, and those that
    /// are new are searched once.
    pub(super) async fn base(&self) -> Result<Url, Error> {
        let tried = self.route.addresses();
        match self.route.base().await {
            Err(offline @ Error::Homey(HomeyError::Offline { .. })) => {
                if self.learn_addresses(&tried).await {
                    self.route.base().await
                } else {
                    Err(offline)
                }
            }
            outcome => outcome,
        }
    }

    /// Whether the route has other addresses now than those tried: what another caller or process has learned
    /// meanwhile, or what the account says. One caller at a time sends the request.
    ///
    /// Not to be called with the store's lock of the Homey in hand, which it takes itself.
    async fn learn_addresses(&self, tried: &Addresses) -> bool {
        let mut requested = self.addresses_requested.lock().await;
        let news = || self.route.addresses() != *tried;
        if news() || requested.is_some_and(|at| at.elapsed() < REQUEST_AGAIN) {
            return news();
        }
        *requested = Some(Instant::now());
        if let Err(error) = self.refresh_addresses(tried).await {
            // The caller gets the error that the Homey is offline; this one would only hide it.
            tracing::debug!(homey = self.name, %error, "no fresh addresses");
        }
        news()
    }

    async fn refresh_addresses(&self, tried: &Addresses) -> Result<(), Error> {
        let Access::Account { account, .. } = self.held.borrow().clone() else { return Ok(()) };
        let _lock = self.store.lock(Key::Homey(self.name.clone())).await?;
        let mut record = self.store.known_homey(&self.name)?;
        if record.addresses == *tried {
            let access = AccountAccess::new(&account, &self.store, &self.http, &*self.clock);
            let account = access.account().await?;
            let Some(homey) = account.homeys.into_iter().find(|homey| homey.id == record.id) else {
                return Ok(());
            };
            let fresh = record.addresses.replaced_by(homey.addresses);
            if fresh != record.addresses {
                tracing::info!(homey = self.name, "its addresses have changed");
                record.addresses = fresh;
                self.store.save_homey(&record)?;
            }
        }
        self.route.update(record.addresses);
        Ok(())
    }
}
