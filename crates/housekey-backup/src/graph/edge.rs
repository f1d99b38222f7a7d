//! A reference from one thing to another.

use crate::Part;
use crate::card::{CardKind, CardUse, Slot};

/// An item of a home.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRef {
    /// The part it belongs to.
    pub part: Part,
    /// Its id.
    pub id: String,
}

impl ItemRef {
    /// The item of that part and id, which need not exist.
    pub fn new(part: Part, id: impl Into<String>) -> Self {
        Self { part, id: id.into() }
    }
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What refers: a flow, a mood, a device that is a group, a dashboard, a script; a device refers to its app.
    pub from: ItemRef,
    /// What it refers to.
    pub to: EdgeTarget,
    /// Whether it reads or changes it.
    pub access: Access,
    /// How certain that is.
    pub certainty: Certainty,
    /// The card, where a flow refers.
    pub place: Option<EdgePlace>,
    /// What the target was called when it was chosen, where the reference holds that.
    pub name: Option<String>,
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeTarget {
    /// An item of the home.
    Item(ItemRef),
    /// A capability of a device.
    Capability {
        /// The id of the device.
        device: String,
        /// The capability: `dim`.
        capability: String,
    },
    /// A manager of the Homey: `notifications`.
    Manager(String),
    /// A token of an app or a manager.
    Token {
        /// `homey:app:<id>` or `homey:manager:<name>`.
        owner: String,
        /// The id of the token.
        token: String,
    },
    /// A thing that an app keeps, which is named by its name: a variable, a screensaver.
    OfApp {
        /// The id of the app.
        app: String,
        /// What kind of thing it is: `variable`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
}

impl EdgeTarget {
    /// An item of the home as a target.
    pub fn of(part: Part, id: impl Into<String>) -> Self {
        Self::Item(ItemRef::new(part, id))
    }

    /// The item of the home that the target is or belongs to.
    pub fn item(&self) -> Option<ItemRef> {
        match self {
            Self::Item(item) => Some(item.clone()),
            Self::Capability { device, .. } => Some(ItemRef::new(Part::Devices, device)),
            Self::Token { owner, .. } => {
                Some(ItemRef::new(Part::Apps, owner.strip_prefix("homey:app:")?))
            }
            Self::OfApp { app, .. } => Some(ItemRef::new(Part::Apps, app)),
            Self::Manager(_) => None,
        }
    }
}

/// What a reference does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// It reads or waits for it.
    Read,
    /// It changes, starts or sends something to it.
    Write,
}

impl Access {
    /// `read` or `write`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Actions write, all other cards read.
    pub(super) fn of(kind: CardKind) -> Self {
        match kind {
            CardKind::Action => Self::Write,
            CardKind::Trigger | CardKind::Condition => Self::Read,
        }
    }
}

/// How certain a reference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The form of the reference says what it refers to.
    Sure,
    /// An id or a name was found in a text that may mean something else.
    Soft,
}

impl Certainty {
    /// `sure` or `soft`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Soft => "soft",
        }
    }
}

/// The card of a flow that refers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgePlace {
    /// What the card does.
    pub kind: CardKind,
    /// The whole id of the card.
    pub card: String,
    /// `group1` to `group3` of a condition, `then` or `else` of an action.
    pub group: Option<String>,
    /// Where in the flow it is.
    pub slot: Slot,
}

impl EdgePlace {
    /// The place of a card.
    pub fn of(card: &CardUse<'_>) -> Self {
        Self {
            kind: card.kind,
            card: card.id.clone().into_owned(),
            group: card.group().map(str::to_owned),
            slot: card.slot.clone(),
        }
    }
}
