//! `housekey variables set`.

use housekey::model::Variable;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;

/// Give a variable another value
///
/// A variable keeps its type; the value is read by it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey variables set guests 3
  housekey token | housekey variables set accesstoken -")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
    /// The value; `-` reads one line of standard input, which keeps a secret out of the process list
    #[arg(allow_negative_numbers = true)]
    value: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(mut args: Args, context: &Context) -> Outcome {
    let text = args.dry_run.value(args.value)?;
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let variables = Collection::<Variable>::read(&target, &context.out).await?;
    let variable = variables.find(&args.variable)?;
    let value = variable.read(&text)?;
    let done = format!("{} is set", variable.name());
    let call = target
        .homey
        .logic()
        .update_variable(&variable.id, json!({ "name": variable.name.text(), "value": value }));
    target.write(call, &done, context).await
}
