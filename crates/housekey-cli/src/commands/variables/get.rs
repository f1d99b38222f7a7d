//! `housekey variables get`.

use housekey::args;
use housekey::model::Variable;

use super::{bare, find};
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Print the value of a variable
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables get accesstoken")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let variables = opened.homey.logic().get_variables().await?;
    let id = &*find(&variables, &args.variable)?.id;
    let answer = opened.homey.call_bytes("logic.getVariable", &args! { "id" => id }).await?;
    context
        .out
        .shown(&answer, "a variable", |variable: Variable| format!("{}\n", bare(variable.value())))
}
