//! `housekey moods list`.

use housekey::args;

use super::Moods;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List the moods
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    if context.out.is_json() {
        let answer = opened.homey.call_bytes("moods.getMoods", &args! {}).await?;
        return context.out.answer(&answer);
    }
    let moods = Moods::of(&opened).await?;
    let mut sorted: Vec<_> = moods.items.iter().collect();
    sorted.sort_by_cached_key(|mood| (moods.zone_of(mood), mood.name().to_lowercase()));
    let mut table = Table::new(["zone", "name", "devices", "id"]);
    for mood in sorted {
        table.row([
            moods.zone_of(mood).unwrap_or_default().to_owned(),
            mood.name().to_owned(),
            mood.devices.get().map_or(0, |devices| devices.len()).to_string(),
            mood.id.clone(),
        ]);
    }
    context.out.text(&context.out.render(table))
}
