//! `housekey keys list`.

use housekey::model::ApiKey;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the keys; their tokens are shown only when they are created
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey keys list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.users().get_personal_access_tokens().bytes().await?;
    args.list.show(context, &answer, "API keys", |keys: Vec<ApiKey>| {
        let mut list = Listing::new(&["name", "scopes", "id"]).sorted_by(&["name"]);
        for key in &keys {
            let scopes = key.scopes.get().map_or(String::new(), |scopes| scopes.join(" "));
            list.row(
                &key.id,
                vec![Cell::text(key.name()), Cell::text(scopes), Cell::text(&key.id)],
            );
        }
        list
    })
}
