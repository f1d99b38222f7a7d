//! `housekey config set`.

use std::path::{Path, absolute};

use housekey::config::Settings;
use housekey::http::Roots;
use toml_edit::Value;

use super::get::content;
use super::key::Key;
use super::setting::{Setting, Source};
use crate::alias;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::settings;

/// Write a setting into config.toml
///
/// Comments and the order of the file stay. A value that commands could not read is refused, and the file
/// is replaced as a whole or not at all. The path of a file begins at the current directory.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey config set homey cabin
  housekey config set ca_file ./home-ca.pem
  housekey config set alias.lamp \"devices toggle 'Kitchen/Lamp'\"
  housekey config set alias.dim 'devices set $1 dim $2'")]
pub(crate) struct Args {
    /// The setting, as `housekey config list` shows it
    key: String,
    /// Its value
    #[arg(allow_hyphen_values = true)]
    value: String,
}

pub(crate) fn run(args: Args, is_command: fn(&str) -> bool, context: &Context) -> Outcome {
    let key = Key::read(&args.key)?;
    let value = value(&key, &args.value, is_command, context)?;
    let shown = value.to_string();
    settings::set_at(&context.settings, &key.path(), Some(value))?;
    context.out.note(&format!("{} = {shown}", args.key));
    let setting = Setting::of(key, &content(context)?, context)?;
    if setting.source == Source::Environment {
        let variable = setting.source_text();
        context.out.note(&format!("{variable} is set, and comes before this setting."));
    }
    context.out.data(setting.json().to_string().as_bytes())
}

/// The value as the file holds it.
fn value(
    key: &Key<'_>,
    text: &str,
    is_command: fn(&str) -> bool,
    context: &Context,
) -> Outcome<Value> {
    let refused = || Failure::usage(format!("{} cannot be \"{text}\"", key.text()));
    let value = match (key.is_switch(), text.parse::<bool>()) {
        (true, Ok(switch)) => Value::from(switch),
        (true, Err(_)) => return Err(refused().hint("it is true or false")),
        (false, _) if text.is_empty() => {
            return Err(
                refused().hint(format!("remove it with `housekey config unset {}`", key.text()))
            );
        }
        (false, _) if key.is_file() => {
            let path = absolute(Path::new(text)).map_err(|error| refused().because(&error))?;
            Value::from(path.display().to_string())
        }
        (false, _) => Value::from(text),
    };
    // Read as the file is read.
    let mut document = toml_edit::DocumentMut::new();
    settings::write(document.as_table_mut(), &key.path(), Some(value.clone()));
    let read: Settings = toml::from_str(&document.to_string())
        .map_err(|error| refused().because_of(error.message()))?;
    if let Some(name) = &read.homey {
        return Ok(Value::from(context.find_homey(name)?.name));
    }
    if let Some(file) = &read.ca_file {
        Roots::default().add_file(file)?;
    }
    if let Some((name, line)) = read.alias.into_iter().next() {
        let mut aliases = context.settings.read()?.alias;
        aliases.insert(name.clone(), line);
        alias::check(&name, &aliases, is_command)?;
    }
    Ok(value)
}
