//! Why an apply ended before its plan.

use housekey::Error;
use housekey::error::{Kind, chain};

use super::journal::JournalError;
use crate::Part;

/// Why an apply ended before its plan.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The Homey refused a write, or was not reached.
    #[error("the {} {path} was not written", part.item())]
    Write {
        /// What it is.
        part: Part,
        /// Its path.
        path: String,
        /// What the Homey says.
        #[source]
        source: Box<Error>,
    },
    /// An item was changed on the Homey since the plan was made.
    #[error("the {} {path} was changed on the Homey since this was planned", part.item())]
    Stale {
        /// What it is.
        part: Part,
        /// Its path.
        path: String,
    },
    /// A secret of an item is not known.
    #[error("the {} {path} holds a secret that is not known", part.item())]
    Secret {
        /// What it is.
        part: Part,
        /// Its path.
        path: String,
    },
    /// The answer to a creation has no id.
    #[error("the Homey did not say which id the new {} {path} has", part.item())]
    NoId {
        /// What it is.
        part: Part,
        /// Its path.
        path: String,
    },
    /// An item would be deleted that another one names, which could not be changed.
    #[error("the {} {path} is used by the {by}", part.item())]
    Used {
        /// What it is.
        part: Part,
        /// Its path.
        path: String,
        /// What uses it, for people.
        by: String,
    },
    /// The journal cannot be written; without it nothing is changed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl ApplyError {
    /// Whether other items can be written all the same: an error about this one, not about the connection to the
    /// Homey, the sign-in or the journal.
    pub(super) fn is_about_the_item(&self) -> bool {
        match self {
            Self::Write { source, .. } => {
                matches!(&**source, Error::Argument(_) | Error::Homey(_))
                    && source.kind() != Kind::SignIn
            }
            Self::Journal(_) => false,
            _ => true,
        }
    }

    /// Why the item was not written, without its name.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Write { source, .. } => chain(source.as_ref()).join(": "),
            Self::Stale { .. } => "it was changed on the Homey since".to_owned(),
            Self::Secret { .. } => "it holds a secret that is not known".to_owned(),
            Self::NoId { .. } => "the Homey did not say which id it has".to_owned(),
            Self::Used { by, .. } => format!("the {by} still uses it"),
            Self::Journal(error) => error.to_string(),
        }
    }
}
