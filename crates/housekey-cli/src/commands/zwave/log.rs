//! `housekey zwave log`.

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::on_off::OnOff;
use crate::raw_view;

/// Show what was said on the Z-Wave network, or switch that log on or off
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey zwave log on\n  housekey zwave log")]
pub(crate) struct Args {
    #[arg(value_enum)]
    new: Option<OnOff>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Some(state) = args.new else {
        return raw_view::show_call(|homey| homey.zwave().get_log(), context).await;
    };
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let done = format!("The log of the Z-Wave network is {state}");
    let call = target.homey.zwave().set_log_enabled(state.is_on());
    target.write(call, &done, context).await
}
