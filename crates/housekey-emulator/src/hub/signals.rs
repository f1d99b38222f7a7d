//! Radio signals at 433 MHz and infrared. Signals that are sent are kept, and a recording returns the last one.
//!
//! Inferred: the shapes.

use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::options;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("rf.getState", |home, _| {
        let config = home.options.get(CONFIG).cloned().unwrap_or_else(|| json!({}));
        Ok(json!({ "mhz433": config, "sent": home.radio.sent.len() }).into())
    }),
    ("rf.emulate", |home, call| send(home, call.text("frequency")?, call.value("data"))),
    ("rf.replay", |home, call| send(home, call.text("frequency")?, call.value("data"))),
    ("rf.record", |home, call| {
        let wanted = call.text_if_any("frequency");
        let heard = |(frequency, _): &&(String, Value)| wanted.is_none_or(|one| one == frequency);
        let last = home.radio.sent.iter().rev().find(heard).map(|(_, data)| data.clone());
        Ok(last.unwrap_or_else(|| json!([])).into())
    }),
    ("rf.set433MHzConfig", |home, call| {
        Ok(options::set_state(home, CONFIG, Value::Object(call.arguments.clone())))
    }),
    ("rf.txInfraredProntohex", |home, call| {
        let payload = call.text("payload")?;
        let is_word = |word: &str| word.len() == 4 && u16::from_str_radix(word, 16).is_ok();
        if payload.split_whitespace().count() < 4 || !payload.split_whitespace().all(is_word) {
            return Err(HubError::invalid("payload should be words of four hexadecimal digits"));
        }
        send(home, "ir", payload.into())
    }),
    ("zigbee.runCommand", |home, call| {
        known(call, &["permitJoin", "scan", "leave"])?;
        home.changed("zigbee", "state", "state", ChangeKind::Updated);
        Ok(Answer::NOTHING)
    }),
    ("ble.runCommand", |_, call| known(call, &["scan", "stop"]).map(|()| Answer::NOTHING)),
];

const CONFIG: &str = "rf/mhz433";

/// More signals than this push out the oldest.
const KEPT: usize = 50;

fn send(home: &mut Home, frequency: &str, data: Value) -> Answered {
    if !["433", "868", "ir"].contains(&frequency) {
        return Err(HubError::invalid("frequency should be 433, 868 or ir"));
    }
    if home.radio.sent.len() >= KEPT {
        home.radio.sent.remove(0);
    }
    home.radio.sent.push((frequency.to_owned(), data));
    Ok(Answer::NOTHING)
}

/// Refuses a command that is none of those of the radio; their names are inferred.
fn known(call: &Call<'_>, commands: &[&str]) -> Result<(), HubError> {
    let command = call.text("command")?;
    if commands.contains(&command) {
        return Ok(());
    }
    Err(HubError::refused(400, "invalid_command", format!("Invalid Command: {command}")))
}
