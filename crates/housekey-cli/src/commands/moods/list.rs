//! `housekey moods list`.

use housekey::model::Mood;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::output::table::Table;

/// List the moods
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if context.out.is_json() {
        let answer = target.homey.moods().get_moods().bytes().await?;
        return context.out.answer(&answer);
    }
    let moods = Collection::<Mood>::read(&target, &context.out).await?;
    let mut sorted: Vec<_> = moods.iter().collect();
    sorted.sort_by_cached_key(|mood| (moods.parent_of(mood), mood.name().to_lowercase()));
    let mut table = Table::new(["zone", "name", "devices", "id"]);
    for mood in sorted {
        table.row([
            moods.parent_of(mood).unwrap_or_default().to_owned(),
            mood.name().to_owned(),
            mood.devices.get().map_or(0, |devices| devices.len()).to_string(),
            mood.id.clone(),
        ]);
    }
    context.out.text(&context.out.render(table))
}
