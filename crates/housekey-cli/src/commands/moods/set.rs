//! `housekey moods set`.

use housekey::args;

use super::Moods;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Put the devices into a mood
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods set 'Living room/Cosy'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    mood: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let moods = Moods::of(&opened).await?;
    let mood = moods.find(&args.mood)?;
    let answer = opened.homey.call_bytes("moods.setMood", &args! { "id" => &*mood.id }).await?;
    context.written(&opened, &format!("The mood {} is set", mood.name()), &answer)
}
