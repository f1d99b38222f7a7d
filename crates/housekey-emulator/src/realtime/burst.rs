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

/// Somebody who listens to a device, and where that device stands in the round.
struct Target {
    socket: SocketRef,
    uri: String,
}

impl World {
    /// Sends events about the devices of the first Homey that anybody listens to, one device after
    /// the other: so many in a second, or as fast as they are taken. The values are the present ones,
    /// so that whoever keeps a copy stays right; when each was sent stands in `sentAt`, in real time.
    /// The simulation stands still meanwhile.
    pub(crate) async fn burst(
        &self,
        count: u64,
        per_second: Option<NonZeroU32>,
    ) -> Result<Burst, String> {
        let _bursting = self.bursting.clone();
        let mut devices: Vec<(Value, Vec<Target>)> = Vec::new();
        for (socket, uris) in self.links.listeners(0) {
            for uri in uris {
                let device = uri.trim_start_matches("homey:device:");
                let Some((capability, value)) = self.at_hub(0, |hub, _, _| hub.some_value(device))
                else {
                    continue;
                };
                let data = json!({ "capabilityId": capability, "value": value });
                let target = Target { socket: socket.clone(), uri };
                match devices.iter_mut().find(|(_, targets)| targets[0].uri == target.uri) {
                    Some((_, targets)) => targets.push(target),
                    None => devices.push((data, vec![target])),
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
            let (data, targets) = &mut devices[place];
            // The vendor's client passes over an event of the same time as the last.
            data["transactionTime"] = (first_time + number.cast_signed()).into();
            data["sentAt"] = (self.real_time().as_microsecond() as f64 / 1000.0).into();
            for target in targets {
                deliveries += u64::from(target.send(data).await);
            }
        }
        let took_ms = started.elapsed().as_secs_f64() * 1000.0;
        Ok(Burst { events: count, deliveries, took_ms })
    }
}

impl Target {
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
