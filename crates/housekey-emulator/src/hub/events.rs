//! Events: the changes of a home as subscribers receive them.

use std::collections::HashSet;

use housekey::catalogue::{self, Operation};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::call::{Answer, Call};
use crate::state::{Change, ChangeKind, Home};

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct HubEvent {
    /// Where: `homey:manager:devices`, `homey:device:<uuid>`.
    pub(crate) uri: String,
    /// What: `device.update`, `capability`.
    pub(crate) name: String,
    /// Its data.
    pub(crate) data: Box<RawValue>,
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

/// Reads an item through the operation of the API that does.
pub(super) type ItemReader = fn(&mut Home, &'static Operation, &str) -> Option<Answer>;

/// The events of some changes, for the URIs with subscribers.
pub(super) fn of(
    home: &mut Home,
    changes: Vec<Change>,
    write: Option<Write>,
    has_subscribers: &dyn Fn(&str) -> bool,
    read_item: ItemReader,
) -> Vec<HubEvent> {
    let mut builder = EventBuilder {
        home,
        has_subscribers,
        read_item,
        write,
        updated: HashSet::new(),
        events: Vec::new(),
    };
    for change in changes {
        builder.add(change);
    }
    builder.events
}

/// Turns changes into events.
struct EventBuilder<'a> {
    home: &'a mut Home,
    has_subscribers: &'a dyn Fn(&str) -> bool,
    read_item: ItemReader,
    write: Option<Write>,
    /// The devices that have an update already; one update holds all values.
    updated: HashSet<String>,
    events: Vec<HubEvent>,
}

impl EventBuilder<'_> {
    fn add(&mut self, change: Change) {
        match change {
            Change::Capability { device, capability, value } => {
                let uri = format!("homey:device:{device}");
                if (self.has_subscribers)(&uri) {
                    let (transaction, time) = self.cause(&device, &capability);
                    let data = json!({
                        "capabilityId": capability,
                        "value": value,
                        "transactionId": transaction,
                        "transactionTime": time,
                    });
                    self.push(uri, "capability".to_owned(), raw(&data));
                }
                self.manager("devices", "device", &device, ChangeKind::Updated);
            }
            // The item or the user has a change of its own.
            Change::Variable { .. } => {}
            // The mood itself stays as it is.
            Change::Mood { .. } => {}
            Change::Presence { user, .. } => self.item("users", "user", &user, ChangeKind::Updated),
            Change::Item { manager, item, id, what } => self.item(manager, item, &id, what),
        }
    }

    /// The transaction of the write that changed a value, and the time of the change. Other changes have no
    /// transaction. The time is `lastUpdated` of the capability, which is what clients take it for.
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

    fn item(&mut self, manager: &'static str, item: &'static str, id: &str, what: ChangeKind) {
        self.manager(manager, item, id, what);
        let uri = format!("homey:{item}:{id}");
        let name = match what {
            ChangeKind::Created => return,
            ChangeKind::Updated => "update",
            ChangeKind::Deleted => "delete",
        };
        if (self.has_subscribers)(&uri) {
            let data = self.data(manager, item, id, what);
            self.push(uri, name.to_owned(), data);
        }
    }

    fn manager(&mut self, manager: &'static str, item: &'static str, id: &str, what: ChangeKind) {
        let uri = format!("homey:manager:{manager}");
        if !(self.has_subscribers)(&uri) {
            return;
        }
        if item == "device" && what == ChangeKind::Updated && !self.updated.insert(id.to_owned()) {
            return;
        }
        let name = match (item, what) {
            ("state", _) => "state".to_owned(),
            (_, ChangeKind::Created) => format!("{item}.create"),
            (_, ChangeKind::Updated) => format!("{item}.update"),
            (_, ChangeKind::Deleted) => format!("{item}.delete"),
        };
        let data = self.data(manager, item, id, what);
        self.push(uri, name, data);
    }

    /// The item as the API shows it; its id alone if it is gone or has no getter.
    fn data(&mut self, manager: &str, item: &str, id: &str, what: ChangeKind) -> Box<RawValue> {
        if what != ChangeKind::Deleted
            && let Some(data) = self.read(manager, item, id)
        {
            return data;
        }
        raw(&json!({ "id": id }))
    }

    fn read(&mut self, manager: &str, item: &str, id: &str) -> Option<Box<RawValue>> {
        let mut operations = catalogue::operations().iter();
        let operation = operations.find(|one| one.manager == manager && is_getter(one, item))?;
        match (self.read_item)(self.home, operation, id)? {
            Answer::Json(value) => Some(raw(&value)),
            Answer::Text(text) => RawValue::from_string(text).ok(),
            Answer::File { .. } => None,
        }
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

fn raw(value: &Value) -> Box<RawValue> {
    // A value is always JSON.
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
