//! Radio signals at 433 MHz and infrared: what is sent is noted, and a recording hears what was sent last.
//!
//! Inferred: the shapes.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers};
use super::error::HubError;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("rf.getState", |home, _| {
        let config = home.options.get(CONFIG).cloned().unwrap_or_else(|| json!({}));
        let sent: Vec<_> = home.radio.sent.iter().map(|(frequency, _)| frequency).collect();
        Ok(json!({ "mhz433": config, "sent": sent.len() }).into())
    }),
    ("rf.emulate", |home, call| {
        let data = call.get("data").cloned().unwrap_or_default();
        send(home, call.text("frequency")?, data)
    }),
    ("rf.replay", |home, call| {
        let data = call.get("data").cloned().unwrap_or_default();
        send(home, call.text("frequency")?, data)
    }),
    ("rf.record", |home, call| {
        let wanted = call.get("frequency").and_then(Value::as_str);
        let heard = |(frequency, _): &&(String, Value)| wanted.is_none_or(|one| one == frequency);
        let last = home.radio.sent.iter().rev().find(heard).map(|(_, data)| data.clone());
        Ok(last.unwrap_or_else(|| json!([])).into())
    }),
    ("rf.set433MHzConfig", |home, call| {
        let config: serde_json::Map<String, Value> = call.arguments.clone();
        home.options.insert(CONFIG.to_owned(), Value::Object(config));
        home.changed("rf", "state", "state", ChangeKind::Updated);
        Ok(Answer::NOTHING)
    }),
    ("rf.txInfraredProntohex", |home, call| {
        let payload = call.text("payload")?;
        let is_word = |word: &str| word.len() == 4 && u16::from_str_radix(word, 16).is_ok();
        if payload.split_whitespace().count() < 4 || !payload.split_whitespace().all(is_word) {
            let text = "Invalid Argument: payload should be words of four hexadecimal digits";
            return Err(HubError::Argument(text.to_owned()));
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

fn send(home: &mut Home, frequency: &str, data: Value) -> Result<Answer, HubError> {
    if !["433", "868", "ir"].contains(&frequency) {
        let text = "Invalid Argument: frequency should be 433, 868 or ir";
        return Err(HubError::Argument(text.to_owned()));
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
