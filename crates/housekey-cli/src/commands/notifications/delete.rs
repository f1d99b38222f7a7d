//! `housekey notifications delete`.

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::lookup::{self, Named};
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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let title = &target.title;
    let Some(wanted) = args.notification else {
        let whose = match &args.owner {
            Some(owner) => format!("All notifications of {owner}"),
            None => "All notifications".to_owned(),
        };
        args.sure.check(&format!("{whose} of \"{title}\": delete them?"))?;
        let answer = target
            .homey
            .notifications()
            .delete_notifications()
            .with("ownerUri", args.owner)
            .bytes()
            .await?;
        return context.report_write(&target, &format!("{whose} are deleted"), &answer);
    };
    let all = target.homey.notifications().get_notifications().await?;
    let found = lookup::find("notification", &all, &wanted, |one| Named {
        id: &one.id,
        name: one.excerpt.label().unwrap_or_default(),
        zone: None,
    })?;
    let text = found.excerpt.label().unwrap_or(&found.id);
    args.sure.check(&format!("Delete the notification \"{text}\" of \"{title}\"?"))?;
    let answer = target.homey.notifications().delete_notification(&found.id).bytes().await?;
    context.report_write(&target, "The notification is deleted", &answer)
}
