//! Commands: read, checked, and what follows them.

use std::sync::Arc;
use std::time::Duration;

use housekey::mirror::{Home, ItemKind};
use housekey::model::{Device, Variable};
use serde_json::json;

use super::Bridge;
use super::action::{Action, CapabilityWrite, Command, Received};
use crate::home_assistant::{LightCommand, LightWrite};
use crate::outbox::Message;
use crate::payload;
use crate::shape::{Leaf, Source, value};
use crate::slug::leaf;
use crate::topics;

/// The longest command, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// The most letters of a command that are shown.
const MAX_SHOWN: usize = 100;

/// Why there is no command.
enum Refused {
    /// It changes nothing.
    Same,
    /// It is wrong.
    Wrong(String),
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self::Wrong(why)
    }
}

impl Bridge {
    /// Reads a command.
    pub(super) fn command(
        &mut self,
        topic: &str,
        payload: &[u8],
        now: Duration,
        home: &dyn Fn(usize) -> Arc<Home>,
    ) -> Received {
        let place = topic.strip_prefix(&self.options.base).and_then(|rest| rest.strip_prefix('/'));
        let Some((level, place)) = place.and_then(|place| place.split_once('/')) else {
            return Received::Nothing;
        };
        let Some(homey) = self.homeys.iter().position(|homey| homey.names.level == level) else {
            return Received::Nothing;
        };
        let home = home(homey);
        let levels: Vec<_> = place.split('/').collect();
        let (id, read) = match levels[..] {
            [zone, device, leaf, "set"] => {
                let id = self.homeys[homey].by_level.get(&format!("{zone}/{device}")).cloned();
                let read = match &id {
                    Some(id) => self.device_command(homey, id, leaf, payload, now, &home),
                    None => Err("there is no such device".to_owned().into()),
                };
                (id, read)
            }
            [kind, item, "set"] => (None, self.item_command(kind, item, payload, &home)),
            _ => return Received::Nothing,
        };
        match read {
            Ok((id, action)) => {
                let command = Command { topic: topic.to_owned(), id, action };
                Received::Command(homey, Box::new(command))
            }
            Err(Refused::Same) => Received::Nothing,
            Err(Refused::Wrong(why)) => {
                if let Some(id) = id {
                    self.repeat(homey, &id, &home);
                }
                self.report(topic, &why, now);
                Received::Nothing
            }
        }
    }

    fn device_command(
        &mut self,
        homey: usize,
        id: &Arc<str>,
        name: &str,
        payload: &[u8],
        now: Duration,
        home: &Home,
    ) -> Result<(Arc<str>, Action), Refused> {
        let text = text(payload)?;
        let entry =
            self.homeys[homey].devices.get_mut(id).ok_or("there is no such device".to_owned())?;
        let item = home.item(ItemKind::Device, id).ok_or("there is no such device".to_owned())?;
        let leaf = entry.shape.leaf(name).filter(|leaf| leaf.is_settable);
        let Some(Leaf { source, is_readable, .. }) = leaf else {
            return Err(format!("`{name}` cannot be set").into());
        };
        // What is being written counts as the present value.
        let present = |capability: &str| match entry.wished.get(capability) {
            Some(wished) => wished.clone(),
            None => value(item, capability),
        };
        let writes = match source {
            Source::Capability(capability) => {
                let device =
                    item.read::<Device>().map_err(|_| "the device cannot be read".to_owned())?;
                let known =
                    device.capability(capability).ok_or("it has no such capability".to_owned())?;
                let value = known.read(text).map_err(|error| error.to_string())?;
                if *is_readable && present(capability) == value {
                    return Err(Refused::Same);
                }
                vec![CapabilityWrite { capability: capability.clone(), value, duration: None }]
            }
            Source::Light(parts) => {
                let writes = LightCommand::read(text, *parts)?.writes(*parts, &present);
                let write = |LightWrite { capability, value, duration }| CapabilityWrite {
                    capability: capability.into(),
                    value,
                    duration,
                };
                writes.into_iter().map(write).collect()
            }
            Source::Vacuum | Source::Ring => return Err(format!("`{name}` cannot be set").into()),
        };
        if writes.is_empty() {
            return Err(Refused::Same);
        }
        if !entry.rate.take(now) {
            return Err("too many commands to this device, maybe in a loop".to_owned().into());
        }
        for write in &writes {
            entry.wished.insert(write.capability.clone(), write.value.clone());
        }
        Ok((id.clone(), Action::Set(writes)))
    }

    fn item_command(
        &self,
        kind: &str,
        name: &str,
        payload: &[u8],
        home: &Home,
    ) -> Result<(Arc<str>, Action), Refused> {
        let text = text(payload)?;
        let find = |kind| home.items(kind).map(|(id, _)| id).find(|id| leaf(id) == name).cloned();
        let missing = || format!("there is nothing with the id {name}");
        let options = &self.options;
        Ok(match kind {
            "moods" if options.moods => (find(ItemKind::Mood).ok_or_else(missing)?, Action::Mood),
            "flows" if options.flows => match find(ItemKind::Flow) {
                Some(id) => (id, Action::Flow),
                None => (find(ItemKind::AdvancedFlow).ok_or_else(missing)?, Action::AdvancedFlow),
            },
            "variables" if options.variables => {
                let id = find(ItemKind::Variable).ok_or_else(missing)?;
                let variable = home.get::<Variable>(&id).ok_or_else(missing)?;
                let value = variable.read(text).map_err(|error| error.to_string())?;
                if *variable.value() == value {
                    return Err(Refused::Same);
                }
                (id, Action::Variable(value))
            }
            _ => return Err("nothing there takes commands".to_owned().into()),
        })
    }

    /// A command was carried out, or refused.
    pub fn finished(
        &mut self,
        homey: usize,
        command: &Command,
        outcome: Result<(), String>,
        now: Duration,
        home: &Home,
    ) {
        if let Action::Set(writes) = &command.action
            && let Some(entry) = self.homeys[homey].devices.get_mut(&command.id)
        {
            // A newer wish stays.
            for CapabilityWrite { capability, value, .. } in writes {
                if entry.wished.get(capability) == Some(value) {
                    entry.wished.remove(capability);
                }
            }
        }
        if let Err(why) = outcome {
            self.repeat(homey, &command.id, home);
            self.report(&command.topic, &why, now);
        }
    }

    /// A refusal in the log, and for those who follow the broker.
    fn report(&mut self, topic: &str, why: &str, now: Duration) {
        if self.log.take(now) {
            tracing::warn!(topic, why, "a command is refused");
            let line = json!({ "level": "warning", "topic": topic, "message": why }).to_string();
            let log = topics::bridge_log(&self.options.base);
            self.outbox.push(Message::once(log, payload::cut(line)));
        }
    }
}

/// The text of a command.
fn text(payload: &[u8]) -> Result<&str, String> {
    if payload.len() > MAX_BYTES {
        return Err(format!("it has {} bytes, and at most {MAX_BYTES} are read", payload.len()));
    }
    std::str::from_utf8(payload).map_err(|_| {
        let start: String = String::from_utf8_lossy(payload).chars().take(MAX_SHOWN).collect();
        format!("it is no text: {start}")
    })
}
