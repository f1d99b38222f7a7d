//! A connection to a broker, apart from the library that makes it.

use tokio::sync::mpsc;

use crate::outbox::Message;

/// How many messages wait in a connection, in each direction.
pub(crate) const CAPACITY: usize = 128;

/// What opens connections.
pub trait Broker: Send + Sync {
    /// Begins to connect. `will` is published by the broker when the connection is lost.
    fn open(&self, will: &Message) -> Connection;
}

/// A connection. Dropping it closes it without ceremony, so that the broker publishes the will.
#[derive(Debug)]
pub struct Connection {
    /// What is sent.
    pub requests: mpsc::Sender<Request>,
    /// What comes in; it ends after [`Event::Lost`].
    pub events: mpsc::Receiver<Event>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Publishes a message, acknowledged by the broker.
    Publish(Message),
    /// Follows topics; each message is acknowledged.
    Subscribe(Vec<String>),
    /// Follows topics for what the broker keeps there. Messages are not acknowledged: of those that wait for it,
    /// brokers drop what is over their limit, Mosquitto after 1,000.
    Read(Vec<String>),
    /// Does not follow them any more.
    Unsubscribe(Vec<String>),
    /// Ends the connection once everything before it is acknowledged.
    Close,
}

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The broker accepts the client.
    Connected,
    /// A message.
    Message {
        /// Its topic.
        topic: String,
        /// Its content.
        payload: Vec<u8>,
        /// Whether the broker had kept it.
        retain: bool,
    },
    /// The broker does not take a message; the connection stays.
    Refused(Lost),
    /// The connection could not be made, or is lost.
    Lost(Lost),
}

/// Why there is no connection, or why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What failed.
    pub why: String,
    /// What can be done about it.
    pub advice: Option<&'static str>,
}
