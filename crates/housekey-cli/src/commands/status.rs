//! `housekey status`: who is signed in to what, and for how long.

use std::collections::BTreeSet;

use housekey::config::OneOff;
use serde_json::json;

use crate::context::Context;
use crate::env;
use crate::error::{Exit, Failure, Outcome};
use crate::inventory::{self, SignInState, state_text};
use crate::one_off;
use crate::output::table::Table;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey status --json --jq '.homeys[].state'")]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Outcome {
    let homeys = inventory::homeys(context)?;
    let accounts = inventory::accounts(context, &homeys)?;
    let one_off = OneOff::new(&context.env)?;
    if homeys.is_empty() && accounts.is_empty() && one_off.is_none() {
        return Err(housekey::error::SignInError::NotSignedIn.into());
    }
    let now = context.clock.now();
    let mut value = json!({ "accounts": accounts, "homeys": homeys });
    if let Some(one_off) = &one_off {
        value["environment"] = one_off::value(one_off);
    }
    context.out.value(&value, || {
        let mut people = Table::new(["account", "state", "Homeys", "kept in"]);
        for account in &accounts {
            // An access token lives an hour and is renewed without a word.
            let state = match account.state {
                SignInState::SignedIn | SignInState::Renewable => "signed in".to_owned(),
                state => state_text(state, account.expires_at, now),
            };
            let homeys = account.homeys.join(", ");
            people.row([account.name.clone(), state, homeys, account.rests.word()]);
        }
        let mut hubs = Table::new(["Homey", "title", "signed in by", "state", "kept in"]);
        for homey in &homeys {
            let title = homey.title.clone().unwrap_or_default();
            let mut state = state_text(homey.state, homey.expires_at, now);
            if homey.encrypted == Some(false) {
                state.push_str(", unencrypted");
            }
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
        let directory = context.store_config.credentials.display();
        let given = one_off.as_ref().map(|one_off| format!("{}\n", one_off::words(one_off)));
        let given = given.unwrap_or_default();
        match tables.is_empty() {
            true => given,
            false => format!("{}{star}\n{given}Kept in {directory}\n", tables.join("\n")),
        }
    })?;
    let problems = homeys.iter().map(|homey| &homey.problem);
    let problems = problems.chain(accounts.iter().map(|account| &account.problem)).flatten();
    // The Homeys of an account share its problem.
    for problem in problems.collect::<BTreeSet<_>>() {
        context.out.note(&format!("warning: {problem}"));
    }
    if let Some(OneOff::Account { token }) = &one_off {
        OneOff::opens_homeys(token, &env::HOMEY_PAT)?;
    }
    let states = homeys.iter().map(|homey| homey.state);
    let mut states = states.chain(accounts.iter().map(|account| account.state));
    match one_off.is_none() && states.all(|state| state == SignInState::SignedOut) {
        true => Err(Failure::new(Exit::SignIn, "signed out of everything that is stored")
            .hint("run `housekey login`")),
        false => Ok(()),
    }
}
