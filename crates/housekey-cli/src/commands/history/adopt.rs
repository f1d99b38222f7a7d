//! `housekey history adopt`.

use super::{found, place};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Give the history of a device to the one that replaced it, such as after pairing it anew
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  housekey history adopt 0f3a5c62-8a2b-4f4e-9d57-2f6c1c8b7a10 'Kitchen/Fridge'"
)]
pub(crate) struct Args {
    /// The id of the device that is gone, or its name
    old: String,
    /// The device that is there now
    new: String,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (mut writer, _) = args.place.writer(context, false).await?;
    let all = writer.series().await.map_err(place::failure)?;
    let old = found::of_device(&all, &args.old)?;
    let new = found::of_device(&all, &args.new)?;
    let is_old = |id: i64| old.iter().any(|series| series.id == id);
    let new: Vec<_> = new.into_iter().filter(|series| !is_old(series.id)).collect();
    let Some(item) = new.first().map(|series| series.key.item.clone()) else {
        return Err(
            Failure::usage("both names are of the same device").hint("name the old one by its id")
        );
    };
    for series in &old {
        let same = new.iter().find(|one| {
            one.key.key == series.key.key && one.key.value_type == series.key.value_type
        });
        match same {
            Some(same) => writer.merge(series.id, same.id).await.map_err(place::failure)?,
            None => writer.move_to(series.id, &item).await.map_err(place::failure)?,
        }
    }
    writer.close().await.map_err(place::failure)?;
    context.out.note(&format!("{} series belong to \"{}\" now", old.len(), args.new));
    Ok(())
}
