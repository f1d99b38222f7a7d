//! What a broker keeps of ours.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::timeout;

use crate::bridge::{is_kept_by_us, kept_filters};
use crate::connection::{Broker, Connection, Event, Lost, Request};
use crate::options::Options;
use crate::outbox::Message;
use crate::topics;
use crate::view::HomeyNames;

/// How long a broker may take for each step.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take for all that is deleted.
const MOST: Duration = Duration::from_secs(120);

/// A connection that looks for retained messages of ours, and deletes them.
#[derive(Debug)]
pub struct Cleaner {
    connection: Connection,
    options: Options,
    homey: HomeyNames,
}

impl Cleaner {
    /// Connects.
    ///
    /// # Errors
    /// Why there is no connection.
    pub async fn connect(
        broker: &dyn Broker,
        options: Options,
        homey: HomeyNames,
    ) -> Result<Self, Lost> {
        let place = format!("{}/bridge/cleaner", options.base);
        // Not retained: nothing is left behind.
        let mut connection = broker.open(&Message::once(place, ""));
        match timeout(PATIENCE, connection.events.recv()).await {
            Ok(Some(Event::Connected)) => Ok(Self { connection, options, homey }),
            Ok(Some(Event::Lost(lost))) => Err(lost),
            _ => Err(silent()),
        }
    }

    /// The topics of the retained messages of that Homey that are ours.
    ///
    /// # Errors
    /// Why the broker did not send them.
    pub async fn find(&mut self) -> Result<Vec<String>, Lost> {
        let sync = format!("{}/bridge/sync", self.options.base);
        let mut filters = kept_filters(&self.options, &self.homey);
        filters.push(sync.clone());
        self.send(Request::Read(filters)).await?;
        self.send(Request::Publish(Message::once(sync.as_str(), "clean"))).await?;
        let mut found = BTreeSet::new();
        loop {
            match timeout(PATIENCE, self.connection.events.recv()).await {
                Ok(Some(Event::Message { topic, payload, retain })) => {
                    if topic == sync && payload == b"clean" {
                        return Ok(found.into_iter().collect());
                    }
                    if retain && is_kept_by_us(&topic, &payload, &self.options, &self.homey) {
                        found.insert(topic);
                    }
                }
                Ok(Some(Event::Lost(lost) | Event::Refused(lost))) => return Err(lost),
                Ok(Some(Event::Connected)) => {}
                Ok(None) | Err(_) => return Err(silent()),
            }
        }
    }

    /// Deletes retained messages, and closes the connection.
    ///
    /// # Errors
    /// Why the broker did not take that.
    pub async fn delete(self, topics: &[String]) -> Result<(), Lost> {
        let Connection { requests, mut events } = self.connection;
        let filters = kept_filters(&self.options, &self.homey);
        let delete = async {
            requests.send(Request::Unsubscribe(filters)).await.ok()?;
            for topic in topics {
                let message = Message::retained(topic.as_str(), "");
                requests.send(Request::Publish(message)).await.ok()?;
            }
            requests.send(Request::Close).await.ok()
        };
        // What comes in meanwhile would stop what goes out.
        let ended = async {
            let mut refused = None;
            while let Some(event) = events.recv().await {
                if let Event::Refused(why) = event {
                    refused = Some(why);
                }
            }
            refused
        };
        match timeout(MOST, async { tokio::join!(delete, ended) }).await {
            Ok((_, Some(refused))) => Err(refused),
            Ok((Some(()), None)) => Ok(()),
            _ => Err(silent()),
        }
    }

    async fn send(&self, request: Request) -> Result<(), Lost> {
        let sent = timeout(PATIENCE, self.connection.requests.send(request)).await;
        sent.ok().and_then(Result::ok).ok_or_else(silent)
    }
}

/// The bridge's own topics of a Homey: they go when nothing of it is published any more.
pub fn own_topics(options: &Options, homey: &HomeyNames) -> Vec<String> {
    vec![topics::homey_state(&options.base, homey), topics::homey_devices(&options.base, homey)]
}

fn silent() -> Lost {
    Lost { why: "the broker does not answer".to_owned(), advice: None }
}
