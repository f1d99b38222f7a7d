//! `housekey variables rename`.

use housekey::args;
use serde_json::json;

use super::find;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Give a variable another name; flows go on finding it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables rename guests visitors")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
    /// The new name
    name: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let variables = opened.homey.logic().get_variables().await?;
    let variable = find(&variables, &args.variable)?;
    let wanted = args! { "id" => &*variable.id, "variable" => json!({ "name": args.name }) };
    let answer = opened.homey.call_bytes("logic.updateVariable", &wanted).await?;
    context.written(&opened, &format!("{} is called {} now", variable.name(), args.name), &answer)
}
