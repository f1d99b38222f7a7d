//! What the broker has of ours from earlier, and what becomes of it.

use std::collections::HashSet;

use serde_json::Value;

use super::entry::Followed;
use super::found::{Found, Kind, is_object_of};
use super::{Bridge, Job};
use crate::home_assistant::{is_ours, migrating};
use crate::options::{Discovery, UniqueIds};
use crate::outbox::Message;
use crate::topics::command_filters;

/// The most that is remembered: more is left where it is.
const MAX_FOUND: usize = 200_000;

impl Bridge {
    /// Remembers a retained message, if it is ours.
    pub(super) fn find(&mut self, topic: &str, payload: &[u8]) {
        if payload.is_empty() || self.found.len() >= MAX_FOUND {
            return;
        }
        let found = match topic.strip_prefix(&format!("{}/", self.options.prefix)) {
            Some(rest) if rest.ends_with("/config") => self.announcement(topic, rest, payload),
            _ => self.value_of_ours(topic),
        };
        self.found.extend(found);
    }

    fn announcement(&mut self, topic: &str, rest: &str, payload: &[u8]) -> Option<Found> {
        let mut levels = rest.split('/');
        let (component, object) = (levels.next()?, levels.next()?);
        let (topic_owned, kind) = (
            topic.to_owned(),
            match component {
                "device" => Kind::Device,
                _ => Kind::Component,
            },
        );
        if is_ours(payload, &self.options.base) {
            let homey = self.homeys.iter().position(|homey| is_object_of(object, &homey.names))?;
            if kind == Kind::Device {
                self.known.insert(topic_owned.clone(), components(payload));
            }
            return Some(Found { topic: topic_owned, homey, kind });
        }
        // Of the app MQTT Hub, whose entities are taken over.
        if self.options.ids != UniqueIds::MqttHub || kind == Kind::Device {
            return None;
        }
        let message: Value = serde_json::from_slice(payload).ok()?;
        let unique_id = message["unique_id"].as_str()?;
        let of_ours = |homey: &Followed| {
            homey
                .devices
                .keys()
                .any(|id| unique_id.strip_prefix(&**id).is_some_and(|rest| rest.starts_with('_')))
        };
        let homey = self.homeys.iter().position(of_ours)?;
        Some(Found { topic: topic_owned, homey, kind })
    }

    fn value_of_ours(&self, topic: &str) -> Option<Found> {
        let level = topic.strip_prefix(&self.options.base)?.strip_prefix('/')?.split('/').next()?;
        let homey = self.homeys.iter().position(|homey| homey.names.level == level)?;
        Some(Found { topic: topic.to_owned(), homey, kind: Kind::Value })
    }

    /// Makes Home Assistant expect messages of the other form.
    pub(super) fn migrate(&mut self, homey: usize) {
        let other = match self.options.home_assistant {
            Some(Discovery::Device) => Kind::Component,
            Some(Discovery::Component) => Kind::Device,
            None => return,
        };
        for found in self.found.iter().filter(|found| found.homey == homey && found.kind == other) {
            let message = Message::retained(found.topic.as_str(), migrating());
            self.jobs.push_back(Job::Send(message));
        }
    }

    /// Deletes what the broker has of a home and is not published any more; then takes commands.
    pub(super) fn finish(&mut self, homey: usize) {
        let followed = &self.homeys[homey];
        let of_devices = followed.devices.values().flat_map(|entry| entry.published.keys());
        let published: HashSet<&str> =
            of_devices.chain(followed.published.keys()).map(|topic| &**topic).collect();
        for found in self.found.extract_if(.., |found| found.homey == homey) {
            if !published.contains(&*found.topic) {
                self.outbox.push(Message::retained(found.topic, ""));
            }
        }
        let filters = command_filters(&self.options.base, &followed.names).to_vec();
        self.jobs.push_back(Job::Subscribe(filters));
    }
}

/// The components of a message that announces a device, with their platforms.
fn components(payload: &[u8]) -> Vec<(String, String)> {
    let message: Value = serde_json::from_slice(payload).unwrap_or_default();
    let components = message["components"].as_object().into_iter().flatten();
    let platform = |config: &Value| config["platform"].as_str().map(str::to_owned);
    components.filter_map(|(key, config)| Some((key.clone(), platform(config)?))).collect()
}
