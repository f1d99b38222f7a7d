//! `housekey users list`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the people, and who is at home
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey users list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.users().get_users().bytes().await?;
    args.list.show(context, &answer, "users", |users: Vec<User>| {
        let mut list =
            Listing::new(&["name", "role", "at home", "asleep", "id"]).sorted_by(&["name"]);
        for user in &users {
            let cells = vec![
                Cell::text(user.name()),
                Cell::maybe(user.role.text()),
                Cell::yes_no(&user.present),
                Cell::yes_no(&user.asleep),
                Cell::text(&user.id),
            ];
            list.row(&user.id, cells);
        }
        list
    })
}
