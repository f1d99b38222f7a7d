//! `housekey moods create`.

use housekey::model::Device;
use serde_json::{Map, Value, json};

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::items::capability::capability;

/// Create a mood from states of devices
///
/// Values are read by the type of the capability and held against its range before anything is sent.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  housekey moods create Film \\
    --device 'Kitchen/Ceiling lamp' dim 0.1 --device 'Floor lamp' onoff off")]
pub(crate) struct Args {
    /// Its name
    name: String,
    /// The state of a device; may be given several times
    #[arg(
        long = "device",
        num_args = 3,
        value_names = ["DEVICE", "CAPABILITY", "VALUE"],
        allow_negative_numbers = true,
        required = true
    )]
    states: Vec<String>,
    /// The ready-made mood it comes from
    #[arg(long)]
    preset: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let mut wanted: Map<String, Value> = Map::new();
    for state in args.states.chunks_exact(3) {
        let device = devices.find(&state[0])?;
        let capability = capability(device, &state[1])?;
        let value = capability.read(&state[2])?;
        let held = wanted.entry(device.id.clone()).or_insert_with(|| json!({ "state": {} }));
        if !held["state"][&capability.id].is_null() {
            let full = devices.full_name(device);
            return Err(Failure::usage(format!("`{}` of {full} is given twice", capability.id))
                .hint("give each capability of a device once"));
        }
        held["state"][&capability.id] = value;
    }
    let mut mood = json!({ "name": args.name, "devices": wanted });
    if let Some(preset) = args.preset {
        mood["preset"] = preset.into();
    }
    let done = format!("The mood {} is made", args.name);
    let call = target.homey.moods().create_mood(mood);
    target.write(call, &done, context).await
}
