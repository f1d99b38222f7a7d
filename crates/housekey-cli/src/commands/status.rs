//! `housekey status`: who is signed in to what, and for how long.

use serde_json::json;

use super::stored::{self, State, state_text};
use crate::context::Context;
use crate::error::Outcome;
use crate::output::table::Table;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey status --json --jq '.homeys[].state'")]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Outcome {
    let homeys = stored::homeys(context)?;
    let accounts = stored::accounts(context, &homeys)?;
    if homeys.is_empty() && accounts.is_empty() {
        return Err(housekey::error::SignInError::NotSignedIn.into());
    }
    let now = context.clock.now();
    context.out.value(&json!({ "accounts": accounts, "homeys": homeys }), || {
        let mut people = Table::new(["account", "state", "Homeys", "kept in"]);
        for account in &accounts {
            // An access token lives an hour and is renewed without a word.
            let state = match account.state {
                State::SignedIn | State::Renewable => "signed in".to_owned(),
                state => state_text(state, account.expires_at, now),
            };
            let homeys = account.homeys.join(", ");
            people.row([account.name.clone(), state, homeys, account.rests.word()]);
        }
        let mut hubs = Table::new(["Homey", "title", "let in by", "state", "kept in"]);
        for homey in &homeys {
            let title = homey.title.clone().unwrap_or_default();
            let state = state_text(homey.state, homey.expires_at, now);
            let name = match homey.chosen {
                true => format!("{} *", homey.name),
                false => homey.name.clone(),
            };
            hubs.row([name, title, homey.access_text(), state, homey.rests.word()]);
        }
        let tables = [(accounts.is_empty(), people), (homeys.is_empty(), hubs)];
        let shown = tables.into_iter().filter(|(empty, _)| !empty);
        let tables: Vec<_> = shown.map(|(_, table)| context.out.render(table)).collect();
        let chosen = homeys.iter().any(|homey| homey.chosen);
        let star = if chosen { "\n* is used where none is named.\n" } else { "" };
        let directory = context.at_rest.credentials.display();
        format!("{}{star}\nKept in {directory}\n", tables.join("\n"))
    })?;
    for problem in homeys.iter().filter_map(|h| h.problem.as_ref()) {
        context.out.note(&format!("warning: {problem}"));
    }
    for problem in accounts.iter().filter_map(|a| a.problem.as_ref()) {
        context.out.note(&format!("warning: {problem}"));
    }
    Ok(())
}
