//! `housekey moods`: how the devices of a zone are to be, under a name.

mod create;
mod delete;
mod get;
mod list;
mod set;

use std::collections::BTreeMap;

use clap::Subcommand;
use housekey::model::Mood;

use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Create(create::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// All moods of a Homey, and the names of its zones.
struct Moods {
    items: Vec<Mood>,
    /// By id.
    zones: BTreeMap<String, String>,
}

impl Moods {
    async fn of(opened: &Opened) -> Outcome<Self> {
        let homey = &opened.homey;
        let (items, zones) =
            tokio::try_join!(homey.moods().get_moods(), homey.zones().get_zones())?;
        let zones =
            zones.into_iter().map(|zone| (zone.id.clone(), zone.name().to_owned())).collect();
        Ok(Self { items, zones })
    }

    /// The name of the zone a mood is for.
    fn zone_of(&self, mood: &Mood) -> Option<&str> {
        self.zones.get(mood.zone.text()?).map(String::as_str)
    }

    fn find(&self, wanted: &str) -> Outcome<&Mood> {
        naming::find("mood", &self.items, wanted, |mood| Named {
            id: &mood.id,
            name: mood.name(),
            zone: self.zone_of(mood),
        })
    }
}
