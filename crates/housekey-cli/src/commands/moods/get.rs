//! `housekey moods get`.

use housekey::model::{Capability, Device, Mood};

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::output::HumanText as _;
use crate::output::table::Table;
use crate::output::unknown;
use crate::output::value::value_text;

/// Show a mood, and how it wants each device
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods get 'Living room/Cosy'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    mood: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let moods = Collection::<Mood>::read(&target, &context.out).await?;
    let answer = target.homey.moods().get_mood(&moods.find(&args.mood)?.id).bytes().await?;
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    context.out.shown(&answer, "a mood", |mood: Mood| {
        let mut table = Table::new(["device", "capability", "value"]);
        for (id, device) in mood.devices.get().into_iter().flatten() {
            let known = devices.with_id(id);
            let full = known.map_or_else(|| id.clone(), |device| devices.full_name(device));
            for (capability, value) in device.state.get().into_iter().flatten() {
                let shown = match known.and_then(|device| device.capability(capability)) {
                    Some(held) => {
                        value_text(&Capability { value: value.clone().into(), ..held.clone() })
                    }
                    None => unknown::text(value),
                };
                table.row([full.clone(), capability.clone(), shown]);
            }
        }
        let zone = moods.parent_of(&mood).map(|zone| format!("{zone}/")).unwrap_or_default();
        format!("{zone}{}  {}\n\n{}", mood.name(), mood.id, table.text())
    })
}
