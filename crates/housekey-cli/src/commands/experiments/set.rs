//! `housekey experiments set`.

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::on_off::OnOff;
use crate::raw_view;

/// Switch an experiment on or off
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey experiments set faster-charts on")]
pub(crate) struct Args {
    /// Its id or name: `housekey experiments list` lists them
    experiment: String,
    #[arg(value_enum)]
    state: OnOff,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let experiments = target.homey.experiments();
    let known = experiments.get_experiments().await?;
    let found = raw_view::find("experiment", &known, &args.experiment)?;
    let call = match args.state {
        OnOff::On => experiments.enable_experiment(&found.id),
        OnOff::Off => experiments.disable_experiment(&found.id),
    };
    let done = format!("The experiment {} is {}", found.title(), args.state);
    target.write(call, &done, context).await
}
