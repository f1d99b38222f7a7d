//! `housekey config list`.

use housekey::config::SETTINGS;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::key::Key;
use super::setting::{Setting, Source, text};
use crate::context::Context;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the settings with their values, and where these come from
///
/// A value of the environment comes before that of config.toml. The settings of single Homeys are listed
/// for those that are signed in.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey config list
  housekey config list --jq '.[] | select(.source != \"default\") | .key'")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let file = super::get::content(context)?;
    let mut keys: Vec<String> = Vec::new();
    let mut homeys = context.store.homeys()?;
    homeys.extend(names(&file, "homeys"));
    homeys.sort();
    homeys.dedup();
    for setting in SETTINGS {
        match setting.key.split_once("NAME") {
            None => keys.push(setting.key.to_owned()),
            Some(("homeys.", after)) => {
                keys.extend(homeys.iter().map(|name| format!("homeys.{name}{after}")));
            }
            Some(_) => keys.extend(names(&file, "alias").map(|name| format!("alias.{name}"))),
        }
    }
    let settings = keys.iter().map(|key| Setting::of(Key::read(key)?, &file, context));
    let settings: Vec<Setting<'_>> = settings.collect::<Outcome<_>>()?;
    let value = Value::Array(settings.iter().map(Setting::json).collect());
    let mut list = Listing::new(&["setting", "value", "from"]);
    for (place, setting) in settings.iter().enumerate() {
        let (value, source) = (text(&setting.value), setting.source_text());
        let (value, source) = match (setting.source, setting.default_text()) {
            (Source::Default, default) => (default, source.to_owned()),
            (_, default) if default.starts_with('(') => (value, source.to_owned()),
            (_, default) => (value, format!("{source}, else {default}")),
        };
        let cells = vec![Cell::text(setting.key.text()), Cell::text(value), Cell::text(source)];
        list.row(place.to_string(), cells);
    }
    args.list.print(context, list, value, "settings", &TimeZone::UTC)?;
    if args.list.is_table(&context.out) {
        context.out.note(&format!("The settings are in {}", context.settings.path().display()));
    }
    Ok(())
}

/// The names in a table of the file.
fn names<'a>(file: &'a toml::Table, table: &str) -> impl Iterator<Item = String> + 'a {
    let table = file.get(table).and_then(toml::Value::as_table);
    table.into_iter().flat_map(|table| table.keys().cloned())
}
