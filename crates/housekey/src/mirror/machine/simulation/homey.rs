//! The simulated Homey: its items, its changes and its events.

use rand::RngExt as _;
use rand::seq::IteratorRandom as _;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;

impl Simulation {
    pub(super) fn create(&mut self, kind: ItemKind) -> String {
        self.numbers += 1;
        let id = format!("{kind}-{}", self.numbers);
        let mut item = json!({ "id": id, "name": "new", "strange": [1.50, null] });
        if kind == ItemKind::Device {
            item["capabilitiesObj"] = json!({
                "onoff": { "id": "onoff", "value": false, "lastUpdated": null },
                "dim": { "id": "dim", "value": 0, "lastUpdated": null },
            });
        }
        self.items.insert((kind, id.clone()), item);
        id
    }

    /// Something changes, and subscribers are notified.
    pub(super) fn change(&mut self) {
        let kind = *KINDS.iter().choose(&mut self.rng).unwrap();
        let known: Vec<String> =
            self.items.keys().filter(|(k, _)| *k == kind).map(|(_, id)| id.clone()).collect();
        let id = known.iter().choose(&mut self.rng).cloned();
        match (self.rng.random_range(0..10), id) {
            (0, _) | (_, None) => {
                let id = self.create(kind);
                let item = self.items[&(kind, id)].clone();
                self.tell(kind.uri(), &format!("{kind}.create"), &item);
            }
            (1, Some(id)) => {
                self.items.remove(&(kind, id.clone()));
                self.tell(kind.uri(), &format!("{kind}.delete"), &json!({ "id": id }));
                self.listening.remove(&*format!("homey:device:{id}"));
            }
            (2..5, Some(id)) => {
                let number = self.rng.random_range(0..5);
                let item = self.items.get_mut(&(kind, id.clone())).unwrap();
                item["name"] = json!(format!("name {number}"));
                // The whole item, or what is new of it.
                let data = if self.rng.random_bool(0.5) {
                    item.clone()
                } else {
                    json!({ "id": id, "name": item["name"] })
                };
                self.tell(kind.uri(), &format!("{kind}.update"), &data);
            }
            (_, Some(id)) if kind == ItemKind::Device => self.report(&id),
            _ => {}
        }
    }

    fn report(&mut self, id: &str) {
        let (capability, value) = match self.rng.random_range(0..2) {
            0 => ("onoff", json!(self.rng.random_bool(0.5))),
            _ => ("dim", json!(self.rng.random_range(0..3))),
        };
        let at = wall(self.now);
        let item = self.items.get_mut(&(ItemKind::Device, id.to_owned())).unwrap();
        let entry = &mut item["capabilitiesObj"][capability];
        entry["value"] = value.clone();
        entry["lastUpdated"] = json!(format!("{at:.3}"));
        let item = item.clone();
        let time = at.as_millisecond();
        let data = json!({ "capabilityId": capability, "value": value, "transactionTime": time });
        self.tell(&format!("homey:device:{id}"), "capability", &data);
        if self.faults.chatty {
            self.tell(ItemKind::Device.uri(), "device.update", &item);
        }
    }

    fn tell(&mut self, uri: &str, name: &str, data: &Value) {
        let Some(connection) = self.connection else { return };
        if !self.listening.contains(uri) || self.of_hundred(self.faults.lost) {
            return;
        }
        let data = RawValue::from_string(data.to_string()).unwrap().into();
        let event = Event { uri: uri.into(), name: name.into(), data };
        let times = if self.of_hundred(self.faults.doubled) { 2 } else { 1 };
        for _ in 0..times {
            self.send(connection, Received::Event(event.clone()));
        }
    }

    /// Sends something over a connection, behind all that was sent before.
    pub(super) fn send(&mut self, connection: u32, what: Received) {
        let arrival = self.now + Duration::from_millis(self.rng.random_range(0..300));
        self.last_arrival = self.last_arrival.max(arrival);
        self.at(self.last_arrival, Happening::Receive(connection, what));
    }
}
