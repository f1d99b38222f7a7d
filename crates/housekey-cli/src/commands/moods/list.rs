//! `housekey moods list`.

use housekey::model::Mood;
use jiff::tz::TimeZone;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::listing::place::InZone;

/// List the moods
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey moods list
  housekey moods list --zone 'Living room'")]
pub(crate) struct Args {
    #[command(flatten)]
    place: InZone,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if args.list.is_whole_answer(&context.out)? && !args.place.is_given() {
        let answer = target.homey.moods().get_moods().bytes().await?;
        return context.out.answer(&answer);
    }
    let (moods, answer) = Collection::<Mood>::read_with_answer(&target, &context.out).await?;
    let mut list = Listing::new(&["zone", "name", "devices", "id"]).sorted_by(&["zone", "name"]);
    for mood in args.place.of(&moods)? {
        let cells = vec![
            Cell::maybe(moods.parent_of(mood)),
            Cell::text(mood.name()),
            Cell::count(mood.devices.get().map_or(0, |devices| devices.len())),
            Cell::text(&mood.id),
        ];
        list.row(&mood.id, cells);
    }
    args.list.print(context, list, &answer, "moods", &TimeZone::UTC)
}
