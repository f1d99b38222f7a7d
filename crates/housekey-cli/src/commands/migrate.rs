//! `housekey migrate`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use housekey_backup::KnownDevices;
use housekey_backup::transfer::{self, TransferInput};

use super::backup::home_files;
use super::flows::heal::device_map;
use super::flows::whole_home::WholeHome;
use super::moving::Moving;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::prompt;

/// Make the flows of one Homey on another
///
/// Everything that flows refer to is found on the other Homey by its name, people by their account, devices by
/// driver, name and zone as `housekey flows heal` does. Cards are translated for the other kind of Homey.
/// Variables and folders that are missing are made. All flows go into one folder, disabled. What is missing,
/// and which cards will not work, is shown first; install the apps and add the devices before. Run again, it
/// makes what is missing and nothing twice. Nothing is changed on the first Homey.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey migrate cabin villa --dry-run
  housekey migrate cabin villa --map devices.toml

A map has a line for each device that is not found, with its name or id on the first Homey:
  \"Kitchen/Lamp\" = \"Kitchen/New lamp\"

The exit code is 3 where something will not work as it did.")]
pub(crate) struct Args {
    /// The Homey that has the flows
    #[arg(value_name = "FROM")]
    from: String,
    /// The Homey on which they are made
    #[arg(value_name = "TO")]
    to: String,
    /// Take which device is which from this file, before all rules
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The folder for the flows; without it, `From` and the name of the first Homey
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// Enable the flows that were enabled, where nothing is wrong with them
    #[arg(long)]
    enable: bool,
    #[command(flatten)]
    sure: prompt::Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let source = context.named_homey(&args.from, Purpose::Read)?;
    let target = context.named_homey(&args.to, Purpose::Write(args.dry_run))?;
    if source.homey.id() == target.homey.id() {
        return Err(Failure::usage(format!("{} and {} are the same Homey", args.from, args.to)));
    }
    let from = WholeHome::read(&source, context).await?;
    let to = WholeHome::read_all(&target, context).await?;
    let before = home_files::now_of(&from.home, &source, context).await?;
    let now = home_files::now_of(&to.home, &target, context).await?;
    let map = match &args.map {
        Some(file) => {
            device_map::read(file, &to.home, &KnownDevices::of_backup(&before.snapshot.refs))?
        }
        None => BTreeMap::new(),
    };
    let folder = args.folder.unwrap_or_else(|| format!("From {}", from.home.about.name));
    let transfer = transfer::transfer(TransferInput {
        from: &from.home,
        snapshot: &before.snapshot,
        to: &to.home,
        cards: &to.cards,
        secrets: &before.secrets,
        map: &map,
        folder: Some(&folder),
        enable: args.enable,
    });
    let moving = Moving { from: &from.home, words: from.words(), to: &to.home, transfer };
    moving.run(&now, &before.secrets, Some(&args.sure), (&target, context)).await
}
