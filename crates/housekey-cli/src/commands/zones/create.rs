//! `housekey zones create`.

use housekey::model::Zone;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::nearness;

/// Make a zone
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zones create Attic
  housekey zones create Nursery --parent 'First floor' --icon bedroomKids")]
pub(crate) struct Args {
    /// Its name
    name: String,
    /// The zone it is part of: name, Parent/Name or id; the whole home otherwise
    #[arg(long, value_name = "ZONE")]
    parent: Option<String>,
    /// Its icon, such as livingRoom, kitchen or garden
    #[arg(long, default_value = "default")]
    icon: String,
    #[command(flatten)]
    dry_run: DryRun,
}

/// The icons that Homeys were seen to have for zones.
const ICONS: [&str; 17] = [
    "default",
    "home",
    "livingRoom",
    "office",
    "kitchen",
    "bathroom",
    "topFloor",
    "utilitiesRoom",
    "hallway",
    "garden",
    "terrace",
    "diningRoom",
    "bedroomDouble",
    "bedroomKids",
    "carport",
    "toilet",
    "entrance",
];

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let zones = Collection::<Zone>::read(&target, &context.out).await?;
    // An unknown one would be stored, and shown as nothing.
    let known = || zones.iter().filter_map(|zone| zone.icon.text()).chain(ICONS);
    if !known().any(|icon| icon == args.icon) {
        return Err(Failure::usage(format!("there is no icon \"{}\"", args.icon))
            .hint(nearness::hint(&args.icon, ICONS)));
    }
    let mut zone = json!({ "name": args.name, "icon": args.icon });
    let parent = match &args.parent {
        Some(wanted) => Some(zones.find(wanted)?),
        None => zones.iter().find(|zone| zone.parent.text().is_none()),
    };
    if let Some(parent) = parent {
        zone["parent"] = json!(parent.id);
    }
    let done = format!("The zone {} is made", args.name);
    let call = target.homey.zones().create_zone(zone);
    target.write(call, &done, context).await
}
