//! `housekey tokens list`.

use housekey::model::FlowToken;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the tokens; `housekey tokens get` prints the value of one
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey tokens list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.flowtoken().get_flow_tokens().bytes().await?;
    args.list.show(context, &answer, "flow tokens", |tokens: Vec<FlowToken>| {
        let mut list = Listing::new(&["of", "title", "type", "id"]).sorted_by(&["of", "title"]);
        for token in &tokens {
            let id = token.id();
            let cells = vec![
                Cell::maybe(token.owner_name()),
                Cell::maybe(token.title.label()),
                Cell::maybe(token.kind.text()),
                Cell::text(id.clone()),
            ];
            list.row(id, cells);
        }
        list
    })
}
