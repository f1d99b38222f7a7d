//! `housekey zones create`.

use housekey::model::Zone;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;

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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let zones = Collection::<Zone>::read(&target, &context.out).await?;
    let mut zone = json!({ "name": args.name, "icon": args.icon });
    let parent = match &args.parent {
        Some(wanted) => Some(zones.find(wanted)?),
        None => zones.iter().find(|zone| zone.parent.text().is_none()),
    };
    if let Some(parent) = parent {
        zone["parent"] = json!(parent.id);
    }
    let answer = target.homey.zones().create_zone(zone).bytes().await?;
    context.report_write(&target, &format!("The zone {} is made", args.name), &answer)
}
