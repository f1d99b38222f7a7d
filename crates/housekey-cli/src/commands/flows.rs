//! `housekey flows`: flows of both kinds, standard and advanced.

mod backup;
mod cards;
mod change;
mod check;
mod compare;
mod delete;
mod document;
mod export;
mod flow_versions;
pub(super) mod found;
mod get;
mod graph;
mod grep;
pub(super) mod heal;
mod import;
pub(super) mod kind;
mod list;
mod r#move;
mod named_item;
mod rename;
mod run;
mod show;
mod switch;
mod undo;
mod uses;
mod versions;
pub(super) mod whole_home;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Run(run::Args),
    /// Enable a flow
    #[command(after_help = "Example:\n  housekey flows enable 'Good night'")]
    Enable(switch::Args),
    /// Disable a flow
    #[command(after_help = "Example:\n  housekey flows disable 'Good night'")]
    Disable(switch::Args),
    Rename(rename::Args),
    Move(r#move::Args),
    Delete(delete::Args),
    Export(export::Args),
    Import(import::Args),
    Show(show::Args),
    Uses(uses::Args),
    Grep(grep::Args),
    Graph(graph::Args),
    Check(check::Args),
    Versions(versions::Args),
    Undo(undo::Args),
    Heal(heal::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Run(args) => run::run(args, context).await,
        Command::Enable(args) => switch::run(args, true, context).await,
        Command::Disable(args) => switch::run(args, false, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Move(args) => r#move::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::Show(args) => show::run(args, context).await,
        Command::Uses(args) => uses::run(args, context).await,
        Command::Grep(args) => grep::run(args, context).await,
        Command::Graph(args) => graph::run(args, context).await,
        Command::Check(args) => check::run(args, context).await,
        Command::Versions(args) => versions::run(args, context).await,
        Command::Undo(args) => undo::run(args, context).await,
        Command::Heal(args) => heal::run(args, context).await,
    }
}
