//! `housekey history prune`.

use super::place;
use crate::context::Context;
use crate::error::Outcome;

/// Delete what is older than agent.toml keeps it, as the agent does once a day
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history prune")]
pub(crate) struct Args {
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (mut writer, file) = args.place.writer(context, false).await?;
    let zone = place::zone_of(&mut writer).await?;
    let now = context.clock.now().as_millisecond();
    writer.update_statistics(now, &zone).await.map_err(place::failure)?;
    let gone = writer.prune(&file.settings.retention, now).await.map_err(place::failure)?;
    writer.close().await.map_err(place::failure)?;
    context.out.note(&format!("{gone} rows were deleted"));
    Ok(())
}
