//! Messages that wait to be sent: of each topic the newest only.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The most messages that wait and cannot be replaced: events and lines of the log.
const MAX_SINGLE: usize = 1000;

/// A message to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its topic.
    pub topic: Arc<str>,
    /// Its content; empty deletes a retained message.
    pub payload: String,
    /// Whether the broker keeps it.
    pub retain: bool,
}

impl Message {
    pub(crate) fn retained(topic: impl Into<Arc<str>>, payload: impl Into<String>) -> Self {
        Self { topic: topic.into(), payload: payload.into(), retain: true }
    }

    pub(crate) fn once(topic: impl Into<Arc<str>>, payload: impl Into<String>) -> Self {
        Self { topic: topic.into(), payload: payload.into(), retain: false }
    }
}

/// The messages that wait.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queue: VecDeque<Message>,
    /// How many were taken out.
    taken: u64,
    /// The number of the message that waits for a topic.
    places: HashMap<Arc<str>, u64>,
    single: usize,
}

impl Outbox {
    /// Adds a message. A retained one replaces that of the same topic that waits.
    pub(crate) fn push(&mut self, message: Message) {
        if !message.retain {
            if self.single < MAX_SINGLE {
                self.single += 1;
                self.queue.push_back(message);
            }
            return;
        }
        let waiting = self.places.get(&message.topic).and_then(|place| {
            let index = usize::try_from(place.checked_sub(self.taken)?).ok()?;
            self.queue.get_mut(index)
        });
        match waiting {
            Some(waiting) => waiting.payload = message.payload,
            None => self.push_apart(message),
        }
    }

    /// Adds a message behind one of the same topic, which stays.
    pub(crate) fn push_apart(&mut self, message: Message) {
        self.places.insert(message.topic.clone(), self.taken + self.queue.len() as u64);
        self.queue.push_back(message);
    }

    pub(crate) fn pop(&mut self) -> Option<Message> {
        let message = self.queue.pop_front()?;
        if !message.retain {
            self.single -= 1;
        } else if self.places.get(&message.topic) == Some(&self.taken) {
            self.places.remove(&message.topic);
        }
        self.taken += 1;
        Some(message)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_each_topic_is_sent_in_the_order_of_the_first() {
        let mut outbox = Outbox::default();
        for (topic, payload) in [("a", "1"), ("b", "1"), ("a", "2"), ("b", ""), ("c", "1")] {
            outbox.push(Message::retained(topic, payload));
        }
        outbox.push_apart(Message::retained("a", "3"));
        outbox.push(Message::retained("a", "4"));
        let sent: Vec<_> = std::iter::from_fn(|| outbox.pop())
            .map(|m| format!("{}{}", m.topic, m.payload))
            .collect();
        assert_eq!(sent, ["a2", "b", "c1", "a4"]);
        outbox.push(Message::retained("a", "5"));
        assert_eq!(outbox.pop().unwrap().payload, "5");
        assert!(outbox.places.is_empty());
    }

    #[test]
    fn what_cannot_be_replaced_is_limited() {
        let mut outbox = Outbox::default();
        for _ in 0..2 * MAX_SINGLE {
            outbox.push(Message::once("log", "line"));
        }
        assert_eq!(std::iter::from_fn(|| outbox.pop()).count(), MAX_SINGLE);
        outbox.push(Message::once("log", "line"));
        assert!(outbox.pop().is_some() && outbox.is_empty());
    }
}
