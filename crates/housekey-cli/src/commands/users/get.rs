//! `housekey users get`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::raw_view;

/// Show a user
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey users get Robin\n  housekey users get me")]
pub(crate) struct Args {
    /// Name or id; `me` is the user whose token is used
    user: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = match args.user.as_str() {
        "me" => target.homey.users().get_user_me().bytes().await?,
        wanted => {
            let users = Collection::<User>::read(&target, &context.out).await?;
            target.homey.users().get_user(&users.find(wanted)?.id).bytes().await?
        }
    };
    raw_view::show(&answer, &target, context).await
}
