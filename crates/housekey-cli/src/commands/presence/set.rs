//! `housekey presence set`.

use housekey::args;
use housekey::model::User;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;

/// Say that somebody is at home, away, asleep or awake
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey presence set me away
  housekey presence set Robin asleep")]
pub(crate) struct Args {
    /// Name or id of a user; `me` is the one whose token is used
    user: String,
    #[arg(value_enum)]
    state: State,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum State {
    Home,
    Away,
    Asleep,
    Awake,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let (of_me, of_other, value, words) = match args.state {
        State::Home => ("presence.setPresentMe", "presence.setPresent", true, "at home"),
        State::Away => ("presence.setPresentMe", "presence.setPresent", false, "away"),
        State::Asleep => ("presence.setAsleepMe", "presence.setAsleep", true, "asleep"),
        State::Awake => ("presence.setAsleepMe", "presence.setAsleep", false, "awake"),
    };
    // A token that may change nobody else's presence may still change its own user's.
    if args.user == "me" {
        let answer = target.homey.call_bytes(of_me, &args! { "value" => value }).await?;
        return context.report_write(&target, &format!("You are {words} now"), &answer);
    }
    let users = Collection::<User>::read(&target, &context.out).await?;
    let user = users.find(&args.user)?;
    let wanted = args! { "id" => &*user.id, "value" => value };
    let answer = target.homey.call_bytes(of_other, &wanted).await?;
    context.report_write(&target, &format!("{} is {words} now", user.name()), &answer)
}
