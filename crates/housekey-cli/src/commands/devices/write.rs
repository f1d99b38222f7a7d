//! Sets a capability and says what was set, and at which Homey.

use housekey::model::{Capability, Device, Field};
use serde_json::{Value, json};

use super::several::Several;
use crate::context::{Context, Purpose, Target};
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::output::value::value_text;

/// A new value of a capability.
pub(super) struct NewValue<'d> {
    pub(super) device: &'d Device,
    pub(super) capability: &'d Capability,
    pub(super) value: Value,
}

impl NewValue<'_> {
    /// The new value as people read it.
    fn shown(&self) -> String {
        let new = Capability { value: Field::Is(self.value.clone()), ..self.capability.clone() };
        match &*self.capability.id {
            "onoff" => value_text(&new),
            id => format!("{id} {}", value_text(&new)),
        }
    }
}

/// Sets them one after the other, after a question where there are several. One that fails does not keep
/// the others from being set.
pub(super) async fn set_all(
    changes: &[NewValue<'_>],
    several: &Several,
    target: &Target,
    devices: &Collection<Device>,
    context: &Context,
) -> Outcome {
    let line = |change: &NewValue<'_>| {
        let full = devices.full_name(change.device);
        format!("{full}: {} -> {}", value_text(change.capability), change.shown())
    };
    several.confirm(&changes.iter().map(line).collect::<Vec<_>>(), target, context)?;
    let mut failures = Vec::new();
    let count =
        (changes.len() > 1).then(|| context.waiting.count("Setting devices", changes.len()));
    for change in changes {
        if let Err(failure) = set(change, target, devices, context).await {
            if changes.len() == 1 || failure.is_closed_pipe() {
                return Err(failure);
            }
            failures.push(format!("{}: {failure}", devices.full_name(change.device)));
        }
        if let Some(count) = &count {
            count.step();
        }
    }
    match failures.len() {
        0 => Ok(()),
        failed => {
            Err(Failure::failed(format!("{failed} of {} devices are not set", changes.len()))
                .because_of(&failures.join("\n")))
        }
    }
}

async fn set(
    change: &NewValue<'_>,
    target: &Target,
    devices: &Collection<Device>,
    context: &Context,
) -> Outcome {
    let NewValue { device, capability, value } = change;
    let answer = target
        .homey
        .devices()
        .set_capability_value(&device.id, &capability.id, value.clone())
        .bytes()
        .await?;
    let full = devices.full_name(device);
    context.report_write(target, &format!("{full}: {}", change.shown()), &answer)
}

// Names the devices to switch. A doc comment would become the help of the commands.
#[derive(Debug, clap::Args)]
pub(crate) struct Switched {
    /// Name, Zone/Name or id; several may be given
    #[arg(value_name = "DEVICE", required_unless_present_any = ["zone", "class", "all"])]
    #[arg(conflicts_with_all = ["zone", "class", "all"])]
    devices: Vec<String>,
    #[command(flatten)]
    several: Several,
}

/// Switches devices on or off; `choose` makes the new state of the old one.
pub(super) async fn switch(
    args: &Switched,
    choose: impl Fn(bool) -> bool,
    context: &Context,
) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let mut changes = Vec::new();
    for device in args.several.of(&args.devices, "onoff", &devices)? {
        let full = devices.full_name(device);
        let Some(capability) = device.capability("onoff") else {
            return Err(Failure::usage(format!("{full} cannot be switched"))
                .hint(format!("`housekey devices get '{full}'` says what it can do")));
        };
        let value = json!(choose(capability.value().as_bool().unwrap_or(false)));
        capability.check(&value)?;
        changes.push(NewValue { device, capability, value });
    }
    set_all(&changes, &args.several, &target, &devices, context).await
}
