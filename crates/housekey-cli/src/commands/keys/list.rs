//! `housekey keys list`.

use housekey::model::ApiKey;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List the keys; their tokens are shown only when they are created
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey keys list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.users().get_personal_access_tokens().bytes().await?;
    context.out.listed(&answer, "API keys", |keys: Vec<ApiKey>| {
        let mut table = Table::new(["name", "scopes", "id"]);
        for key in &keys {
            let scopes = key.scopes.get().map_or(String::new(), |scopes| scopes.join(" "));
            table.row([key.name().to_owned(), scopes, key.id.clone()]);
        }
        table
    })
}
