//! `housekey devices set`.

use housekey::model::Device;

use super::several::Several;
use super::write::{self, NewValue};
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::items::capability::capability;
use crate::items::typed_value;

/// Set a capability of a device, or of several
///
/// The value is typed as it is shown: `on`, `50%`, `20.5`, `20,5`, `20.5°C`. `+10%` and `-10%` are steps
/// from the value that is there; where values may be below zero, `-5` is the value and `-=5` the step.
/// A text is sent as it is.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "housekey devices set [OPTIONS] DEVICE CAPABILITY VALUE
       housekey devices set [OPTIONS] <--zone ZONE|--class CLASS|--all> CAPABILITY VALUE",
    after_help = "Examples:
  housekey devices set 'Ceiling lamp' dim 40%
  housekey devices set 'Ceiling lamp' dim -10%
  housekey devices set Thermostat target_temperature 20.5
  housekey devices set Thermostat thermostat_mode heat
  housekey devices set --zone Kitchen --class light onoff off --yes"
)]
pub(crate) struct Args {
    #[command(flatten)]
    several: Several,
    /// One more device; may be given several times
    #[arg(long = "device", value_name = "DEVICE")]
    devices: Vec<String>,
    /// DEVICE (name, Zone/Name or id), unless an option chooses; CAPABILITY, which `housekey devices get
    /// DEVICE` lists; and VALUE
    #[arg(value_name = "DEVICE CAPABILITY VALUE")]
    first: String,
    #[arg(hide = true, allow_hyphen_values = true)]
    second: String,
    #[arg(hide = true, allow_hyphen_values = true)]
    third: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let mut names = args.devices;
    let (wanted, value) = match args.third {
        Some(value) if !args.several.is_given() => {
            names.insert(0, args.first);
            (args.second, value)
        }
        None if args.several.is_given() || !names.is_empty() => (args.first, args.second),
        Some(_) => {
            return Err(Failure::usage("a device is named and others are chosen by an option")
                .hint("leave out DEVICE with --zone, --class and --all"));
        }
        None => {
            return Err(Failure::usage("there is no VALUE")
                .hint("write `housekey devices set DEVICE CAPABILITY VALUE`"));
        }
    };
    if args.several.is_given() && !names.is_empty() {
        return Err(Failure::usage("--device does not go with --zone, --class and --all"));
    }
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let chosen = args.several.of(&names, &wanted, &devices)?;
    let mut changes = Vec::new();
    for device in chosen {
        let capability = capability(device, &wanted)?;
        changes.push(NewValue {
            device,
            capability,
            value: typed_value::read(capability, &value)?,
        });
    }
    write::set_all(&changes, &args.several, &target, &devices, context).await
}
