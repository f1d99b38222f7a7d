//! `housekey homeys use`.

use crate::context::Context;
use crate::error::Outcome;
use crate::settings;

/// Choose the Homey that is used where none is named
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey homeys use cabin\n  housekey homeys use --none")]
pub(crate) struct Args {
    /// Short name, title or cloud id
    #[arg(required_unless_present = "none")]
    name: Option<String>,
    /// Choose none: each command must name it then
    #[arg(long, conflicts_with = "name")]
    none: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let Some(wanted) = args.name else {
        settings::choose_homey(&context.settings, None)?;
        context.out.note("No Homey is used by default now.");
        return Ok(());
    };
    let homey = context.find_homey(&wanted)?;
    settings::choose_homey(&context.settings, Some(&homey.name))?;
    context.out.note(&format!("{} (\"{}\") is used by default now.", homey.name, homey.title));
    Ok(())
}
