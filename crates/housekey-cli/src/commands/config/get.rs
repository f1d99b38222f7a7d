//! `housekey config get`.

use super::key::Key;
use super::setting::{Setting, text};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Print the value of a setting
///
/// That is the value that applies: of the environment, else of config.toml, else the default. Exit code 1
/// where there is none. With --json it comes with its default and its source.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey config get homey
  housekey config get homeys.cabin.plain_http
  housekey config get store --jq .source")]
pub(crate) struct Args {
    /// The setting, as `housekey config list` shows it
    key: String,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let setting = Setting::of(Key::read(&args.key)?, &content(context)?, context)?;
    if setting.value.is_null() && !context.out.is_json() {
        return Err(Failure::failed(format!("{} is not set", args.key))
            .hint(format!("without it applies: {}", setting.key.reference.default)));
    }
    context.out.value(&setting.json(), || text(&setting.value) + "\n")
}

/// The content of `config.toml`.
pub(super) fn content(context: &Context) -> Outcome<toml::Table> {
    let settings = &context.settings;
    Ok(settings.text()?.parse().map_err(|error: toml::de::Error| settings.broken(error))?)
}
