//! The folder that a flow or a folder is moved to.

use housekey::model::FlowFolder;

use super::Collection;
use crate::error::Outcome;

// A folder, or none. A doc comment would become the help of the command that takes it.
#[derive(Debug, clap::Args)]
pub(crate) struct FolderChoice {
    /// The folder it goes to: name, Parent/Name or id
    #[arg(value_name = "GOAL", required_unless_present = "top")]
    goal: Option<String>,
    /// Take it out of all folders
    #[arg(long, conflicts_with = "goal")]
    top: bool,
}

impl FolderChoice {
    /// The folder; `None` for none.
    pub(crate) fn of<'f>(
        &self,
        folders: &'f Collection<FlowFolder>,
    ) -> Outcome<Option<&'f FlowFolder>> {
        self.goal.as_deref().map(|wanted| folders.find(wanted)).transpose()
    }
}
