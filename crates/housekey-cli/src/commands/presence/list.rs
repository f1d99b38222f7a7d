//! `housekey presence list`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::lookup::{self, Named};
use crate::output::table::Table;
use crate::output::value::yes_no;
use crate::raw_view;

/// List who is at home, and who is asleep
///
/// With --json this is what the Homey answers on `/api/manager/presence/`; one that does not know it
/// is asked for its users, which tell the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey presence list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if context.out.is_json()
        && let Some(answer) = raw_view::unlisted("presence", &target).await?
    {
        return context.out.answer(&answer);
    }
    let answer = target.homey.users().get_users().bytes().await?;
    context.out.listed(&answer, "users", |people: Vec<User>| {
        let mut table = Table::new(["name", "at home", "asleep"]);
        let names = lookup::telling(&people.iter().map(named).collect::<Vec<_>>());
        for (user, name) in people.iter().zip(names) {
            table.row([name, yes_no(&user.present), yes_no(&user.asleep)]);
        }
        table
    })
}

fn named(user: &User) -> Named<'_> {
    Named { id: &user.id, name: user.name(), zone: None }
}
