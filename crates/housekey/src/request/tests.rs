//! Requests as they go out, and the texts for what cannot go out.

use serde_json::{Value, json};

use super::*;
use crate::{args, catalogue::find};
use Dialect::{Cloud, Local, V2};

fn outcome(id: &str, dialect: Dialect, arguments: &Arguments) -> String {
    match build(find(id).unwrap(), dialect, arguments) {
        Err(error) => format!("refused: {error}"),
        Ok(request) => {
            assert_eq!(request.operation.id, id);
            let body = match &request.body {
                None => String::new(),
                Some(Body::Json(value)) => format!(" {value}"),
                Some(Body::Form(parts)) => format!(" form {parts:?}"),
            };
            let path = request.path_and_query.strip_prefix("/api/manager/").unwrap();
            format!("{} {path}{body}", request.method)
        }
    }
}

#[test]
fn builds_requests() {
    let switch = args! { "deviceId" => "d1", "capabilityId" => "onoff", "value" => true };
    let rows = [
        ("devices.getDevices", Local, args! {}, "GET devices/device"),
        ("system.getInfo", V2, args! {}, "GET system"),
        ("devices.deleteDevice", Cloud, args! { "id" => "d1" }, "DELETE devices/device/d1"),
        // Fields of the body; those not given are not there, and none still makes a body.
        (
            "devices.setCapabilityValue",
            Local,
            switch,
            r#"PUT devices/device/d1/capability/onoff {"value":true}"#,
        ),
        ("system.reboot", Local, args! {}, "POST system/reboot {}"),
        (
            "zwave.runCommand",
            V2,
            args! { "command" => "sendData", "opts" => "5,0x20,0x00" },
            r#"POST zwave/command {"command":"sendData","opts":"5,0x20,0x00"}"#,
        ),
        (
            "zwave.runCommand",
            V2,
            args! { "command" => "heal", "opts" => json!({ "nodeId": 5 }) },
            r#"POST zwave/command {"command":"heal","opts":{"nodeId":5}}"#,
        ),
        // The value is the body; null in it stays.
        (
            "logic.updateVariable",
            Local,
            args! { "id" => "v1", "variable" => json!({ "value": 5 }) },
            r#"PUT logic/variable/v1 {"value":5}"#,
        ),
        (
            "zones.createZone",
            Local,
            args! { "zone" => json!({ "name": "Attic", "parent": null, "new": 1 }) },
            r#"POST zones/zone {"name":"Attic","parent":null,"new":1}"#,
        ),
        (
            "apps.setAppSetting",
            V2,
            args! { "id" => "com.x", "name" => "k", "value" => Value::Null },
            r#"PUT apps/app/com.x/setting/k {"value":null}"#,
        ),
        // Query.
        (
            "energy.getReportDay",
            Local,
            args! { "date" => "2026-01-31", "cache" => Value::Null },
            "GET energy/report/day?date=2026-01-31",
        ),
        // Ids with an owner.
        (
            "insights.getLogEntries",
            V2,
            args! { "id" => "homey:device:d1:dim", "resolution" => "lastHour" },
            "GET insights/log/homey:device:d1/dim/entry?resolution=lastHour",
        ),
        (
            "insights.getLogEntries",
            Local,
            args! { "id" => "homey:device:d1:dim" },
            "GET insights/log/homey:device:d1/homey:device:d1:dim/entry",
        ),
        // The path differs by dialect; a number may stand in it.
        ("system.setDebug", V2, args! { "mask" => "*" }, "PUT system/debug/* {}"),
        (
            "matter.deleteNodeFabric",
            Local,
            args! { "id" => "n1", "fabricIndex" => 2 },
            "DELETE matter/node/n1/fabric/2",
        ),
        (
            "devkit.runApp",
            V2,
            args! { "app" => "A", "debug" => "1", "env" => "{}", "purgeSettings" => "0" },
            r#"POST devkit form [("app", "A"), ("debug", "1"), ("env", "{}"), ("purgeSettings", "0")]"#,
        ),
    ];
    for (id, dialect, arguments, want) in rows {
        assert_eq!(outcome(id, dialect, &arguments), want, "{id} on {dialect}");
    }
}

