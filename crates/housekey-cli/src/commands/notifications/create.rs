//! `housekey notifications create`.

use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::decode;
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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let answer = target
        .homey
        .flow()
        .run_flow_card_action(CARD)
        .with("args", json!({ "text": args.text }))
        .bytes()
        .await?;
    // A card that fails still answers 200.
    match &decode::read_bytes::<Value>(&answer, "JSON")?["error"] {
        Value::Null | Value::Bool(false) => {
            context.report_write(&target, "It stands on the timeline", &answer)
        }
        Value::String(why) => Err(Failure::failed(format!("the flow card failed: {why}"))),
        other => Err(Failure::failed(format!("the flow card failed: {other}"))),
    }
}
