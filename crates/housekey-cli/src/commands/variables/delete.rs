//! `housekey variables delete`.

use housekey::args;

use super::find;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a variable
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables delete guests --yes")]
pub(crate) struct Args {
    /// Name or id
    variable: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let variables = opened.homey.logic().get_variables().await?;
    let variable = find(&variables, &args.variable)?;
    args.sure.check(&format!(
        "Delete the variable {} of \"{}\"?",
        variable.name(),
        opened.title
    ))?;
    let wanted = args! { "id" => &*variable.id };
    let answer = opened.homey.call_bytes("logic.deleteVariable", &wanted).await?;
    context.written(&opened, &format!("{} is deleted", variable.name()), &answer)
}
