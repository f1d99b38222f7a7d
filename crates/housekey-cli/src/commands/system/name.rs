//! `housekey system name`.

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::raw_view;

/// Print the name of the Homey, or give it another
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey system name\n  housekey system name 'Canal House'")]
pub(crate) struct Args {
    /// The new name
    new: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Some(name) = args.new else {
        return raw_view::show_call(|homey| homey.system().get_system_name(), context).await;
    };
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let done = format!("It is called {name} now");
    let call = target.homey.system().set_system_name(&name);
    target.write(call, &done, context).await
}
