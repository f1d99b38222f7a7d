//! Drivers, and pairing new devices with them.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, text_in};
use super::items::{self, ItemKind};
use super::{device_text, devices, icon, owner};
use crate::state::driver::Driver;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    // An array on older Homeys by declaration, on newer ones as seen over the socket.
    ("drivers.getDrivers", |home, _| {
        Ok(home.drivers().iter().map(|driver| view(home, driver)).collect::<Value>().into())
    }),
    ("drivers.getDriver", |home, call| {
        let id = match call.text_if_any("uri") {
            Some(uri) => format!("{uri}:{}", call.text("id")?),
            None => call.text("id")?.to_owned(),
        };
        Ok(view(home, &find(home, &id)?).into())
    }),
    ("drivers.getPairSessions", |home, call| SESSION.list(home, call)),
    ("drivers.getPairSession", |home, call| SESSION.get(home, call)),
    ("drivers.createPairSession", create),
    ("drivers.deletePairSession", |home, call| SESSION.delete(home, call)),
    ("drivers.emitPairingEvent", emit),
    ("drivers.emitPairingCallback", |home, call| session(home, call).map(|_| Answer::NOTHING)),
    ("drivers.emitPairingHeartbeat", |home, call| session(home, call).map(|_| Answer::NOTHING)),
    ("drivers.createPairSessionDevice", create_device),
    ("drivers.deletePairSessionDevice", delete_device),
];

const SESSION: ItemKind = ItemKind {
    manager: "drivers",
    item: "pairsession",
    name: "PairSession",
    all: |home| &home.pair_sessions,
    all_mut: |home| &mut home.pair_sessions,
    keys: &[],
    check: |_, _| Ok(()),
    view: items::as_stored,
};

fn find(home: &Home, id: &str) -> Result<Driver, HubError> {
    // Either spelling: `<owner>:<driver>` and `<owner>:driver:<driver>`.
    let names = |driver: &Driver| {
        let full = driver.full_id();
        full == id || id.replacen(":driver:", ":", 1) == full
    };
    let found = home.drivers().into_iter().find(names);
    found.ok_or_else(|| HubError::not_found("Driver", id))
}

fn view(home: &Home, driver: &Driver) -> Value {
    let uri = format!("homey:app:{}", driver.app);
    let icon = icon::of(home.dialect, &format!("{}:{}", driver.app, driver.id));
    let connectivity = json!([driver.connectivity]);
    if home.dialect == Dialect::V2 {
        return json!({
            "id": driver.id,
            "uri": uri,
            "uriObj": owner::view(home, &uri, &driver.app_name),
            "name": driver.name,
            "icon": format!("/drivers/{}/assets/icon.svg", driver.id),
            "iconObj": icon,
            "ready": true,
            "pair": true,
            "repair": false,
            "unpair": false,
            "color": icon::APP_COLOUR,
            "deprecated": false,
            "class": driver.class,
            "connectivity": connectivity,
        });
    }
    json!({
        "id": driver.full_id(),
        "ownerUri": uri,
        "ownerName": driver.app_name,
        "ownerIconObj": owner::look(home, &uri).1,
        "name": driver.name,
        "iconObj": icon,
        "color": icon::APP_COLOUR,
        "class": driver.class,
        "ready": true,
        "pair": true,
        "repair": false,
        "unpair": false,
        "userPath": null,
        "deprecated": false,
        "connectivity": connectivity,
    })
}

/// The pair session a call names.
fn session<'a>(home: &'a Home, call: &Call<'_>) -> Result<&'a Map<String, Value>, HubError> {
    SESSION.find(home, call.text("id")?)
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("pairsession")?;
    let kind = text_in(body, "type")?.unwrap_or_default();
    if !["pair", "unpair", "repair"].contains(&kind) {
        return Err(HubError::invalid("type should be pair, unpair or repair"));
    }
    let device = text_in(body, "deviceId")?;
    if let Some(device) = device {
        devices::find(home, device)?;
    } else if kind != "pair" {
        return Err(HubError::missing("pairsession.deviceId"));
    }
    let driver = match (text_in(body, "driverUri")?, text_in(body, "driverId")?) {
        (Some(uri), Some(id)) if home.dialect == Dialect::V2 => format!("{uri}:{id}"),
        (_, id) => id.unwrap_or_default().to_owned(),
    };
    if kind == "pair" {
        find(home, &driver)?;
    }
    let zone = text_in(body, "zoneId")?;
    if let Some(zone) = zone.filter(|zone| !home.zones.contains_key(*zone)) {
        return Err(HubError::not_found("Zone", zone));
    }
    let id = home.new_id("pairsession");
    let session = items::object(json!({
        "id": id,
        "type": kind,
        "driverId": body.get("driverId"),
        "driverUri": body.get("driverUri"),
        "deviceId": device,
        "zoneId": zone,
        "views": [{ "id": "list_devices", "template": "list_devices" }],
    }));
    SESSION.put(home, call, &id, session, ChangeKind::Created)
}

/// The driver of a pair session.
fn driver_of(home: &Home, session: &Map<String, Value>) -> Result<Driver, HubError> {
    let text = |key: &str| session.get(key).and_then(Value::as_str);
    let id = text("driverId").unwrap_or_default();
    match text("driverUri").filter(|_| home.dialect == Dialect::V2) {
        Some(uri) => find(home, &format!("{uri}:{id}")),
        None => find(home, id),
    }
}

/// Drivers of the virtual home know one event, which lists the devices that they have found.
fn emit(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, session) = (call.text("id")?, session(home, call)?);
    if call.text("event")? != "list_devices" {
        return Ok(Answer::NOTHING);
    }
    let driver = driver_of(home, session)?;
    let found = |number: u8| {
        let serial = home.seed.secret(&format!("{id}/{number}"));
        json!({
            "name": format!("{} {}", driver.name, &serial[..4]),
            "data": { "id": &serial[..16] },
            "settings": {},
        })
    };
    Ok((1..=2).map(found).collect::<Value>().into())
}

fn create_device(home: &mut Home, call: &Call<'_>) -> Answered {
    let session = session(home, call)?;
    let body = call.object("device")?;
    let driver = driver_of(home, session)?;
    let name = name_in(body, "name")?.unwrap_or(&driver.name);
    let data = body.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    let known = |data: &Map<String, Value>| {
        home.devices.values().any(|one| one.driver == driver.id && one.data == *data)
    };
    if !data.is_empty() && known(&data) {
        return Err(HubError::refused(400, "already_paired", "The device is already paired"));
    }
    let root = || home.root_zone().map(|root| root.id.as_str());
    let zone = session.get("zoneId").and_then(Value::as_str).or_else(root).map(str::to_owned);
    let id = home.add_device(&driver, name.to_owned(), zone.unwrap_or_default(), data);
    Ok(Answer::Text(device_text::text(home, devices::find(home, &id)?).to_owned()))
}

fn delete_device(home: &mut Home, call: &Call<'_>) -> Answered {
    let device =
        session(home, call)?.get("deviceId").and_then(Value::as_str).unwrap_or_default().to_owned();
    devices::find(home, &device)?;
    home.remove_device(&device);
    Ok(Answer::NOTHING)
}
