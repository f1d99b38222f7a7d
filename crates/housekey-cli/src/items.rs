//! The items of a home as the commands find them: by id, by name, or by `Zone/Name`.

pub(crate) mod arguments;
pub(crate) mod capability;
mod collection;
pub(crate) mod folder_choice;
mod kinds;
pub(crate) mod typed_value;

use housekey::Homey;
use housekey::client::Call;
use housekey::model::Items;
use serde::de::DeserializeOwned;

pub(crate) use self::collection::Collection;

/// An item of a home that commands name in their arguments.
pub(crate) trait Item: DeserializeOwned + Clone + Send {
    /// What to call one in a message: `zone`.
    const KIND: &'static str;
    /// Its placeholder in a usage line: `ZONE`.
    const PLACEHOLDER: &'static str;
    /// What an argument takes that names one, for the help.
    const NAMED_BY: &'static str;
    /// What they are parts of.
    const PARENTS: Parents;

    /// The call that lists all of them.
    fn list(homey: &Homey) -> Call<'_, Items<Self>>;

    fn id(&self) -> &str;

    fn name(&self) -> &str;

    /// The id of what it is part of.
    fn parent(&self) -> Option<&str> {
        None
    }
}

/// The items whose names come before the `/` of `Zone/Name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parents {
    /// There are none; names stand alone.
    None,
    /// Items of the same kind: a zone is part of a zone.
    Same,
    /// The zones of the home.
    Zones,
}
