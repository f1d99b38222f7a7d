//! `housekey homeys remove`.

use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::sign_out;

/// Forget a Homey, and keep the account: `homeys add` brings it back
///
/// What can be ended on the Homey is ended, as `logout` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey homeys remove cabin")]
pub(crate) struct Args {
    /// Short name, title or cloud id
    name: String,
    /// Only print which Homey would be forgotten
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    // One whose record is broken goes by its short name alone.
    let name = match context.store.homeys()?.contains(&args.name) {
        true => args.name,
        false => context.find_homey(&args.name)?.name,
    };
    if args.dry_run {
        context.out.value(&json!({ "homeys": [name] }), || format!("Homey {name}\n"))?;
        context.out.note("Nothing is sent, and nothing is deleted.");
        return Ok(());
    }
    sign_out::homey(&name, context).await?;
    match context.out.is_json() {
        true => context.out.value(&json!({ "homeys": [name] }), String::new),
        false => Ok(()),
    }
}
