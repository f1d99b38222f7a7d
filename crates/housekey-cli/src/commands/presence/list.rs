//! `housekey presence list`.

use housekey::args;
use housekey::model::{Items, User};

use super::yes_no;
use crate::commands::{look, users};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List who is at home, and who is asleep
///
/// With --json this is what the Homey answers on `/api/manager/presence/`; one that does not know it
/// is asked for its users, which tell the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey presence list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    if context.out.is_json()
        && let Some(answer) = look::unlisted("presence", &opened).await?
    {
        return context.out.answer(&answer);
    }
    let answer = opened.homey.call_bytes("users.getUsers", &args! {}).await?;
    context.out.shown(&answer, "users", |users: Items<User>| {
        let mut table = Table::new(["name", "at home", "asleep"]);
        for user in &users.0 {
            let name = users::name(user).to_owned();
            table.row([name, yes_no(&user.present), yes_no(&user.asleep)]);
        }
        table
    })
}
