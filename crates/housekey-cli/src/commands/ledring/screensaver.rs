//! `housekey ledring screensaver`.

use housekey::model::OptionValue;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::output::unknown;
use crate::raw_view;

/// Print what the ring shows at rest, or choose it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey ledring screensaver
  housekey ledring screensaver Clock")]
pub(crate) struct Args {
    /// Id or title: `housekey ledring screensavers` lists them
    new: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Some(wanted) = args.new else {
        let target = context.homey(Purpose::Read).await?;
        let answer = target.homey.ledring().get_option_screensaver().bytes().await?;
        return context
            .out
            .shown(&answer, "a screensaver", |answer: OptionValue| unknown::shown(answer.value()));
    };
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let known = target.homey.ledring().get_screensavers().await?;
    let saver = raw_view::find("screensaver", &known, &wanted)?;
    let chosen = json!({ "uri": saver.value["uri"], "id": &*saver.id });
    let call = target.homey.ledring().set_option_screensaver(chosen);
    target.write(call, &format!("At rest the ring shows {}", saver.title()), context).await
}
