//! Keys of stored records.

use crate::error::StoreError;

/// What a record is stored under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// An account, by its name.
    Account(String),
    /// A Homey, by its short name.
    Homey(String),
}

impl Key {
    /// The name, without the kind.
    pub fn name(&self) -> &str {
        match self {
            Self::Account(name) | Self::Homey(name) => name,
        }
    }

    pub(super) fn into_account(self) -> Option<String> {
        match self {
            Self::Account(name) => Some(name),
            Self::Homey(_) => None,
        }
    }

    pub(super) fn into_homey(self) -> Option<String> {
        match self {
            Self::Homey(name) => Some(name),
            Self::Account(_) => None,
        }
    }
}

/// A name becomes a file's name, so it must not lead anywhere else.
pub(super) fn check_name(key: &Key) -> Result<(), StoreError> {
    let name = key.name();
    let allowed = |c: char| c.is_alphanumeric() || "-_.@+".contains(c);
    let good = name.starts_with(|c: char| c.is_alphanumeric())
        && name.chars().all(allowed)
        && name.len() <= 128;
    good.then_some(()).ok_or_else(|| StoreError::Name { name: name.to_owned() })
}
