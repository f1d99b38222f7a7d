//! `housekey variables`: the logic variables that flows read and write.

mod create;
mod delete;
mod get;
mod list;
mod set;

use clap::Subcommand;
use housekey::args;
use housekey::model::{Items, Variable};
use serde_json::Value;

use crate::answer;
use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

/// The logic variables of the Homey
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Create(create::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// All variables: as the API tells them, and as types.
async fn all(opened: &Opened) -> Outcome<(Value, Vec<Variable>)> {
    let answer = opened.homey.call("logic.getVariables", &args! {}).await?;
    let variables = answer::read::<Items<Variable>>(&answer, "variables")?;
    Ok((answer, variables.0))
}

fn find<'v>(variables: &'v [Variable], wanted: &str) -> Outcome<&'v Variable> {
    naming::find("variable", variables, wanted, |variable| Named {
        id: &variable.id,
        name: &variable.name,
        zone: None,
    })
}

/// A value as it is typed: a text bare, anything else as JSON.
fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
