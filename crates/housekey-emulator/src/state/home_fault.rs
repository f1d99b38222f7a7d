//! A fault in the flows of a home, for an audit that is tested with it.

use serde::Serialize;

/// A fault of the home `messy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HomeFault {
    /// The code of the fault: `HK101`.
    pub code: &'static str,
    /// What kind of item has it: `flow`, `advancedflow`, `variable`, `zone`, `folder`, `device`, `mood`, `app`.
    pub kind: &'static str,
    /// The id of that item.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of what is missing, where something is.
    pub missing: Option<String>,
}
