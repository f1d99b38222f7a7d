//! `housekey keys`: API keys on the Homey, which do not end.

mod create;
mod list;

use clap::Subcommand;
use housekey::model::ApiKey;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::Delete;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Create(create::Args),
    /// Delete a key: the programs that use it are locked out
    #[command(after_help = "Example:\n  housekey keys delete grafana --yes")]
    Delete(Delete<ApiKey>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => {
            args.run(|homey, id| homey.users().delete_personal_access_token(id), context).await
        }
    }
}
