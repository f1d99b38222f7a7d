//! What others have stored about a session's Homey and its account.

use std::sync::Arc;

use tokio::sync::watch;

use super::chain::Chain;
use crate::auth::store::{Access, Key, Version};
use crate::mutex::lock_unpoisoned;

/// Notifies when something is stored about one Homey or its account.
#[derive(Debug)]
pub struct StoreNews {
    chain: Arc<Chain>,
    changes: watch::Receiver<u64>,
    /// Of the records of the Homey and of its account.
    seen: [Option<Version>; 2],
}

impl StoreNews {
    pub(super) fn new(chain: Arc<Chain>) -> Self {
        let changes = chain.store.changes();
        Self { seen: chain.versions(), changes, chain }
    }

    /// Waits until one of the two records is another than when it was waited for last. May be dropped
    /// and called again at any time.
    pub async fn next(&mut self) {
        loop {
            let versions = self.chain.versions();
            if versions != self.seen {
                self.seen = versions;
                return;
            }
            if self.changes.changed().await.is_err() {
                // Nothing is noticed any more.
                return std::future::pending().await;
            }
        }
    }
}

impl Chain {
    /// The account that renews the session, where one does.
    fn account(&self) -> Option<String> {
        match &*self.held.borrow() {
            Access::Account { account, .. } => Some(account.clone()),
            Access::LocalUser { .. } | Access::ApiKey { .. } => None,
        }
    }

    fn versions(&self) -> [Option<Version>; 2] {
        let account = self.account().and_then(|name| self.store.version(&Key::Account(name)));
        [self.store.version(&Key::Homey(self.name.clone())), account]
    }

    /// Why the cloud has finally refused the account another token. Its record is read when it has changed.
    pub(super) fn account_ended(&self) -> Option<String> {
        let account = self.account()?;
        let version = self.store.version(&Key::Account(account.clone()));
        let mut known = lock_unpoisoned(&self.ended);
        if version.is_none() || known.0 != version {
            *known = (version, self.store.account(&account).ok()??.ended);
        }
        known.1.clone()
    }
}
