//! The messages of a device and of a Homey, against those that are there.

use std::collections::BTreeSet;
use std::sync::Arc;

use housekey::mirror::{Home, Item, ItemKind};
use housekey::model::{Device, Variable};
use serde_json::{Value, json};

use super::entry::Published;
use super::{Bridge, Link, digest};
use crate::home_assistant::{self, Announcement};
use crate::outbox::{Message, Outbox};
use crate::payload;
use crate::shape::{Shape, Source};
use crate::topics;
use crate::view::View;

impl Bridge {
    /// Publishes what differs of a device, or all of it.
    pub(super) fn render(&mut self, homey: usize, id: &Arc<str>, force: bool, home: &Home) {
        let options = self.options.clone();
        let followed = &mut self.homeys[homey];
        let Some(entry) = followed.devices.get_mut(id) else { return };
        entry.is_queued = false;
        let Some(item) = home.item(ItemKind::Device, id) else { return };
        let Ok(device) = item.read::<Device>() else { return };
        let view = View::new(&device, &followed.names, &options, &entry.zone_name, &entry.level);
        let Some(view) = view else {
            entry.shape = Shape::default();
            clear_all(std::mem::take(&mut entry.published), &mut self.outbox);
            return;
        };
        entry.shape = Shape::of(&view);
        let announcements = home_assistant::of_device(&view);
        let available = if device.available.get() == Some(&false) { "offline" } else { "online" };
        let mut messages = vec![Message::retained(topics::availability(&view.topic), available)];
        messages.extend(values(&entry.shape, item));
        let (known, found) = (&mut entry.components, &self.known);
        let outbox = &mut self.outbox;
        let announced = announce(announcements, known, |topic| found.get(topic).cloned(), outbox);
        let messages = announced.into_iter().chain(messages);
        publish(messages, &mut entry.published, force, self.link, &mut self.outbox);
    }

    /// The same of a Homey.
    pub(super) fn render_homey(&mut self, homey: usize, force: bool, home: &Home) {
        let options = self.options.clone();
        let followed = &mut self.homeys[homey];
        let count: Arc<str> = topics::homey_devices(&options.base, &followed.names).into();
        let mut messages = Vec::new();
        if followed.published.contains_key(&count) {
            messages.push(Message::retained(count, followed.count.to_string()));
        }
        if options.variables {
            messages.extend(home.all::<Variable>().map(|variable| {
                let topic = topics::variable(&options.base, &followed.names, &variable.id);
                Message::retained(topic, payload::cut(payload::of_value(variable.value())))
            }));
        }
        let announcements = home_assistant::of_homey(home, &followed.names, &options);
        let found = &self.known;
        let known = |topic: &str| found.get(topic).cloned();
        let announced = announce(announcements, &mut followed.components, known, &mut self.outbox);
        let messages = announced.into_iter().chain(messages);
        publish(messages, &mut followed.published, force, self.link, &mut self.outbox);
    }

    /// Publishes how many devices are published, once they are.
    pub(super) fn count(&mut self, homey: usize) {
        let followed = &mut self.homeys[homey];
        followed.count = followed.published_devices();
        let count = followed.count.to_string();
        let topic: Arc<str> = topics::homey_devices(&self.options.base, &followed.names).into();
        let digest = digest(&count);
        if followed.published.insert(topic.clone(), digest) != Some(digest) {
            self.outbox.push(Message::retained(topic, count));
        }
    }

    /// Publishes a value that was reported.
    pub(super) fn value(
        &mut self,
        homey: usize,
        id: &Arc<str>,
        capability: &str,
        rings: bool,
        home: &Home,
    ) {
        let Some(entry) = self.homeys[homey].devices.get_mut(id) else { return };
        let Some(item) = home.item(ItemKind::Device, id) else { return };
        if self.link == Link::Down {
            return;
        }
        for leaf in entry.shape.followers(capability) {
            let topic: Arc<str> = entry.shape.topic_of(leaf).into();
            if leaf.source == Source::Ring {
                if rings {
                    let ring = json!({ "event_type": "ring" }).to_string();
                    self.outbox.push(Message::once(topic, ring));
                }
                continue;
            }
            let Some(payload) = leaf.payload(item) else { continue };
            let digest = digest(&payload);
            if entry.published.insert(topic.clone(), digest) != Some(digest) {
                self.outbox.push(Message::retained(topic, payload));
            }
        }
    }

