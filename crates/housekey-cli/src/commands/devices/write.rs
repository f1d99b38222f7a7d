//! Sets a capability and says what was set, and at which Homey.

use housekey::model::{Capability, Device, Field};
use serde_json::{Value, json};

use super::several::Several;
use crate::context::{Context, Purpose, Target};
use crate::dry_run::DryRun;
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

    /// The value as it is and the new one.
    fn line(&self, devices: &Collection<Device>) -> String {
        let (full, now) = (devices.full_name(self.device), value_text(self.capability));
        format!("{full}: {now} -> {}", self.shown())
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
    let lines: Vec<String> = changes.iter().map(|change| change.line(devices)).collect();
    several.confirm(&lines, target, context)?;
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
    let call =
        target.homey.devices().set_capability_value(&device.id, &capability.id, value.clone());
    let done = match target.dry_run.is_given() {
        true => change.line(devices),
        false => format!("{}: {}", devices.full_name(device), change.shown()),
    };
    target.write(call, &done, context).await
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
    #[command(flatten)]
    dry_run: DryRun,
}

/// Switches devices on or off; `choose` makes the new state of the old one.
pub(super) async fn switch(
    args: Switched,
    choose: impl Fn(bool) -> bool,
    context: &Context,
) -> Outcome {
    let Switched { devices: names, several, dry_run } = args;
    let target = context.homey(Purpose::Write(dry_run)).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let mut changes = Vec::new();
    for device in several.of(&names, "onoff", &devices)? {
        let full = devices.full_name(device);
        let Some(capability) = device.capability("onoff") else {
            return Err(Failure::usage(format!("{full} cannot be switched"))
                .hint(format!("`housekey devices get '{full}'` says what it can do")));
        };
        let value = json!(choose(capability.value().as_bool().unwrap_or(false)));
        capability.check(&value)?;
        changes.push(NewValue { device, capability, value });
    }
    set_all(&changes, &several, &target, &devices, context).await
}
