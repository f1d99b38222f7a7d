//! `housekey images list`.

use super::found::Images;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::when;

/// List the images
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey images list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if context.out.is_json() {
        let answer = target.homey.images().get_images().bytes().await?;
        return context.out.answer(&answer);
    }
    let images = Images::read(&target, context).await?;
    let mut rows: Vec<_> =
        images.items.iter().map(|image| (images.named(image).full(), image)).collect();
    rows.sort_by_cached_key(|(name, _)| name.to_lowercase());
    let mut table = Table::new(["image of", "changed", "path", "id"]);
    for (name, image) in rows {
        let path = image.url.text().unwrap_or_default().to_owned();
        table.row([name, when::text(image.last_updated.get()), path, image.id.clone()]);
    }
    context.out.text(&context.out.render(table))
}
