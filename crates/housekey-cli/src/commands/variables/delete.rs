//! `housekey variables delete`.

use housekey::args;

use super::{all, find};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt;

/// Delete a variable
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables delete guests --yes")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let (_, variables) = all(&opened).await?;
    let variable = find(&variables, &args.variable)?;
    if !args.yes {
        let (name, title) = (&variable.name, &opened.title);
        prompt::confirm(&format!("Delete the variable {name} of \"{title}\"?"))?;
    }
    opened.homey.call("logic.deleteVariable", &args! { "id" => &*variable.id }).await?;
    context.out.note(&format!("{} is deleted (Homey \"{}\")", variable.name, opened.title));
    Ok(())
}
