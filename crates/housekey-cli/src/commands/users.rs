//! `housekey users`: the people of the Homey.

mod get;
mod list;
mod state;

use clap::Subcommand;
use housekey::model::User;

use crate::context::Context;
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    State(state::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::State(args) => state::run(args, context).await,
    }
}

/// The user of that id or name.
pub(super) fn find<'u>(users: &'u [User], wanted: &str) -> Outcome<&'u User> {
    naming::find("user", users, wanted, |user| Named {
        id: &user.id,
        name: user.name(),
        zone: None,
    })
}

/// What a user is called.
pub(super) fn name(user: &User) -> &str {
    user.name()
}
