//! `housekey keys create`.

use housekey::catalogue::{Permission, Preset};
use housekey::client::api::NewApiKey;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::preset;

/// Create a key and print it; the Homey shows it only this once
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey keys create grafana --preset readonly
  housekey keys create lights --scope homey.device.control --scope homey.device.readonly")]
pub(crate) struct Args {
    /// What it is for
    name: String,
    /// What it may do: look; look, and use devices, flows and moods; everything
    #[arg(long, value_parser = preset::parser(), default_value = Preset::Readonly.as_str())]
    #[arg(conflicts_with = "scopes")]
    preset: Preset,
    /// A scope it has, in place of a preset; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// A scope that an operation needs; another would grant nothing.
fn scope(word: &str) -> Result<String, String> {
    match word.parse()? {
        Permission::Scope(scope) => Ok(scope),
        Permission::Preset(preset) => {
            Err(format!("{preset} is a preset: use --preset", preset = preset.as_str()))
        }
    }
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    preset::check_once(&args.scopes)?;
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let scopes = match args.scopes.is_empty() {
        true => args.preset.scopes(target.homey.dialect().await?).into_iter().collect(),
        false => args.scopes.iter().map(String::as_str).collect::<Vec<_>>(),
    };
    let call = target.homey.users().create_personal_access_token(&args.name, json!(scopes));
    let done = format!("The key {} is made", args.name);
    let Some(call) = target.unless_dry_run(call, &done, context).await? else { return Ok(()) };
    let answer = call.unread().await?;
    target.report(&done, context);
    let key = NewApiKey::read(&answer.body);
    let is_json = serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
    match key {
        Some(key) if !context.out.is_json() => {
            context.out.text(&format!("{}\n", key.token.expose()))
        }
        _ if is_json => {
            // The Homey shows it only this once: a filter that fails must not lose it.
            let shown = context.out.answer(&answer.body);
            shown.or_else(|failure| match failure.is_closed_pipe() {
                true => Err(failure),
                false => context.out.bytes(&answer.body).and(Err(failure)),
            })
        }
        key => {
            let key = key.map(|key| format!("{}\n", key.token.expose()).into_bytes());
            context.out.bytes(&key.unwrap_or(answer.body))?;
            Err(Failure::failed(
                "the answer of the Homey is not JSON; what it holds is on standard output",
            ))
        }
    }
}
