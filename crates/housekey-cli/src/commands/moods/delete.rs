//! `housekey moods delete`.

use housekey::args;

use super::Moods;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a mood
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods delete 'Living room/Cosy' --yes")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    mood: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let moods = Moods::of(&opened).await?;
    let mood = moods.find(&args.mood)?;
    args.sure.check(&format!("Delete the mood {} of \"{}\"?", mood.name(), opened.title))?;
    let answer = opened.homey.call_bytes("moods.deleteMood", &args! { "id" => &*mood.id }).await?;
    context.written(&opened, &format!("The mood {} is deleted", mood.name()), &answer)
}
