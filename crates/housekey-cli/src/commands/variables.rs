//! `housekey variables`: the logic variables that flows read and write.

mod create;
mod delete;
mod get;
mod list;
mod rename;
mod set;

use clap::Subcommand;
use housekey::model::Variable;
use serde_json::Value;

use crate::context::Context;
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Create(create::Args),
    Rename(rename::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

fn find<'v>(variables: &'v [Variable], wanted: &str) -> Outcome<&'v Variable> {
    naming::find("variable", variables, wanted, |variable| Named {
        id: &variable.id,
        name: variable.name(),
        zone: None,
    })
}

/// A value as it is typed: a text bare, anything else as JSON.
pub(super) fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
