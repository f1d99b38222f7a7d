//! `housekey mqtt preview`.

use housekey_mqtt::{Options, preview};
use serde_json::json;

use super::place;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show what would be published, as `[[mqtt]]` of agent.toml says
///
/// One line for each retained message: its topic, a blank, its payload. Without `[[mqtt]]` the usual settings
/// apply. Nothing is sent to a broker. With --json each line is an object: `topic`, `payload`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey mqtt preview
  housekey mqtt preview --homey cabin --json")]
pub(crate) struct Args {}

pub(crate) async fn run(Args {}: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let mut options: Vec<_> =
        place::brokers(&target, context)?.into_iter().map(|broker| broker.options).collect();
    if options.is_empty() {
        options.push(Options::default());
    }
    let home = place::home(&target, context).await?;
    for options in options {
        for message in preview(&home, place::names(&target), options) {
            let line = json!({ "topic": *message.topic, "payload": message.payload });
            let text = || format!("{} {}", message.topic, message.payload);
            context.out.event(&line, text)?;
        }
    }
    Ok(())
}
