//! `housekey notifications delete`.

use std::collections::BTreeSet;

use housekey::model::Notification;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::lookup::{self, Named};
use crate::nearness;
use crate::prompt::Sure;

/// Delete a notification, or many
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey notifications delete 5e0c3c1c-9b1f-4a53-8f4b-0c3f2f6c8a11 --yes
  housekey notifications delete --owner homey:manager:flow --yes
  housekey notifications delete --all --yes")]
pub(crate) struct Args {
    /// Its id, or its whole text
    #[arg(required_unless_present_any = ["owner", "all"])]
    notification: Option<String>,
    /// All that this owner wrote: `housekey notifications owners` lists them
    #[arg(long, value_name = "URI", conflicts_with = "notification")]
    owner: Option<String>,
    /// All of them
    #[arg(long, conflicts_with_all = ["notification", "owner"])]
    all: bool,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let title = &target.title;
    let all = target.homey.notifications().get_notifications().await?;
    let Some(wanted) = args.notification else {
        let whose = match &args.owner {
            Some(owner) => {
                check_owner(owner, &all)?;
                format!("All notifications of {owner}")
            }
            None => "All notifications".to_owned(),
        };
        target.confirm(&args.sure, &format!("{whose} of \"{title}\": delete them?"))?;
        let call = target.homey.notifications().delete_notifications().with("ownerUri", args.owner);
        return target.write(call, &format!("{whose} are deleted"), context).await;
    };
    let found = lookup::find("notification", &all, &wanted, |one| Named {
        id: &one.id,
        name: one.excerpt.label().unwrap_or_default(),
        zone: None,
    })?;
    let text = found.excerpt.label().unwrap_or(&found.id);
    target.confirm(&args.sure, &format!("Delete the notification \"{text}\" of \"{title}\"?"))?;
    let call = target.homey.notifications().delete_notification(&found.id);
    target.write(call, "The notification is deleted", context).await
}

/// Refuses a URI that wrote none of them: the Homey would delete nothing, and say that it is done.
fn check_owner(owner: &str, all: &[Notification]) -> Outcome {
    let owners: BTreeSet<&str> = all.iter().filter_map(|one| one.owner_uri.text()).collect();
    match owners.contains(owner) {
        true => Ok(()),
        false => Err(Failure::usage(format!("there is no notification of \"{owner}\""))
            .hint(nearness::hint(owner, owners))),
    }
}
