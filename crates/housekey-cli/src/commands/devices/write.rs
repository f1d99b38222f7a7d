//! Sets a capability and says what was set, and at which Homey.

use housekey::model::Device;
use serde_json::{Value, json};

use crate::context::{Context, Purpose, Target};
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::items::arguments::One;
use crate::output::value::on_off;

/// Sets it.
pub(super) async fn set(
    target: &Target,
    devices: &Collection<Device>,
    device: &Device,
    capability: &str,
    value: Value,
    context: &Context,
) -> Outcome {
    let shown = match (capability, &value) {
        ("onoff", Value::Bool(on)) => on_off(*on).to_owned(),
        (_, Value::String(text)) => format!("{capability} {text}"),
        (_, value) => format!("{capability} {value}"),
    };
    let answer =
        target.homey.devices().set_capability_value(&device.id, capability, value).bytes().await?;
    let full = devices.full_name(device);
    context.report_write(target, &format!("{full}: {shown}"), &answer)
}

/// Switches a device on or off; `choose` makes the new state of the old one.
pub(super) async fn switch(
    wanted: &One<Device>,
    choose: impl FnOnce(bool) -> bool,
    context: &Context,
) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let device = devices.find(wanted.name())?;
    let full = devices.full_name(device);
    let Some(capability) = device.capability("onoff") else {
        return Err(Failure::usage(format!("{full} cannot be switched"))
            .hint(format!("`housekey devices get '{full}'` says what it can do")));
    };
    let value = json!(choose(capability.value().as_bool().unwrap_or(false)));
    capability.check(&value)?;
    set(&target, &devices, device, "onoff", value, context).await
}
