//! `housekey notifications create`.

use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::decode;
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};

/// The manager has no operation for it; this flow card does it. That its argument is called `text`
/// is inferred.
const CARD: &str = "homey:manager:notifications:create_notification";

/// Write on the timeline
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications create 'The washing is done'")]
pub(crate) struct Args {
    /// What to write
    text: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let done = "It stands on the timeline";
    let call =
        target.homey.flow().run_flow_card_action(CARD).with("args", json!({ "text": args.text }));
    let Some(call) = target.unless_dry_run(call, done, context).await? else { return Ok(()) };
    let answer = call.bytes().await?;
    // A card that fails still answers 200.
    match &decode::read_bytes::<Value>(&answer, "JSON")?["error"] {
        Value::Null | Value::Bool(false) => target.report_write(done, &answer, context),
        Value::String(why) => Err(Failure::failed(format!("the flow card failed: {why}"))),
        other => Err(Failure::failed(format!("the flow card failed: {other}"))),
    }
}
