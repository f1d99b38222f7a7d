//! The items of a home as the commands find them: by id, by name, or by `Zone/Name`.

pub(crate) mod arguments;
pub(crate) mod capability;
mod collection;
pub(crate) mod folder_choice;
mod kinds;

use serde::de::DeserializeOwned;

pub(crate) use self::collection::Collection;

/// An item of a home that commands name in their arguments.
pub(crate) trait Item: DeserializeOwned + Clone {
    /// What to call one in a message: `zone`.
    const KIND: &'static str;
    /// Its placeholder in a usage line: `ZONE`.
    const PLACEHOLDER: &'static str;
    /// What an argument takes that names one, for the help.
    const NAMED_BY: &'static str;
    /// The operation that lists all of them.
    const LIST: &'static str;
    /// What they are parts of: nothing, each other, or items that another operation lists.
    const PARENTS: Parents;

    fn id(&self) -> &str;

    fn name(&self) -> &str;

    /// The id of what it is part of.
    fn parent(&self) -> Option<&str> {
        None
    }
}

/// Where the items stand whose names come before the `/` of `Zone/Name`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parents {
    /// There are none; names stand alone.
    None,
    /// Among the items themselves: a zone is part of a zone.
    Same,
    /// In what this operation lists; `word` is what to call one in a message.
    Listed { operation: &'static str, word: &'static str },
}

impl Parents {
    /// The zones of the home.
    pub(crate) const ZONES: Self = Self::Listed { operation: "zones.getZones", word: "zone" };
}
