//! `housekey apps settings unset`.

use housekey::model::App;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;
use crate::prompt::Sure;

/// Remove a setting of an app
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey apps settings unset com.example.lumen interval --yes")]
pub(crate) struct Args {
    /// Id or name
    app: String,
    /// The setting
    setting: String,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let apps = Collection::<App>::read(&target, &context.out).await?;
    let (app, setting) = (apps.find(&args.app)?, &*args.setting);
    let called = apps.full_name(app);
    target.confirm(
        &args.sure,
        &format!("Remove the setting {setting} of {called} on \"{}\"?", target.title),
    )?;
    let done = format!("{called}: the setting {setting} is removed");
    let call = target.homey.apps().unset_app_setting(&app.id, setting);
    target.write(call, &done, context).await
}
