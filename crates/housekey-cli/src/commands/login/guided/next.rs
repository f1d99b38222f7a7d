//! What to try after the first sign-in, and which Homey is the default.

use housekey::auth::store::HomeyRecord;
use housekey::model::Device;

use super::dialogue::explain;
use crate::context::Context;
use crate::error::Outcome;
use crate::items::Collection;
use crate::settings;

/// Shows the next commands. What fails here is no failure: the sign-in is stored.
pub(super) async fn run(homey: HomeyRecord, before: &[String], context: &Context) {
    let name = homey.name.clone();
    let default = match default(&name, before, context) {
        Ok(default) => default,
        Err(failure) => {
            context.out.note(&format!("No default Homey is remembered: {failure}"));
            None
        }
    };
    let other = default.filter(|default| *default != name);
    let (option, choose) = match other {
        None => Default::default(),
        Some(other) => (
            format!(" --homey {name}"),
            format!("\n  housekey homeys use {name}   (commands use {other} otherwise)"),
        ),
    };
    let switch = match lamp(homey, context).await {
        Ok(Some(lamp)) => format!("\n  housekey devices on '{lamp}'{option}"),
        // What may not be read may not be switched.
        Ok(None) | Err(_) => String::new(),
    };
    explain(context, &format!("\nTry next:\n  housekey devices list{option}{switch}{choose}"));
}

/// The Homey that commands use where none is named: the one chosen before, else the first that was signed in to.
fn default(name: &str, before: &[String], context: &Context) -> Outcome<Option<String>> {
    if let Some(chosen) = context.settings.read()?.homey {
        return Ok(Some(chosen));
    }
    let first = match before {
        [] => name,
        [only] => only,
        // Which is meant is prompted for.
        _ => return Ok(None),
    };
    settings::choose_homey(&context.settings, Some(first))?;
    Ok(Some(first.to_owned()))
}

/// A lamp that can be switched, else anything that can, by a name that a shell takes in quotes.
async fn lamp(homey: HomeyRecord, context: &Context) -> Outcome<Option<String>> {
    let target = context.open(homey)?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let switched = |device: &&Device| {
        device.capability("onoff").is_some_and(|onoff| onoff.setable.is_true())
            && !devices.full_name(device).contains('\'')
    };
    let is_lamp = |device: &&Device| device.class() == Some("light");
    let lamp = devices.iter().find(|device| is_lamp(device) && switched(device));
    let any = lamp.or_else(|| devices.iter().find(switched));
    Ok(any.map(|device| devices.full_name(device)))
}
