//! Writes what commands say: one after the other for each device, several devices at once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use housekey::error::chain;
use housekey::{Error, Homey};
use serde_json::json;

use crate::bridge::{Action, CapabilityWrite, Command};

/// How many commands wait for one device.
const MAX_WAITING: usize = 32;

/// A device, mood, flow or variable of a Homey.
type Place = (usize, Arc<str>);

type Written = (Place, Command, Result<(), String>);

/// What is being written.
pub(super) struct Writer {
    homeys: Vec<Homey>,
    /// What waits for a place that is being written.
    waiting: BTreeMap<Place, VecDeque<Command>>,
    writing: FuturesUnordered<BoxFuture<'static, Written>>,
}

impl Writer {
    pub(super) fn new(homeys: Vec<Homey>) -> Self {
        Self { homeys, waiting: BTreeMap::new(), writing: FuturesUnordered::new() }
    }

    /// Takes a command.
    ///
    /// # Errors
    /// The command, if too many wait.
    pub(super) fn take(&mut self, homey: usize, command: Command) -> Result<(), Box<Command>> {
        let place = (homey, command.id.clone());
        match self.waiting.get_mut(&place) {
            Some(waiting) if waiting.len() >= MAX_WAITING => return Err(Box::new(command)),
            Some(waiting) => waiting.push_back(command),
            None => {
                self.waiting.insert(place.clone(), VecDeque::new());
                self.start(place, command);
            }
        }
        Ok(())
    }

    /// The next command that is done, with its outcome; `None` while there is none.
    pub(super) async fn next(&mut self) -> Option<(usize, Command, Result<(), String>)> {
        let (place, command, outcome) = self.writing.next().await?;
        let homey = place.0;
        match self.waiting.get_mut(&place).and_then(VecDeque::pop_front) {
            Some(next) => self.start(place, next),
            None => {
                self.waiting.remove(&place);
            }
        }
        Some((homey, command, outcome))
    }

    fn start(&mut self, place: Place, command: Command) {
        let homey = self.homeys[place.0].clone();
        self.writing.push(Box::pin(async move {
            let outcome = write(&homey, &command).await.map_err(|error| chain(&error).join(": "));
            (place, command, outcome)
        }));
    }
}

async fn write(homey: &Homey, command: &Command) -> Result<(), Error> {
    let id = &*command.id;
    match &command.action {
        Action::Set(writes) => {
            for CapabilityWrite { capability, value, duration } in writes {
                let call = homey.devices().set_capability_value(id, capability, value.clone());
                match duration {
                    Some(ms) => call.with("opts", json!({ "duration": ms })).await?,
                    None => call.await?,
                };
            }
        }
        Action::Mood => drop(homey.moods().set_mood(id).await?),
        Action::Flow => drop(homey.flow().trigger_flow(id).await?),
        Action::AdvancedFlow => drop(homey.flow().trigger_advanced_flow(id).await?),
        Action::Variable(value) => {
            drop(homey.logic().update_variable(id, json!({ "value": value })).await?);
        }
    }
    Ok(())
}
