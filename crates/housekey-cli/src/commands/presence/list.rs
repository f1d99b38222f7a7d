//! `housekey presence list`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::lookup::{self, Named};
use crate::raw_view;

/// List who is at home, and who is asleep
///
/// With --json this is what the Homey answers on `/api/manager/presence/`; one that does not know it
/// is asked for its users, which tell the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey presence list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if args.list.is_whole_answer(&context.out)?
        && let Some(answer) = raw_view::unlisted("presence", &target).await?
    {
        return context.out.answer(&answer);
    }
    let answer = target.homey.users().get_users().bytes().await?;
    args.list.show(context, &answer, "users", |people: Vec<User>| {
        let mut list = Listing::new(&["name", "at home", "asleep"]).with_more_columns(&["id"]);
        let names = lookup::telling(&people.iter().map(named).collect::<Vec<_>>());
        for (user, name) in people.iter().zip(names) {
            let cells = vec![
                Cell::text_shown(user.name(), name),
                Cell::yes_no(&user.present),
                Cell::yes_no(&user.asleep),
                Cell::text(&user.id),
            ];
            list.row(&user.id, cells);
        }
        list.sorted_by(&["name"])
    })
}

fn named(user: &User) -> Named<'_> {
    Named { id: &user.id, name: user.name(), zone: None }
}
