//! Where tokens rest, as the settings and the environment say.

use std::path::{Path, PathBuf};

use housekey::auth::store::{AgeKey, Protection, Store};

use crate::env::{self, Env};
use crate::error::{Failure, Outcome};
use crate::settings::Settings;

/// What is known of the place before anything is read from it.
#[derive(Debug, Clone)]
pub(crate) struct StoreConfig {
    /// The directory of the records.
    pub(crate) credentials: PathBuf,
    /// What protects records that are new.
    pub(crate) protection: Protection,
    /// What opens those that are encrypted.
    pub(crate) age_key: AgeKey,
    /// Whether the place of the identity, or a passphrase that opens it, was given.
    pub(crate) age_key_is_named: bool,
}

impl StoreConfig {
    /// As the environment says, else the settings.
    pub(crate) fn of(
        settings: &Settings,
        env: &Env,
        config: &Path,
        credentials: PathBuf,
    ) -> Outcome<Self> {
        if settings.age_key_file.as_ref().is_some_and(|file| file.starts_with("~")) {
            let what =
                "`age_key_file` in config.toml begins with `~`, which only a shell understands";
            return Err(Failure::usage(what).hint("write the whole path"));
        }
        let passphrase = env.secret(&env::HOUSEKEY_AGE_PASSPHRASE)?;
        let named = env.path(&env::HOUSEKEY_AGE_KEY_FILE).or_else(|| settings.age_key_file.clone());
        Ok(Self {
            credentials,
            protection: settings.store.unwrap_or_default(),
            age_key_is_named: named.is_some() || passphrase.is_some(),
            age_key: AgeKey {
                file: named.unwrap_or_else(|| config.join("age-key.txt")),
                passphrase,
            },
        })
    }

    /// The store, where each record keeps the protection that it has.
    pub(crate) fn store(&self) -> Store {
        Store::protected(&self.credentials, self.protection, Some(self.age_key.clone()))
    }

    /// The store with a protection that was chosen: every record that is written takes it.
    pub(crate) fn reprotecting_store(&self) -> Store {
        Store::with_new_protection(&self.credentials, self.protection, Some(self.age_key.clone()))
    }
}
