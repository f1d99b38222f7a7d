//! What is configured on this machine: directories, settings, environment and store, as the command line
//! uses them.
//!
//! Programs that take their Homeys from here share them with the command line and the agent: a sign-in of one
//! is a sign-in of all, and a token that one renews is used by the others.

pub mod address;
mod directories;
pub mod environment;
mod homeys;
pub mod input;
mod network;
mod one_off;
mod reference;
mod settings;
mod sign_in;
mod store;

use std::path::PathBuf;

pub use self::address::HomeyAddress;
pub use self::directories::Directories;
pub use self::environment::Environment;
pub use self::one_off::OneOff;
pub use self::reference::{SETTINGS, SettingReference};
pub use self::settings::{HomeySettings, Settings, SettingsFile};
pub use self::store::StoreConfig;
use crate::auth::store::Store;
use crate::error::Error;

/// The configuration of a user on this machine. Cheap to clone; clones share the store.
///
/// ```no_run
/// # fn example() -> Result<(), housekey::Error> {
/// let config = housekey::config::Config::of_process()?;
/// for name in config.store.homeys()? {
///     println!("{name}");
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    /// The environment.
    pub env: Environment,
    /// The file of the settings, which is read again whenever it is needed.
    pub settings: SettingsFile,
    /// The directory above that of the tokens, which an agent locks.
    pub state: PathBuf,
    /// How tokens are protected in the store.
    pub store_config: StoreConfig,
    /// Where tokens are stored.
    pub store: Store,
}

impl Config {
    /// The configuration of this process. Reads nothing but the settings.
    ///
    /// # Errors
    /// As [`Config::new`].
    pub fn of_process() -> Result<Self, Error> {
        Self::new(Environment::of_process())
    }

    /// The configuration in that environment.
    ///
    /// # Errors
    /// [`crate::error::ConfigError`]: no home directory, settings that cannot be read, a variable that cannot be used.
    pub fn new(env: Environment) -> Result<Self, Error> {
        let Directories { config, state } = Directories::new(&env)?;
        let settings = SettingsFile::in_directory(&config);
        let credentials = state.join("credentials");
        let store_config = StoreConfig::new(&settings.read()?, &env, &config, credentials)?;
        let store = store_config.store();
        Ok(Self { env, settings, state, store_config, store })
    }

    /// The same with another store.
    #[must_use]
    pub fn with_store(&self, store_config: StoreConfig, store: Store) -> Self {
        Self { store_config, store, ..self.clone() }
    }
}
