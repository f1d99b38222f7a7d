//! The presence of users: at home, asleep.

use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::items;
use crate::state::user::User;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("presence.getPresent", |home, call| {
        Ok(json!({ "value": user(home, call.text("id")?, call)?.present }).into())
    }),
    ("presence.getAsleep", |home, call| {
        Ok(json!({ "value": user(home, call.text("id")?, call)?.asleep }).into())
    }),
    ("presence.setPresent", |home, call| set_present(home, call, call.text("id")?)),
    ("presence.setPresentMe", |home, call| set_present(home, call, "me")),
    ("presence.setAsleep", |home, call| set_asleep(home, call, call.text("id")?)),
    ("presence.setAsleepMe", |home, call| set_asleep(home, call, "me")),
];

/// The user of an id; `me` is the caller. Only writing has operations of its own for `me`.
fn user<'a>(home: &'a Home, id: &str, call: &Call<'_>) -> Result<&'a User, HubError> {
    let id = if id == "me" { &call.session()?.user } else { id };
    items::find(&home.users, "User", id)
}

/// The value to set. It is optional, and inferred to be `true` when it is missing.
fn wanted(call: &Call<'_>) -> Result<bool, HubError> {
    match call.get("value") {
        None => Ok(true),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(HubError::invalid("value should be a boolean")),
    }
}

fn set_present(home: &mut Home, call: &Call<'_>, id: &str) -> Answered {
    let (user, present) = (user(home, id, call)?, wanted(call)?);
    let (id, changes) = (user.id.clone(), user.present != present);
    // Flows start at a change, unless they are to start anyway.
    let forced = call.get("opts").and_then(|opts| opts.get("forceFlowTrigger"));
    if let Some(user) = home.users.get_mut(&id) {
        user.present = present;
    }
    if changes || forced.is_some_and(|forced| *forced == true) {
        home.presence_changed(&id, present);
    }
    home.changed("users", "user", &id, ChangeKind::Updated);
    Ok(Answer::NOTHING)
}

fn set_asleep(home: &mut Home, call: &Call<'_>, id: &str) -> Answered {
    let (id, asleep) = (user(home, id, call)?.id.clone(), wanted(call)?);
    if let Some(user) = home.users.get_mut(&id) {
        user.asleep = asleep;
    }
    home.changed("users", "user", &id, ChangeKind::Updated);
    Ok(Answer::NOTHING)
}
