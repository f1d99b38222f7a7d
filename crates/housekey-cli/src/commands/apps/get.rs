//! `housekey apps get`.

use housekey::args;

use super::find;
use crate::commands::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show an app
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey apps get com.example.lumen")]
pub(crate) struct Args {
    /// Id or name
    app: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let wanted = args! { "id" => &*find(&opened, &args.app).await?.id };
    look::show(&opened.homey.call_bytes("apps.getApp", &wanted).await?, context)
}
