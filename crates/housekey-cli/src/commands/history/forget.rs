//! `housekey history forget`.

use super::{found, place};
use crate::context::Context;
use crate::error::Outcome;

/// Delete everything that is recorded of a device, a variable or a user
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history forget 'Bedroom/Motion sensor'")]
pub(crate) struct Args {
    /// Zone/Device, a name or an id
    item: String,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (mut writer, _) = args.place.writer(context, false).await?;
    let all = writer.series().await.map_err(place::failure)?;
    let found = found::of_device(&all, &args.item)?;
    let ids: Vec<_> = found.iter().map(|series| series.id).collect();
    let mut items: Vec<_> = found.iter().map(|series| series.key.item.clone()).collect();
    items.dedup();
    let gone = writer.forget(&ids, &items).await.map_err(place::failure)?;
    writer.close().await.map_err(place::failure)?;
    context.out.note(&format!("{gone} points of {} series were deleted", ids.len()));
    Ok(())
}
