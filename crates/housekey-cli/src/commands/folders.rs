//! `housekey folders`: the folders that flows lie in.

mod create;
mod delete;
mod get;
mod list;
mod place;
mod rename;

use clap::Subcommand;
use housekey::model::FlowFolder;

use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Create(create::Args),
    Rename(rename::Args),
    #[command(name = "move")]
    Place(place::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Place(args) => place::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// All folders of a Homey.
pub(super) struct Folders(pub(super) Vec<FlowFolder>);

impl Folders {
    pub(super) async fn of(opened: &Opened) -> Outcome<Self> {
        Ok(Self(opened.homey.flow().get_flow_folders().await?))
    }

    /// The folder of that id or name; of several with a name, `Parent/Name` says which.
    pub(super) fn find(&self, wanted: &str) -> Outcome<&FlowFolder> {
        naming::find("folder", &self.0, wanted, |folder| Named {
            id: &folder.id,
            name: folder.name(),
            zone: folder.parent.text().and_then(|id| self.name(id)),
        })
    }

    /// What the folder of that id is called.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|folder| folder.id == id).map(FlowFolder::name)
    }
}

/// Where something goes: into a folder, or out of all.
#[derive(Debug, clap::Args)]
pub(super) struct Goal {
    /// The folder it goes to: name, Parent/Name or id
    #[arg(value_name = "GOAL", required_unless_present = "top")]
    goal: Option<String>,
    /// Take it out of all folders
    #[arg(long, conflicts_with = "goal")]
    top: bool,
}

impl Goal {
    /// The folder it goes to; `None` for none.
    pub(super) fn folder<'f>(&self, folders: &'f Folders) -> Outcome<Option<&'f FlowFolder>> {
        self.goal.as_deref().map(|wanted| folders.find(wanted)).transpose()
    }
}
