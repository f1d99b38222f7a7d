//! `housekey presence set`.

use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;

/// Set whether a user is at home, away, asleep or awake
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey presence set me away
  housekey presence set Robin asleep")]
pub(crate) struct Args {
    /// Name or id of a user; `me` is the one whose token is used
    user: String,
    #[arg(value_enum)]
    state: State,
    #[command(flatten)]
    dry_run: DryRun,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum State {
    Home,
    Away,
    Asleep,
    Awake,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let presence = target.homey.presence();
    let (is, words) = match args.state {
        State::Home => (true, "at home"),
        State::Away => (false, "away"),
        State::Asleep => (true, "asleep"),
        State::Awake => (false, "awake"),
    };
    // A token that may change nobody else's presence may still change its own user's.
    if args.user == "me" {
        let call = match args.state {
            State::Home | State::Away => presence.set_present_me(is),
            State::Asleep | State::Awake => presence.set_asleep_me(is),
        };
        return target.write(call, &format!("You are {words} now"), context).await;
    }
    let users = Collection::<User>::read(&target, &context.out).await?;
    let user = users.find(&args.user)?;
    let call = match args.state {
        State::Home | State::Away => presence.set_present(&user.id, is),
        State::Asleep | State::Awake => presence.set_asleep(&user.id, is),
    };
    target.write(call, &format!("{} is {words} now", user.name()), context).await
}
