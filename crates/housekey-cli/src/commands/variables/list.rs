//! `housekey variables list`.

use housekey::model::Variable;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::output::value::bare;

/// How much of a long text is shown.
const SHOWN: usize = 60;

/// List the variables with their values
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.logic().get_variables().bytes().await?;
    args.list.show(context, &answer, "variables", |variables: Vec<Variable>| {
        let mut list = Listing::new(&["name", "type", "value", "id"]).sorted_by(&["name"]);
        for variable in &variables {
            let shown = shortened(&bare(variable.value()));
            let cells = vec![
                Cell::text(variable.name()),
                Cell::maybe(variable.kind.text()),
                Cell::of(variable.value()).shown_as(shown),
                Cell::text(&variable.id),
            ];
            list.row(&variable.id, cells);
        }
        list
    })
}

/// The beginning of a long text, such as a token.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
