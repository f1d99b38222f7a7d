//! `housekey apps list`.

use housekey::model::App;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Item;
use crate::output::table::Table;

/// List the apps and how they do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey apps list
  housekey apps list --jq '.[] | select(.crashed) | .id'")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.apps().get_apps().bytes().await?;
    context.out.listed(&answer, "apps", |mut apps: Vec<App>| {
        apps.sort_by_cached_key(|app| Item::name(app).to_lowercase());
        let mut table = Table::new(["name", "version", "state", "id"]);
        for app in &apps {
            table.row([
                Item::name(app).to_owned(),
                app.version.text().unwrap_or_default().to_owned(),
                state(app),
                app.id.clone(),
            ]);
        }
        table
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
