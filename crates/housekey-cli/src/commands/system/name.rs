//! `housekey system name`.

use housekey::args;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::raw_view;

/// Print the name of the Homey, or give it another
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey system name\n  housekey system name 'Canal House'")]
pub(crate) struct Args {
    /// The new name
    new: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Some(name) = args.new else {
        return raw_view::at("system.getSystemName", &args! {}, context).await;
    };
    let target = context.homey(Purpose::Write).await?;
    let wanted = args! { "name" => &*name };
    let answer = target.homey.call_bytes("system.setSystemName", &wanted).await?;
    context.report_write(&target, &format!("It is called {name} now"), &answer)
}
