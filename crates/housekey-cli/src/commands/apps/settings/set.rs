//! `housekey apps settings set`.

use housekey::model::App;
use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::prompt;

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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let text = prompt::value(args.value)?;
    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let target = context.homey(Purpose::Write).await?;
    let apps = Collection::<App>::read(&target, &context.out).await?;
    let app = apps.find(&args.app)?;
    let answer = target.homey.apps().set_app_setting(&app.id, &args.setting, value).bytes().await?;
    let done = format!("{}: the setting {} is set", apps.full_name(app), args.setting);
    context.report_write(&target, &done, &answer)
}
