//! `housekey tokens list`.

use housekey::model::FlowToken;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List the tokens; `housekey tokens get` prints the value of one
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey tokens list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.flowtoken().get_flow_tokens().bytes().await?;
    context.out.listed(&answer, "flow tokens", |mut tokens: Vec<FlowToken>| {
        let title = |token: &FlowToken| token.title.label().unwrap_or_default().to_owned();
        let owner = |token: &FlowToken| token.owner_name().unwrap_or_default().to_owned();
        tokens.sort_by_cached_key(|token| (owner(token), title(token)));
        let mut table = Table::new(["of", "title", "type", "id"]);
        for token in &tokens {
            let kind = token.kind.text().unwrap_or_default().to_owned();
            table.row([owner(token), title(token), kind, token.id().into_owned()]);
        }
        table
    })
}
