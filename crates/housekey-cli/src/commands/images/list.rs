//! `housekey images list`.

use super::found::Images;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the images
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey images list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.images().get_images().bytes().await?;
    if args.list.is_whole_answer(&context.out)? {
        return context.out.answer(&answer);
    }
    let images = Images::of(&answer, &target, context).await?;
    let zone = args.list.zone(&target, context).await;
    let mut list = Listing::new(&["image of", "changed", "path", "id"]).sorted_by(&["image of"]);
    for image in &images.items {
        let cells = vec![
            Cell::text(images.named(image).full()),
            Cell::time(image.last_updated.get(), &zone),
            Cell::maybe(image.url.text()),
            Cell::text(&image.id),
        ];
        list.row(&image.id, cells);
    }
    args.list.print(context, list, &answer, "images", &zone)
}
