//! `housekey apps settings list`.

use housekey::model::App;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::arguments::ListArgs;

/// List the settings with their values, which may be passwords
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey apps settings list com.example.lumen
  housekey apps settings list com.example.lumen --match interval")]
pub(crate) struct Args {
    /// Id or name
    app: String,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let apps = Collection::<App>::read(&target, &context.out).await?;
    let app = apps.find(&args.app)?;
    let answer = target.homey.apps().get_app_settings(&app.id).bytes().await?;
    args.list.show_settings(&answer, context)
}
