//! `config.toml`: what a person has chosen, without any secret in it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

use crate::auth::store::Protection;
use crate::discovery::PlainHttp;
use crate::error::ConfigError;
use crate::whole_file::{self, SETTINGS_LIMIT_BYTES};

/// The content of the file; everything may be missing.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The Homey to use where none is named: its short name.
    pub homey: Option<String>,
    /// The OAuth client of a sign-in.
    pub client_id: Option<String>,
    /// How a sign-in protects tokens.
    #[serde(deserialize_with = "protection")]
    pub store: Option<Protection>,
    /// The age identity that opens tokens which are encrypted.
    pub age_key_file: Option<PathBuf>,
    /// Certificates of authorities that are trusted besides the public ones: a PEM file.
    pub ca_file: Option<PathBuf>,
    /// What is chosen for single Homeys, by their short names.
    pub homeys: BTreeMap<String, HomeySettings>,
    /// Command lines of the command line, by the names that stand for them.
    pub alias: BTreeMap<String, String>,
}

/// What is chosen for one Homey.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HomeySettings {
    /// Whether it may be reached over plain HTTP, which is not encrypted.
    pub plain_http: bool,
}

impl Settings {
    /// Whether plain HTTP is allowed for the Homey of that short name.
    pub fn plain_http(&self, name: &str) -> PlainHttp {
        PlainHttp::allowed(self.homeys.get(name).is_some_and(|homey| homey.plain_http))
    }
}

fn protection<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Protection>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(serde::de::Error::custom)
}

/// Where the file is.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// The file in that directory.
    pub fn in_directory(directory: &Path) -> Self {
        Self { path: directory.join("config.toml") }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory of the file.
    pub fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Reads it; a file that is not there is an empty one.
    ///
    /// # Errors
    /// [`ConfigError::Read`]; [`ConfigError::Broken`] where it is not TOML or has a key that means nothing.
    pub fn read(&self) -> Result<Settings, ConfigError> {
        self.parse(&self.text()?)
    }

    /// The settings in a text, as if it were that of the file.
    ///
    /// # Errors
    /// [`ConfigError::Broken`].
    pub fn parse(&self, text: &str) -> Result<Settings, ConfigError> {
        toml::from_str(text).map_err(|error| self.broken(error))
    }

    /// The text of the file, without a byte order mark; empty where there is none.
    ///
    /// # Errors
    /// [`ConfigError::Read`].
    pub fn text(&self) -> Result<String, ConfigError> {
        match whole_file::read_text(&self.path, SETTINGS_LIMIT_BYTES) {
            Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(cause) => Err(ConfigError::Read { path: self.path.clone(), cause }),
        }
    }

    /// The error for a file whose text cannot be parsed.
    pub fn broken(&self, cause: impl std::error::Error + Send + Sync + 'static) -> ConfigError {
        ConfigError::Broken { path: self.path.clone(), cause: Box::new(cause) }
    }
}
