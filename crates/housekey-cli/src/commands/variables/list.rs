//! `housekey variables list`.

use housekey::model::Variable;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::value::bare;

/// How much of a long text is shown.
const SHOWN: usize = 60;

/// List the variables with their values
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey variables list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.logic().get_variables().bytes().await?;
    context.out.listed(&answer, "variables", |mut variables: Vec<Variable>| {
        variables.sort_by_cached_key(|variable| variable.name().to_lowercase());
        let mut table = Table::new(["name", "type", "value", "id"]);
        for variable in &variables {
            let kind = variable.kind.text().unwrap_or_default().to_owned();
            let value = shortened(&bare(variable.value()));
            table.row([variable.name().to_owned(), kind, value, variable.id.clone()]);
        }
        table
    })
}

/// The beginning of a long text, such as a token.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
