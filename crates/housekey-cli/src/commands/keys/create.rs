//! `housekey keys create`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use housekey::args;
use housekey::catalogue::Preset;
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
    #[arg(long, value_parser = presets(), default_value = Preset::Readonly.as_str())]
    #[arg(conflicts_with = "scopes")]
    preset: Preset,
    /// A scope it has, in place of a preset; may be given several times
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let scopes = match args.scopes.is_empty() {
        true => args.preset.scopes(opened.homey.dialect().await?).into_iter().collect(),
        false => args.scopes.iter().map(String::as_str).collect::<Vec<_>>(),
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

fn presets() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::as_str))
        .try_map(|word| word.parse::<Preset>())
}
