//! `housekey keys create`.

use std::collections::BTreeSet;

use housekey::args;
use housekey::catalogue::{self, Dialect};
use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Make a key and print it; the Homey tells it only this once
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey keys create grafana --preset readonly
  housekey keys create lights --scope homey.device.control --scope homey.device.readonly")]
pub(crate) struct Args {
    /// What it is for
    name: String,
    /// What it may do: look; look, and use devices, flows and moods; everything
    #[arg(long, value_enum, default_value_t = Preset::Readonly, conflicts_with = "scopes")]
    preset: Preset,
    /// A scope it has, in place of a preset; may be given several times
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Preset {
    Readonly,
    Control,
    Full,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let scopes = match args.scopes.is_empty() {
        true => scopes_of(args.preset, opened.homey.dialect().await?),
        false => args.scopes,
    };
    let wanted = args! { "name" => &*args.name, "scopes" => json!(scopes) };
    let answer = opened.homey.call_bytes("users.createPersonalAccessToken", &wanted).await?;
    context.out.note(&format!("The key {} is made (Homey \"{}\")", args.name, opened.title));
    context.out.shown(&answer, "a key", |answer: Value| {
        // Where in the answer the key stands is inferred; if it is elsewhere, all of it is printed.
        let key = answer.as_str().or(answer["token"].as_str()).or(answer["key"].as_str());
        key.map_or_else(|| format!("{answer:#}\n"), |key| format!("{key}\n"))
    })
}

/// The scopes of a preset: those that the operations of the catalogue ask for on that dialect.
fn scopes_of(preset: Preset, dialect: Dialect) -> Vec<String> {
    let endings: &[&str] = match preset {
        Preset::Full => return vec!["homey".to_owned()],
        Preset::Control => &[".readonly", ".control", ".start", ".set"],
        Preset::Readonly => &[".readonly"],
    };
    let asked = catalogue::operations()
        .iter()
        .filter_map(|operation| operation.on(dialect))
        .flat_map(|variant| variant.scopes)
        .filter(|scope| endings.iter().any(|ending| scope.ends_with(ending)));
    asked.collect::<BTreeSet<_>>().into_iter().map(|scope| scope.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_holds_what_its_name_says_and_no_more() {
        let readonly = scopes_of(Preset::Readonly, Dialect::Local);
        assert!(readonly.contains(&"homey.device.readonly".to_owned()));
        assert!(readonly.iter().all(|scope| scope.ends_with(".readonly")), "{readonly:?}");
        let control = scopes_of(Preset::Control, Dialect::Local);
        for scope in ["homey.device.control", "homey.flow.start", "homey.mood.set"] {
            assert!(control.contains(&scope.to_owned()), "{scope}");
        }
        assert!(!control.contains(&"homey.device".to_owned()));
        assert_eq!(scopes_of(Preset::Full, Dialect::Local), ["homey"]);
    }
}
