//! What is said of a Homey that is kept.

use housekey::auth::store::{HomeyRecord, Key};
use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::inventory;

/// Says what is kept where.
pub(in crate::commands) fn tell(context: &Context, record: HomeyRecord) -> Outcome {
    let rests = inventory::Rests::of(&Key::Homey(record.name.clone()), context);
    context.out.note(&format!("Signed in to \"{}\" as {}.", record.title, record.name));
    context.out.note(&format!("The token is kept in {}", rests.words()));
    if !context.out.is_json() {
        return Ok(());
    }
    let settings = context.settings.read()?;
    let chosen = settings.homey.as_ref() == Some(&record.name);
    let plain_http = settings.plain_http(&record.name);
    let now = context.clock.now();
    let homey = inventory::Homey::of(record, None, chosen, plain_http, rests, now);
    context.out.value(&json!(homey), String::new)
}