#[test]
fn names_what_is_wrong() {
    let rows = [
        (
            "alarms.getAlarms",
            Cloud,
            args! {},
            "a `cloud` Homey has no alarms.getAlarms; it is there on v2 and local",
        ),
        (
            "devices.getDevice",
            Local,
            args! {},
            "devices.getDevice needs `id`, which takes a string",
        ),
        (
            "devices.getDevice",
            Local,
            args! { "id" => Value::Null },
            "devices.getDevice needs `id`, which takes a string",
        ),
        (
            "devices.setCapabilityValue",
            V2,
            args! { "deviceId" => "d1", "capabilityId" => "c" },
            "devices.setCapabilityValue needs `value`, which takes any value",
        ),
        (
            "devices.setCapabilityValue",
            Local,
            args! { "deviceId" => "d1", "capabilityID" => "dim", "value" => 1 },
            "devices.setCapabilityValue has no argument `capabilityID`; \
             did you mean `capabilityId`?",
        ),
        (
            "devices.getDevice",
            Local,
            args! { "id" => "d1", "fields" => "name" },
            "devices.getDevice has no argument `fields`; it takes `id`",
        ),
        (
            "insights.getLogEntries",
            V2,
            args! { "log" => "l1" },
            "insights.getLogEntries has no argument `log`; it takes `uri`, `id` and `resolution`",
        ),
        (
            "devices.getDevices",
            Local,
            args! { "x" => 1 },
            "devices.getDevices has no argument `x`; it takes none",
        ),
        (
            "devices.getDevice",
            Local,
            args! { "id" => 5 },
            "`id` of devices.getDevice takes a string, not a number",
        ),
        (
            "devices.setCapabilityValue",
            Local,
            args! { "deviceId" => "d1", "capabilityId" => "c", "value" => json!({}) },
            "`value` of devices.setCapabilityValue takes a string, a number or a boolean, \
             not an object",
        ),
        (
            "devices.setCapabilityValue",
            Local,
            args! { "deviceId" => "d1", "capabilityId" => "c", "value" => Value::Null },
            "`value` of devices.setCapabilityValue takes a string, a number or a boolean, \
             not null",
        ),
        (
            "logic.updateVariable",
            Local,
            args! { "id" => "v1", "variable" => json!({ "name": true }) },
            "`variable.name` of logic.updateVariable takes a string, not a boolean",
        ),
        (
            "flow.getFlow",
            V2,
            args! { "id" => ".." },
            "`id` of flow.getFlow stands in the path, where it cannot be `..`",
        ),
    ];
    for (id, dialect, arguments, want) in rows {
        assert_eq!(
            outcome(id, dialect, &arguments),
            format!("refused: {want}"),
            "{id} on {dialect}"
        );
    }
}

#[test]
fn knows_what_is_alike_on_every_dialect() {
    let alike = |id: &str, arguments| match build_for_any_dialect(find(id).unwrap(), &arguments) {
        None => "differs".to_owned(),
        Some(Err(error)) => format!("refused: {error}"),
        Some(Ok(request)) => format!("{} {} s", request.path_and_query, request.timeout.as_secs()),
    };
    let rows = [
        ("devices.getDevices", args! {}, "/api/manager/devices/device 30 s"),
        (
            "devices.getDevice",
            args! {},
            "refused: devices.getDevice needs `id`, which takes a string",
        ),
        // The dialects check it differently, and this passes all of them.
        (
            "devices.setCapabilityValue",
            args! { "deviceId" => "d1", "capabilityId" => "onoff", "value" => true },
            "/api/manager/devices/device/d1/capability/onoff 30 s",
        ),
        (
            "devices.setCapabilityValue",
            args! { "deviceId" => "d1", "capabilityId" => "onoff", "value" => json!({}) },
            "differs",
        ),
        // Older Homeys want the id taken apart.
        ("insights.getLogEntries", args! { "id" => "homey:device:d1:dim" }, "differs"),
        // Not there on all of them, so each would be refused in other words.
        ("alarms.getAlarms", args! {}, "differs"),
    ];
    for (id, arguments, want) in rows {
        assert_eq!(alike(id, arguments), want, "{id}");
    }
}

#[test]
fn waits_as_long_as_the_dialect_may_take() {
    let operation = find("devices.getDevices").unwrap();
    let seconds = |dialect| build(operation, dialect, &args! {}).unwrap().timeout.as_secs();
    assert_eq!(Dialect::ALL.map(seconds), [30, 10, 10]);
}

#[test]
fn shows_no_values() {
    let arguments = args! { "username" => "anna", "password" => "s3cret", "clientId" => "c" , "clientName" => "n" };
    let request = build(find("users.loginLocal").unwrap(), Local, &arguments).unwrap();
    let shown = format!("{arguments:?} {request:?}");
    assert!(!shown.contains("s3cret") && shown.contains("password"), "{shown}");
    let query = args! { "date" => "s3cret" };
    let request = build(find("energy.getReportDay").unwrap(), Local, &query).unwrap();
    assert!(!format!("{request:?}").contains("s3cret"));
}
