//! `housekey variables get`.

use housekey::args;

use super::{all, bare, find};
use crate::answer;
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
    let (_, variables) = all(&opened).await?;
    let id = &*find(&variables, &args.variable)?.id;
    let answer = opened.homey.call("logic.getVariable", &args! { "id" => id }).await?;
    let variable = answer::read::<housekey::model::Variable>(&answer, "a variable")?;
    context.out.value(&answer, || format!("{}\n", bare(variable.value())))
}
