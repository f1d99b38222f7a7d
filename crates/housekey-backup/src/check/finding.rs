//! What a check found.

use super::fault::{Fault, Severity};
use crate::graph::{EdgePlace, ItemRef};

/// A fault that a flow, or another item, has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// What has the fault: a flow in most cases, else a variable, an app, a zone, a folder, a device or a mood.
    pub item: ItemRef,
    /// Its name.
    pub name: String,
    /// The folder it is in, for a flow.
    pub folder: Option<String>,
    /// The card in words.
    pub card: Option<String>,
    /// Where the card is.
    pub place: Option<EdgePlace>,
    /// What is missing, or what else it is about.
    pub missing: Option<Missing>,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.fault.severity()
    }

    /// `Folder/Name` of the flow, the name of anything else.
    pub fn full_name(&self) -> String {
        match &self.folder {
            Some(folder) => format!("{folder}/{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A thing that is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// What kind of thing it is: `device`, `card`, `token`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its last known name.
    pub name: Option<String>,
}

impl Missing {
    /// `the device "Kitchen/Lamp"`, `a device with the id …`.
    pub(super) fn words(&self) -> String {
        match &self.name {
            Some(name) => format!("the {} \"{name}\"", self.kind),
            None => {
                let article = if self.kind.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
                format!("{article} {} with the id {}", self.kind, self.id)
            }
        }
    }
}
