//! `housekey keys`: API keys on the Homey, which do not end.

mod create;
mod delete;
mod list;

use clap::Subcommand;
use housekey::args;
use housekey::model::{Field, Items};
use serde::Deserialize;
use serde_json::Value;

use crate::answer;
use crate::context::{Context, Opened};
use crate::error::Outcome;

/// API keys on the Homey (Pro of 2023 or later, self-hosted server)
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Create(create::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// A key as the Homey lists it. The shape is inferred, so everything but the id may be missing.
#[derive(Deserialize)]
struct ApiKey {
    id: String,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    scopes: Field<Vec<String>>,
}

/// All keys: as the API tells them, and as types.
async fn all(opened: &Opened) -> Outcome<(Value, Vec<ApiKey>)> {
    let answer = opened.homey.call("users.getPersonalAccessTokens", &args! {}).await?;
    let keys = answer::read::<Items<ApiKey>>(&answer, "API keys")?;
    Ok((answer, keys.0))
}