    /// Publishes the values of a device again.
    pub(super) fn repeat(&mut self, homey: usize, id: &str, home: &Home) {
        let Some(entry) = self.homeys[homey].devices.get(id) else { return };
        let Some(item) = home.item(ItemKind::Device, id) else { return };
        if self.link != Link::Down {
            values(&entry.shape, item).into_iter().for_each(|message| self.outbox.push(message));
        }
    }

    /// Deletes a device that is gone.
    pub(super) fn remove(&mut self, homey: usize, id: &Arc<str>) {
        let Some(entry) = self.homeys[homey].devices.remove(id) else { return };
        if self.link != Link::Down {
            clear_all(entry.published, &mut self.outbox);
        }
    }
}

/// The values of a device.
fn values(shape: &Shape, item: &Item) -> Vec<Message> {
    let message = |leaf| Some(Message::retained(shape.topic_of(leaf), leaf.payload(item)?));
    shape.leaves.iter().filter_map(message).collect()
}

/// Discovery topics first, so that Home Assistant forgets a device before its values.
fn clear_all(published: Published, outbox: &mut Outbox) {
    let is_discovery = |topic: &str| topic.ends_with("/config");
    let (first, then): (Vec<_>, Vec<_>) =
        published.into_keys().partition(|topic| is_discovery(topic));
    for topic in first.into_iter().chain(then) {
        outbox.push(Message::retained(topic, ""));
    }
}

/// Publishes what differs, and then deletes what is not there any more.
fn publish(
    messages: impl Iterator<Item = Message>,
    published: &mut Published,
    force: bool,
    link: Link,
    outbox: &mut Outbox,
) {
    let before = std::mem::take(published);
    for message in messages {
        let digest = digest(&message.payload);
        let is_known = before.get(&message.topic) == Some(&digest);
        published.insert(message.topic.clone(), digest);
        if link != Link::Down && (force || !is_known) {
            outbox.push(message);
        }
    }
    if link != Link::Down {
        let gone = before.into_keys().filter(|topic| !published.contains_key(topic));
        clear_all(gone.map(|topic| (topic, 0)).collect(), outbox);
    }
}

/// The messages that announce something. Components that are not part of one message any more are taken out of it
/// first: Home Assistant forgets only those that are named without their keys.
fn announce(
    announcements: Vec<Announcement>,
    known: &mut Vec<(String, String)>,
    found: impl Fn(&str) -> Option<Vec<(String, String)>>,
    outbox: &mut Outbox,
) -> Vec<Message> {
    let mut messages = Vec::new();
    for Announcement { topic, payload } in announcements {
        let mut message: Value = serde_json::from_str(&payload).unwrap_or_default();
        if let Some(components) = message["components"].as_object_mut() {
            let platform =
                |config: &Value| config["platform"].as_str().unwrap_or_default().to_owned();
            let now: Vec<_> =
                components.iter().map(|(key, config)| (key.clone(), platform(config))).collect();
            let mut before = std::mem::replace(known, now.clone());
            if before.is_empty() {
                before = found(&topic).unwrap_or_default();
            }
            let now: BTreeSet<_> = now.into_iter().collect();
            before.retain(|component| !now.contains(component));
            if !before.is_empty() {
                for (key, platform) in before {
                    components.insert(key, json!({ "platform": platform }));
                }
                outbox.push_apart(Message::retained(topic.as_str(), message.to_string()));
                outbox.push_apart(Message::retained(topic.as_str(), payload.clone()));
            }
        }
        messages.push(Message::retained(topic, payload));
    }
    messages
}
