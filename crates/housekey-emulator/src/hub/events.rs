//! What has changed, as those who listen are told it.

use std::collections::HashSet;

use housekey::catalogue::{self, Operation};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use super::Hub;
use super::answer::Answer;
use super::call::Call;
use super::dispatch;
use crate::state::{Change, Home, What};

/// One event.
#[derive(Debug, Clone)]
pub struct HubEvent {
    /// Where: `homey:manager:devices`, `homey:device:<uuid>`.
    pub uri: String,
    /// What: `device.update`, `capability`.
    pub name: String,
    /// Its data.
    pub data: Box<RawValue>,
}

/// The write of a capability that something happened through.
#[derive(Debug)]
pub(super) struct Write {
    device: String,
    capability: String,
    transaction: Value,
    time: Value,
}

impl Write {
    /// Reads it from the answer to a call; `None` for any other call.
    pub(super) fn of(call: &Call<'_>, answer: &Answer) -> Option<Self> {
        if call.operation.id != "devices.setCapabilityValue" {
            return None;
        }
        let Answer::Json(answer) = answer else { return None };
        Some(Self {
            device: call.text("deviceId").ok()?.to_owned(),
            capability: call.text("capabilityId").ok()?.to_owned(),
            transaction: answer["transactionId"].clone(),
            time: answer["transactionTime"].clone(),
        })
    }
}

impl Hub {
    /// A capability of a device that has a value, and the value.
    pub(crate) fn some_value(&self, device: &str) -> Option<(String, Value)> {
        let capabilities = &self.home.devices.get(device)?.capabilities;
        let known = capabilities.iter().find(|capability| !capability.value.is_null())?;
        Some((known.id.clone(), known.value.clone()))
    }

    /// The events of the last request or tick, once, for the URIs that somebody listens to.
    pub fn take_events(&mut self, listened: &dyn Fn(&str) -> bool) -> Vec<HubEvent> {
        let changes = std::mem::take(&mut self.untold);
        let mut telling = Telling {
            home: &mut self.home,
            listened,
            write: self.write.take(),
            updated: HashSet::new(),
            events: Vec::new(),
        };
        for change in changes {
            telling.tell(change);
        }
        telling.events
    }
}

struct Telling<'a> {
    home: &'a mut Home,
    listened: &'a dyn Fn(&str) -> bool,
    write: Option<Write>,
    /// The devices whose update was told already: one tells all values.
    updated: HashSet<String>,
    events: Vec<HubEvent>,
}

impl Telling<'_> {
    fn tell(&mut self, change: Change) {
        match change {
            Change::Capability { device, capability, value } => {
                let uri = format!("homey:device:{device}");
                if (self.listened)(&uri) {
                    let (transaction, time) = self.cause(&device, &capability);
                    let data = json!({
                        "capabilityId": capability,
                        "value": value,
                        "transactionId": transaction,
                        "transactionTime": time,
                    });
                    self.push(uri, "capability".to_owned(), raw(&data));
                }
                self.manager("devices", "device", &device, What::Updated);
            }
            // Told as changes of the items themselves, or of the user.
            Change::Variable { .. } => {}
            Change::Presence { user, .. } => self.item("users", "user", &user, What::Updated),
            Change::Item { manager, item, id, what } => self.item(manager, item, &id, what),
        }
    }

    /// The transaction of the write that changed a value; of other changes there is none. The time is
    /// the one that the capability itself tells, for a client takes it for that.
    fn cause(&self, device: &str, capability: &str) -> (Value, Value) {
        let write = self.write.as_ref();
        match write.filter(|one| one.device == device && one.capability == capability) {
            Some(write) => (write.transaction.clone(), write.time.clone()),
            None => {
                let device = self.home.devices.get(device);
                let mut all = device.into_iter().flat_map(|device| &device.capabilities);
                let known = all.find(|one| one.id == capability).and_then(|one| one.last_updated);
                (Value::Null, known.unwrap_or(self.home.now).as_millisecond().into())
            }
        }
    }

    fn item(&mut self, manager: &'static str, item: &'static str, id: &str, what: What) {
        self.manager(manager, item, id, what);
        let uri = format!("homey:{item}:{id}");
        let name = match what {
            What::Created => return,
            What::Updated => "update",
            What::Deleted => "delete",
        };
        if (self.listened)(&uri) {
            let data = self.data(manager, item, id, what);
            self.push(uri, name.to_owned(), data);
        }
    }

    fn manager(&mut self, manager: &'static str, item: &'static str, id: &str, what: What) {
        let uri = format!("homey:manager:{manager}");
        if !(self.listened)(&uri) {
            return;
        }
        if item == "device" && what == What::Updated && !self.updated.insert(id.to_owned()) {
            return;
        }
        let name = match (item, what) {
            ("state", _) => "state".to_owned(),
            (_, What::Created) => format!("{item}.create"),
            (_, What::Updated) => format!("{item}.update"),
            (_, What::Deleted) => format!("{item}.delete"),
        };
        let data = self.data(manager, item, id, what);
        self.push(uri, name, data);
    }

    /// The item as the API shows it; of one that is gone, or that cannot be read by itself, its id.
    fn data(&mut self, manager: &str, item: &str, id: &str, what: What) -> Box<RawValue> {
        if what != What::Deleted
            && let Some(data) = read(self.home, manager, item, id)
        {
            return data;
        }
        raw(&json!({ "id": id }))
    }

    fn push(&mut self, uri: String, name: String, data: Box<RawValue>) {
        self.events.push(HubEvent { uri, name, data });
    }
}

/// Whether an operation reads one item of that kind: `flowfolder` is read by `getFlowFolder`.
pub(super) fn is_getter(operation: &Operation, item: &str) -> bool {
    let read = operation.name.strip_prefix("get");
    read.is_some_and(|name| name.eq_ignore_ascii_case(item))
}

/// Reads an item through the operation of the API that does.
fn read(home: &mut Home, manager: &str, item: &str, id: &str) -> Option<Box<RawValue>> {
    let mut operations = catalogue::operations().iter();
    let operation = operations.find(|one| one.manager == manager && is_getter(one, item))?;
    let now = home.now;
    let call = Call {
        operation,
        arguments: Map::from_iter([("id".to_owned(), Value::from(id))]),
        session: None,
        now,
        verify: &|_| None,
    };
    match dispatch::handler(operation).ok()?(home, &call).ok()? {
        Answer::Json(value) => Some(raw(&value)),
        Answer::Text(text) => RawValue::from_string(text).ok(),
        Answer::File { .. } => None,
    }
}

fn raw(value: &Value) -> Box<RawValue> {
    // A value is always JSON.
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
