//! `housekey zones`: rooms and floors.

mod create;
mod delete;
mod get;
mod list;
mod place;
mod rename;

use clap::Subcommand;
use housekey::model::Zone;

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

/// All zones of a Homey.
pub(super) struct Zones(Vec<Zone>);

impl Zones {
    pub(super) async fn of(opened: &Opened) -> Outcome<Self> {
        Ok(Self(opened.homey.zones().get_zones().await?))
    }

    /// The zone of that id or name; of several with a name, `Parent/Name` says which.
    pub(super) fn find(&self, wanted: &str) -> Outcome<&Zone> {
        naming::find("zone", &self.0, wanted, |zone| Named {
            id: &zone.id,
            name: zone.name(),
            zone: self.parent_of(zone),
        })
    }

    /// The name of the zone it is part of.
    fn parent_of(&self, zone: &Zone) -> Option<&str> {
        let parent = zone.parent.text()?;
        self.0.iter().find(|zone| zone.id == parent).map(Zone::name)
    }
}
