//! Load for benchmarks: many capability events, as fast as they are taken.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use tokio::time::Instant;

use crate::world::World;

/// How a burst went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Burst {
    /// How many events there were.
    pub events: u64,
    /// How often one was handed to a connection.
    pub deliveries: u64,
    /// How long that took, in milliseconds.
    pub took_ms: f64,
}

/// A connection that is subscribed to a device.
struct Subscriber {
    socket: SocketRef,
    uri: String,
}

impl World {
    /// Sends events of the devices of the first Homey that have subscribers, one device after the other, at
    /// the given rate or as fast as they are taken. The values are the present ones, so that a copy of the
    /// home stays right; `sentAt` is the real time of sending. The simulation is paused meanwhile.
    pub(crate) async fn burst(
        &self,
        count: u64,
        per_second: Option<NonZeroU32>,
    ) -> Result<Burst, String> {
        let _bursting = self.bursting.clone();
        let mut devices: Vec<(Value, Vec<Subscriber>)> = Vec::new();
        for (socket, uris) in self.connections.device_subscriptions(0) {
            for uri in uris {
                let device = uri.trim_start_matches("homey:device:");
                let Some((capability, value)) = self.at_hub(0, |hub, _, _| hub.some_value(device))
                else {
                    continue;
                };
                let data = json!({ "capabilityId": capability, "value": value });
                let subscriber = Subscriber { socket: socket.clone(), uri };
                match devices
                    .iter_mut()
                    .find(|(_, subscribers)| subscribers[0].uri == subscriber.uri)
                {
                    Some((_, subscribers)) => subscribers.push(subscriber),
                    None => devices.push((data, vec![subscriber])),
                }
            }
        }
        if devices.is_empty() {
            return Err("Nobody listens to a device of the first Homey.".to_owned());
        }
        let first_time = self.at_hub(0, |_, now, _| now.moved.as_millisecond());
        let started = Instant::now();
        let mut deliveries = 0;
        for (number, place) in (0..count).zip((0..devices.len()).cycle()) {
            if let Some(rate) = per_second {
                let due = Duration::from_secs(number) / rate.get();
                tokio::time::sleep_until(started + due).await;
            }
            let (data, subscribers) = &mut devices[place];
            // The vendor's client passes over an event of the same time as the last.
            data["transactionTime"] = (first_time + number.cast_signed()).into();
            data["sentAt"] = (self.real_time().as_microsecond() as f64 / 1000.0).into();
            for subscriber in subscribers {
                deliveries += u64::from(subscriber.send(data).await);
            }
        }
        let took_ms = started.elapsed().as_secs_f64() * 1000.0;
        Ok(Burst { events: count, deliveries, took_ms })
    }
}

impl Subscriber {
    /// Waits for room; `false` when the connection is gone.
    async fn send(&self, data: &Value) -> bool {
        loop {
            match self.socket.emit(&self.uri, &("capability", data)) {
                Ok(()) => return true,
                Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                    tokio::task::yield_now().await;
                }
                Err(_) => return false,
            }
        }
    }
}
