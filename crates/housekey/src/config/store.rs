//! Where tokens are stored and how they are protected, as the settings and the environment say.

use std::path::{Path, PathBuf};

use super::environment::{Environment, HOUSEKEY_AGE_KEY_FILE, HOUSEKEY_AGE_PASSPHRASE};
use super::settings::Settings;
use crate::auth::store::{AgeKey, Protection, Store};
use crate::error::ConfigError;

/// What is known of the store before anything is read from it.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The directory of the records.
    pub credentials: PathBuf,
    /// What protects records that are new.
    pub protection: Protection,
    /// What opens those that are encrypted.
    pub age_key: AgeKey,
    /// Whether the file of the identity, or a passphrase that opens it, was given.
    pub age_key_is_named: bool,
}

impl StoreConfig {
    /// As the environment says, else the settings of that directory.
    ///
    /// # Errors
    /// [`ConfigError::Tilde`], and as [`Environment::secret`].
    pub fn new(
        settings: &Settings,
        env: &Environment,
        config: &Path,
        credentials: PathBuf,
    ) -> Result<Self, ConfigError> {
        if settings.age_key_file.as_ref().is_some_and(|file| file.starts_with("~")) {
            return Err(ConfigError::Tilde);
        }
        let passphrase = env.secret(&HOUSEKEY_AGE_PASSPHRASE)?;
        let named = env.path(&HOUSEKEY_AGE_KEY_FILE).or_else(|| settings.age_key_file.clone());
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
    pub fn store(&self) -> Store {
        Store::protected(&self.credentials, self.protection, Some(self.age_key.clone()))
    }

    /// The store with a protection that was chosen: every record that is written takes it.
    pub fn reprotecting_store(&self) -> Store {
        Store::with_new_protection(&self.credentials, self.protection, Some(self.age_key.clone()))
    }
}
