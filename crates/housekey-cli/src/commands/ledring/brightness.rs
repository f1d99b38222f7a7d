//! `housekey ledring brightness`.

use housekey::model::OptionValue;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::output::unknown;

/// Print how bright the ring is, or set it (v2)
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  housekey ledring brightness\n  housekey ledring brightness 0.4"
)]
pub(crate) struct Args {
    /// From 0 to 1
    #[arg(value_parser = share)]
    new: Option<f64>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Some(share) = args.new else {
        let target = context.homey(Purpose::Read).await?;
        let answer = target.homey.ledring().get_option_brightness().bytes().await?;
        return context
            .out
            .shown(&answer, "a brightness", |answer: OptionValue| unknown::shown(answer.value()));
    };
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let done = format!("The brightness of the ring is {share}");
    let call = target.homey.ledring().set_option_brightness(share);
    target.write(call, &done, context).await
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it is a number from 0 to 1".to_owned()),
    }
}
