//! `housekey users list`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::value::yes_no;

/// List the people, and who is at home
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey users list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.users().get_users().bytes().await?;
    context.out.listed(&answer, "users", |users: Vec<User>| {
        let mut table = Table::new(["name", "role", "at home", "asleep", "id"]);
        for user in &users {
            table.row([
                user.name().to_owned(),
                user.role.text().unwrap_or_default().to_owned(),
                yes_no(&user.present),
                yes_no(&user.asleep),
                user.id.clone(),
            ]);
        }
        table
    })
}
