//! What would make a home as its files say.
//!
//! Three sides are compared: the *base*, the home as it was when the files were read from it; the *files*, which a
//! person may have edited; the *Homey* as it is now. What was edited in the files is planned. What was changed on the
//! Homey alone is kept. What was changed on both sides is a conflict, which a person decides.

mod ids;
mod planner;
mod rebased;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::ids::Ids;
pub(crate) use self::ids::{each_word, names_any, translated, with_id};
pub use self::planner::plan;
use crate::{Part, Snapshot, writable};

/// Who decides where files and Homey differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Winner {
    /// Edits of files are planned, changes of the Homey are kept, conflicts are left to a person.
    #[default]
    Neither,
    /// The Homey becomes as the files are, whatever was changed there since.
    Files,
    /// Conflicts are left as they are on the Homey.
    Homey,
}

/// What to plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Delete what was in the base and is not in the files any more.
    pub prune: bool,
    /// Set the values of variables that are there already.
    pub values: bool,
    /// Who decides.
    pub winner: Winner,
}

/// What would make a home as its files say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes, in the order in which they are made.
    pub steps: Vec<Step>,
    /// Items that were changed on the Homey alone, and stay so.
    pub drift: Vec<Noted>,
    /// Items that were changed on both sides. Nothing is applied while there are any.
    pub conflicts: Vec<Noted>,
    /// Items that were taken out of the files; only pruning deletes them.
    pub kept: Vec<Noted>,
    /// What the files say and cannot be written, with the reason.
    pub refused: Vec<Noted>,
    /// The parts that were not read on one of the sides, with the reason: nothing is planned for them.
    pub not_compared: Vec<(String, String)>,
    /// Items that have another id on the Homey than in the files.
    pub ids: Ids,
    /// Whether each change is right without the others, so that flows need not be disabled meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_independent: bool,
    /// Whether an item that the Homey refuses is left out, and the others are changed all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skips_refused: bool,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it is.
    pub part: Part,
    /// Its id on the Homey; that in the files where it is created.
    pub id: String,
    /// Its path, for people.
    pub path: String,
    /// What is done.
    pub action: Action,
}

/// The digests that applies have given items, by their id on the Homey.
pub type Hashes = BTreeMap<(Part, String), BTreeSet<String>>;

/// What applies that were cut off have left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// An item with one of its digests was changed by us, not by a person.
    pub hashes: Hashes,
    /// The ids that items have on the Homey, by those that some files may still have.
    pub ids: Ids,
}

/// What a step does with an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is created with this set-up, in which ids are those of the files.
    Create {
        /// The set-up.
        after: Value,
    },
    /// It is changed.
    Update {
        /// Its set-up as it was when this was planned.
        before: Value,
        /// Its set-up as it should be.
        after: Value,
    },
    /// It is deleted.
    Delete {
        /// Its set-up as it was.
        before: Value,
    },
}

/// An item for which nothing is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// What it is.
    pub part: Part,
    /// Its id.
    pub id: String,
    /// Its path, for people.
    pub path: String,
    /// Why it is noted: `changed on the Homey`, `devices are paired in the Homey app`.
    pub why: String,
}

impl Action {
    /// The set-up that an item had; `None` where it is created.
    pub(crate) fn before(&self) -> Option<&Value> {
        match self {
            Self::Create { .. } => None,
            Self::Update { before, .. } | Self::Delete { before } => Some(before),
        }
    }

    /// The set-up that an item gets; `None` where it is deleted.
    pub(crate) fn after(&self) -> Option<&Value> {
        match self {
            Self::Create { after } | Self::Update { after, .. } => Some(after),
            Self::Delete { .. } => None,
        }
    }
}

impl Plan {
    /// Whether there is nothing to do and nothing to decide.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.conflicts.is_empty()
    }

    /// How many items it would delete.
    pub fn deletes(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.action, Action::Delete { .. })).count()
    }

    /// The items that are not any more as they were when this was planned. A plan that was saved is refused where
    /// there are any.
    pub fn stale<'a>(&'a self, present: &Snapshot) -> Vec<&'a Step> {
        let is_stale = |step: &&Step| {
            let there = present.home.item(step.part, &step.id);
            match &step.action {
                Action::Create { .. } => there.is_some(),
                Action::Update { before, .. } | Action::Delete { before } => {
                    there.is_none_or(|there| {
                        writable::base_hash(step.part, there)
                            != writable::base_hash(step.part, before)
                    })
                }
            }
        };
        self.steps.iter().filter(is_stale).collect()
    }
}

#[cfg(test)]
mod tests;
