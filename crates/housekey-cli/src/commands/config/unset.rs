//! `housekey config unset`.

use super::get::content;
use super::key::Key;
use super::setting::{Setting, Source};
use crate::context::Context;
use crate::error::Outcome;
use crate::settings;

/// Remove a setting from config.toml, so that its default applies
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey config unset alias.lamp")]
pub(crate) struct Args {
    /// The setting, as `housekey config list` shows it
    key: String,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let key = Key::read(&args.key)?;
    settings::set_at(&context.settings, &key.path(), None)?;
    let setting = Setting::of(key, &content(context)?, context)?;
    context.out.note(&match setting.source {
        Source::Environment => format!("{} is still set by {}.", args.key, setting.source_text()),
        Source::File | Source::Default => format!("{} is not set any more.", args.key),
    });
    context.out.data(setting.json().to_string().as_bytes())
}
