//! `housekey moods get`.

use housekey::args;
use housekey::model::{Capability, Mood};

use super::Moods;
use crate::commands::devices::{Devices, value_text};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::Shown as _;
use crate::output::table::Table;
use crate::output::unknown;

/// Show a mood, and how it wants each device
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey moods get 'Living room/Cosy'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    mood: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let moods = Moods::of(&opened).await?;
    let wanted = args! { "id" => &*moods.find(&args.mood)?.id };
    let answer = opened.homey.call_bytes("moods.getMood", &wanted).await?;
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let devices = Devices::of(&opened).await?;
    context.out.shown(&answer, "a mood", |mood: Mood| {
        let mut table = Table::new(["device", "capability", "value"]);
        for (id, device) in mood.devices.get().into_iter().flatten() {
            let known = devices.items.iter().find(|device| device.id == *id);
            let full = known.map_or_else(|| id.clone(), |device| devices.named(device).full());
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
        let zone = moods.zone_of(&mood).map(|zone| format!("{zone}/")).unwrap_or_default();
        format!("{zone}{}  {}\n\n{}", mood.name(), mood.id, table.text())
    })
}
