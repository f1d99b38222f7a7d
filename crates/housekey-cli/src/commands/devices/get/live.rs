//! `housekey devices get --live`: shows a device or a value, then what changes about it.

use housekey::mirror::{ChangeKind, ItemKind};
use housekey::model::Device;
use serde_json::Value;

use super::whole;
use crate::commands::devices::follow::{self, Follow};
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::home_time;
use crate::output::terminal::one_line;
use crate::output::value::bare;
use crate::output::when;
use crate::signal;

pub(super) async fn run(
    context: &Context,
    target: &Target,
    device: &Device,
    capability: Option<&str>,
) -> Outcome {
    let stopped = signal::stop()?;
    let zone = home_time::zone_for_people(target, context).await;
    let followed = async {
        let ids = [device.id.clone()].into_iter().collect();
        let (mut follow, home) = Follow::begin(context, target, ids).await?;
        let gone = || Failure::failed(format!("the device \"{}\" is gone", device.name()));
        let item = home.item(ItemKind::Device, &device.id).ok_or_else(gone)?;
        context.watching(&format!("{} of \"{}\"", follow.named(&device.id).full(), target.title));
        match capability {
            Some(id) => {
                show(context, item.report(id).map_or(&Value::Null, |report| &report.value))?
            }
            None => {
                let now = home.get(&device.id).unwrap_or_else(|| device.clone());
                let full = follow.named(&device.id).full();
                let whole = || whole::text(context, &now, &full).trim_end().to_owned();
                context.out.event(&item.value(), whole)?;
            }
        }
        drop(home);
        loop {
            let change = follow.next().await?;
            match (&change.what, capability) {
                (ChangeKind::Removed, _) => return Err(gone()),
                (ChangeKind::Value { capability, value, .. }, Some(wanted))
                    if **capability == *wanted =>
                {
                    show(context, value)?;
                }
                (_, Some(_)) => {}
                (_, None) => {
                    let Some(item) = follow.item(&device.id) else { continue };
                    let line = || {
                        let what = follow::text(&change, item.read().ok().as_ref());
                        one_line(&format!("{}  {what}", when::clock(context.clock.now(), &zone)))
                    };
                    context.out.event(&item.value(), line)?;
                }
            }
        }
    };
    tokio::select! {
        outcome = followed => outcome,
        () = stopped => Ok(()),
    }
}

/// Shows a value on a line of its own.
fn show(context: &Context, value: &Value) -> Outcome {
    context.out.event(value, || one_line(&bare(value))).map(drop)
}
