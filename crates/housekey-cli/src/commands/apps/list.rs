//! `housekey apps list`.

use housekey::model::App;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Item;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the apps and how they do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey apps list
  housekey apps list --where state=crashed
  housekey apps list --jq '.[] | select(.crashed) | .id'")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.apps().get_apps().bytes().await?;
    args.list.show(context, &answer, "apps", |apps: Vec<App>| {
        let mut list = Listing::new(&["name", "version", "state", "id"]).sorted_by(&["name"]);
        for app in &apps {
            let cells = vec![
                Cell::text(Item::name(app)),
                Cell::maybe(app.version.text()),
                Cell::text(state(app)),
                Cell::text(&app.id),
            ];
            list.row(&app.id, cells);
        }
        list
    })
}

/// How it does, and whether there is a newer version.
fn state(app: &App) -> String {
    let state = match (app.enabled.get(), app.crashed.is_true()) {
        (Some(false), _) => "disabled",
        (_, true) => "crashed",
        _ => app.state.text().unwrap_or("-"),
    };
    match app.has_update() {
        true => format!("{state}, update available"),
        false => state.to_owned(),
    }
}
