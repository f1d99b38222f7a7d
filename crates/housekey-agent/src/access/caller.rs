//! A caller of the gateway, and what it may do.

use housekey::catalogue::{Need, Permission, Preset, lacks};
use jiff::Timestamp;

use super::error::AccessError;
use crate::settings::KeySettings;

/// The name under which requests without a key are queued and counted.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The name of the key; `None` for those who need none.
    key: Option<String>,
    grants: Vec<Permission>,
    /// The Homeys the key is for; `None` for all.
    homeys: Option<Vec<String>>,
    expires: Option<Timestamp>,
    /// The place of the key in the settings; `None` for those who never lose what they may.
    pub(super) key_index: Option<usize>,
}

impl Caller {
    /// The holder of a key.
    pub(crate) fn with(key: &KeySettings) -> Self {
        Self {
            key: Some(key.name.clone()),
            grants: key.scopes.clone(),
            homeys: key.homeys.clone(),
            expires: key.expires,
            key_index: None,
        }
    }

    /// The same, whose key stands at that place of the settings.
    pub(super) fn at_index(self, key_index: usize) -> Self {
        Self { key_index: Some(key_index), ..self }
    }

    /// A caller that may do everything.
    pub(super) fn trusted() -> Self {
        let grants = vec![Permission::Preset(Preset::Full)];
        Self { key: None, grants, homeys: None, expires: None, key_index: None }
    }

    /// The name in metrics and logs.
    pub(crate) fn name(&self) -> &str {
        self.key.as_deref().unwrap_or("no key")
    }

    /// The name of its key; `None` for those who need none.
    #[cfg(feature = "mcp")]
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether it may do everything with every Homey, so that nothing has to be looked up.
    pub(crate) fn may_everything(&self) -> bool {
        self.homeys.is_none() && lacks(&self.grants, &Need::Full).is_none()
    }

    /// Whether it may do that with a Homey, named by its short name.
    ///
    /// # Errors
    /// [`AccessError::OtherHomey`], [`AccessError::MissingScope`].
    pub(crate) fn may(&self, homey: &str, need: &Need) -> Result<(), AccessError> {
        let here = |homeys: &Vec<String>| homeys.iter().any(|one| one == homey);
        if !self.homeys.as_ref().is_none_or(here) {
            return Err(AccessError::OtherHomey { key: self.name().to_owned() });
        }
        match lacks(&self.grants, need) {
            None => Ok(()),
            Some(scope) => Err(AccessError::MissingScope { key: self.name().to_owned(), scope }),
        }
    }

    pub(super) fn has_ended(&self, now: Timestamp) -> Option<AccessError> {
        let ended = self.expires.filter(|expires| *expires <= now)?;
        Some(AccessError::Ended { key: self.name().to_owned(), at: ended })
    }
}
