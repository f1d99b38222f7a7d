//! `housekey variables get`.

use housekey::model::Variable;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::output::value::bare;

/// Print the value of a variable
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables get accesstoken")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let variables = Collection::<Variable>::read(&target, &context.out).await?;
    let id = &*variables.find(&args.variable)?.id;
    let answer = target.homey.logic().get_variable(id).bytes().await?;
    context
        .out
        .shown(&answer, "a variable", |variable: Variable| format!("{}\n", bare(variable.value())))
}
