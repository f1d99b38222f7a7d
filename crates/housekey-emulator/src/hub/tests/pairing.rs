//! Drivers and pair sessions.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::Bench;

#[test]
fn a_device_is_paired_and_unpaired() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let drivers = bench.get("drivers/driver");
        let bulb = |driver: &&Value| driver["name"] == "Bulb dim";
        let driver = drivers.as_array().unwrap().iter().find(bulb).unwrap().clone();
        let zone = bench.id("zones/zone", "Garden");
        let mut body = json!({ "type": "pair", "driverId": driver["id"], "zoneId": zone });
        if dialect == Dialect::V2 {
            body["driverUri"] = driver["uri"].clone();
            let (uri, id) = (driver["uri"].as_str().unwrap(), driver["id"].as_str().unwrap());
            assert_eq!(bench.get(&format!("drivers/driver/{uri}/{id}")), driver);
        }
        let session = bench.post("drivers/pairsession", body);
        let path = format!("drivers/pairsession/{}", session["id"].as_str().unwrap());
        assert_eq!(bench.get(&path), session);
        let event = json!({ "event": "list_devices", "data": {} });
        let found = bench.post(&format!("{path}/emit"), event);
        let device = bench.post(&format!("{path}/device"), found[0].clone());
        assert_eq!((&device["name"], &device["zone"]), (&found[0]["name"], &json!(zone)));
        assert_eq!(device["class"], "light");
        assert!(device["capabilitiesObj"]["onoff"]["value"].is_boolean(), "it lives at once");
        let id = device["id"].as_str().unwrap().to_owned();
        assert_eq!(bench.get(&format!("devices/device/{id}"))["id"], json!(id));
        let (status, _) = bench.ask("POST", &format!("{path}/device"), Some(found[0].clone()));
        assert_eq!(status, 400, "the same device is not paired twice");
        bench.post(&format!("{path}/heartbeat"), json!({}));
        bench.delete(&path);
        assert_eq!(bench.ask("POST", &format!("{path}/heartbeat"), Some(json!({}))).0, 404);

        let session =
            bench.post("drivers/pairsession", json!({ "type": "unpair", "deviceId": id }));
        let path = format!("drivers/pairsession/{}", session["id"].as_str().unwrap());
        bench.delete(&format!("{path}/device"));
        assert_eq!(bench.ask("GET", &format!("devices/device/{id}"), None).0, 404);
    }
}

#[test]
fn wrong_pair_sessions_are_refused() {
    let mut bench = Bench::new(Dialect::Local);
    for (body, status) in [
        (json!({ "type": "adopt" }), 400),
        (json!({}), 400),
        (json!({ "type": "pair", "driverId": "x" }), 404),
        (json!({ "type": "unpair" }), 400),
        (json!({ "type": "unpair", "deviceId": "x" }), 404),
        (
            json!({ "type": "pair", "driverId": "homey:app:com.example.lumen:bulb_dim", "zoneId": "x" }),
            404,
        ),
    ] {
        assert_eq!(
            bench.ask("POST", "drivers/pairsession", Some(body.clone())).0,
            status,
            "{body}"
        );
    }
    bench.put("apps/app/com.example.lumen/disable", json!({}));
    let drivers = bench.get("drivers/driver");
    let of = |driver: &&Value| driver["ownerUri"] == "homey:app:com.example.lumen";
    assert!(
        !drivers.as_array().unwrap().iter().any(|driver| of(&driver)),
        "drivers sleep with their app"
    );
}

/// `homey:app:<app>:<driver>` in one text on newer Homeys, in two fields on older ones.
#[test]
fn driver_and_owner_of_a_device_are_spelled_as_each_generation_does() {
    for dialect in [Dialect::Local, Dialect::Cloud, Dialect::V2] {
        let mut bench = Bench::new(dialect);
        let (devices, drivers) = (bench.get("devices/device"), bench.get("drivers/driver"));
        for device in devices.as_object().unwrap().values() {
            let text = |key: &str| device[key].as_str().unwrap_or_default().to_owned();
            let (id, uri) = (text("driverId"), text("driverUri"));
            let app = uri.strip_prefix("homey:app:").unwrap_or_else(|| panic!("{uri}"));
            assert!(!app.is_empty() && !app.contains(':'), "{uri}");
            let short = match dialect {
                Dialect::V2 => {
                    assert!(device.get("ownerUri").is_none(), "{device}");
                    &*id
                }
                _ => {
                    assert_eq!(text("ownerUri"), uri);
                    id.strip_prefix(&format!("{uri}:")).unwrap_or_else(|| panic!("{id} of {uri}"))
                }
            };
            assert!(!short.is_empty() && !short.contains(':'), "{id}");
            let owner = if dialect == Dialect::V2 { "uri" } else { "ownerUri" };
            let mut all: Box<dyn Iterator<Item = &Value>> = match &drivers {
                Value::Array(all) => Box::new(all.iter()),
                all => Box::new(all.as_object().unwrap().values()),
            };
            let known = all.any(|one| one["id"] == *id && one[owner] == *uri);
            assert!(known, "{dialect}: no driver {id} of {uri}");
        }
    }
}
