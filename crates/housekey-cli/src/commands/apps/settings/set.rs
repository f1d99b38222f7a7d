//! `housekey apps settings set`.

use housekey::model::App;
use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;

/// Set a setting of an app
///
/// The value is read as JSON where it is JSON, else as a text; `'"5"'` is the text 5.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey apps settings set com.example.lumen interval 60
  pass show lamps | housekey apps settings set com.example.lumen password -")]
pub(crate) struct Args {
    /// Id or name
    app: String,
    /// The setting
    setting: String,
    /// The value; `-` reads one line of standard input, which keeps a secret out of the process list
    #[arg(allow_negative_numbers = true)]
    value: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(mut args: Args, context: &Context) -> Outcome {
    let text = args.dry_run.value(args.value)?;
    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let apps = Collection::<App>::read(&target, &context.out).await?;
    let app = apps.find(&args.app)?;
    let done = format!("{}: the setting {} is set", apps.full_name(app), args.setting);
    let call = target.homey.apps().set_app_setting(&app.id, &args.setting, value);
    target.write(call, &done, context).await
}
