//! Failures of what is configured on this machine: variables, `config.toml`, the choice of a Homey.

use std::error::Error as Cause;
use std::io;
use std::path::PathBuf;

use url::Url;

use super::Advice;
use super::kind::Kind;
use super::sign_in::SignInError;

/// A variable or a setting cannot be used, or it is not clear which Homey is meant.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nothing says where the files of the user are.
    #[error("there is no home directory to keep tokens in")]
    NoHome,
    /// A variable is not text.
    #[error("{variable} is not valid UTF-8")]
    NotText {
        /// Its name.
        variable: &'static str,
    },
    /// The value of a variable is something else than it must be.
    #[error("{variable} is not {what}: {why}")]
    Value {
        /// Its name.
        variable: &'static str,
        /// What it must be: `an address`.
        what: &'static str,
        /// What is wrong with it, or the value itself.
        why: String,
    },
    /// A token holds blanks or other characters that no token has.
    #[error("{what} holds a character that no token has")]
    NotAToken {
        /// Where it was given: a variable, `the API key`.
        what: String,
    },
    /// A variable holds a personal access token of the kind that publishes apps, and opens no Homey.
    #[error("{}", SignInError::PublishesApps)]
    PublishesApps {
        /// Its name.
        variable: &'static str,
    },
    /// A variable is set without the one that belongs to it.
    #[error("{set} is set, {missing} is not")]
    Half {
        /// The one that is set.
        set: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
    /// A variable does not hold the address of a proxy; it is not quoted, since it may hold a password.
    #[error("{variable} is no address of a proxy")]
    Proxy {
        /// Its name.
        variable: String,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// `config.toml` cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// `config.toml` is not TOML, or has a key or a value that means nothing.
    #[error("{} cannot be understood", path.display())]
    Broken {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// A path in `config.toml` begins with `~`.
    #[error("`age_key_file` in config.toml begins with `~`, which only a shell understands")]
    Tilde,
    /// The Homey that `config.toml` chooses is not configured.
    #[error("the settings choose the Homey \"{name}\", which is not configured")]
    UnknownChoice {
        /// The short name in the settings.
        name: String,
    },
    /// Several Homeys may be meant.
    #[error("there are several Homeys, and none is named")]
    SeveralHomeys {
        /// Their short names.
        known: Vec<String>,
    },
    /// An address without a scheme leads to no Homey over `https`.
    #[error("no Homey answers at {https}")]
    NotEncrypted {
        /// The address that was tried.
        https: Box<Url>,
        /// The same with plain HTTP, which was not used.
        http: Box<Url>,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
}

impl ConfigError {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Read { .. } => Kind::Failed,
            _ => Kind::Usage,
        }
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        Some(match self {
            Self::NoHome => "set HOME, or HOUSEKEY_CONFIG and HOUSEKEY_STATE".into(),
            Self::NotText { .. } | Self::Value { .. } => return None,
            Self::NotAToken { .. } => {
                "copy it again: it is one word of letters, digits and `:`, `-`, `.` or `_`".into()
            }
            Self::PublishesApps { variable } => Advice::OtherTokenThan { variable },
            Self::Half { set, missing } => Advice::Words(format!(
                "set {missing} as well, or unset {set} to use a stored Homey"
            )),
            Self::Proxy { .. } => {
                "write it as http://HOST:PORT or socks5h://HOST:PORT, or take the variable away"
                    .into()
            }
            Self::Read { .. } => "check who owns it and its mode".into(),
            Self::Broken { .. } => "correct the line, or move the file away".into(),
            Self::Tilde => "write the whole path".into(),
            Self::UnknownChoice { .. } => Advice::ChooseHomey,
            Self::SeveralHomeys { known } => Advice::NameHomey { known: known.clone() },
            Self::NotEncrypted { http, .. } => Advice::Words(format!(
                "to use plain HTTP, which is not encrypted, write the address as {http}"
            )),
        })
    }
}
