//! Zones, variables, users and the system.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::Bench;

#[test]
fn zones_are_made_changed_and_deleted_with_their_parents_in_mind() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let (root, floor, bath) = (
            bench.id("zones/zone", "Home"),
            bench.id("zones/zone", "First floor"),
            bench.id("zones/zone", "Bathroom"),
        );
        let attic = bench.post("zones/zone", json!({ "name": "Attic", "parent": floor }));
        let path = format!("zones/zone/{}", attic["id"].as_str().unwrap());
        assert_eq!((&attic["icon"], &attic["active"]), (&json!("default"), &json!(false)));
        assert_eq!(attic.get("order").is_some(), dialect == Dialect::V2);
        assert_eq!(attic.get("activeOrigins").is_some(), dialect != Dialect::V2);
        let answer = bench.put(&path, json!({ "name": "Loft", "icon": "topFloor" }));
        assert_eq!(bench.get(&path), answer);
        assert_eq!(answer["parent"], json!(floor));
        let orphan = bench.post("zones/zone", json!({ "name": "Shed" }));
        assert_eq!(orphan["parent"], json!(root), "there is one root");

        let floor_path = format!("zones/zone/{floor}");
        for (method, path, body, status) in [
            ("POST", "zones/zone", json!({}), 400),
            ("POST", "zones/zone", json!({ "name": " " }), 400),
            ("POST", "zones/zone", json!({ "name": "x", "parent": "nowhere" }), 404),
            ("PUT", &floor_path, json!({ "parent": floor }), 400),
            ("PUT", &floor_path, json!({ "parent": bath }), 400),
            ("PUT", &floor_path, json!({ "parent": null }), 400),
            ("PUT", &format!("zones/zone/{root}"), json!({ "parent": floor }), 400),
            ("PUT", "zones/zone/nowhere", json!({ "name": "x" }), 404),
            ("DELETE", &floor_path, Value::Null, 400),
            ("DELETE", &format!("zones/zone/{bath}"), Value::Null, 400),
            ("DELETE", &format!("zones/zone/{root}"), Value::Null, 400),
        ] {
            assert_eq!(bench.ask(method, path, Some(body.clone())).0, status, "{path} {body}");
        }
        bench.delete(&path);
        assert_eq!(bench.ask("GET", &path, None).0, 404);
        assert_eq!(bench.get("zones").as_object().unwrap().len(), 9);
    }
}

#[test]
fn a_zone_is_active_while_something_moves_in_it() {
    let mut bench = Bench::new(Dialect::Local);
    let hall = bench.id("zones/zone", "Hallway");
    let (mut active, mut idle) = (0, 0);
    for _ in 0..96 {
        bench.advance(jiff::SignedDuration::from_mins(5));
        let zone = bench.get(&format!("zones/zone/{hall}"));
        let origins = zone["activeOrigins"].as_array().unwrap().len();
        assert_eq!(zone["active"], origins > 0);
        if origins > 0 { active += 1 } else { idle += 1 }
    }
    assert!(active > 3 && idle > 3, "{active} {idle}");
}

#[test]
fn variables_keep_their_type() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        assert_eq!(bench.get("logic/variable").as_object().unwrap().len(), 3);
        let body = json!({ "name": "accesstoken", "type": "string", "value": "a" });
        let made = bench.post("logic/variable", body);
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("logic/variable/{id}");
        let answer = bench.put(&path, json!({ "value": "b" }));
        assert_eq!(
            answer,
            json!({ "id": id, "name": "accesstoken", "type": "string", "value": "b" })
        );
        assert_eq!(bench.get(&path), answer);
        let reply = bench.reply("GET", &format!("/api/logic/variable/{id}/"), None);
        assert_eq!(serde_json::from_slice::<Value>(&reply.body).unwrap(), answer);
        for (method, path, body, status) in [
            ("PUT", path.as_str(), json!({ "value": 5 }), 400),
            ("PUT", path.as_str(), json!({ "value": null }), 400),
            ("PUT", path.as_str(), json!({ "name": "" }), 400),
            ("PUT", path.as_str(), json!([]), 400),
            ("PUT", "logic/variable/x", json!({ "value": "c" }), 404),
            ("POST", "logic/variable", json!({ "name": "x", "type": "date", "value": "" }), 400),
            ("POST", "logic/variable", json!({ "name": "x", "type": "number", "value": "1" }), 400),
            ("POST", "logic/variable", json!({ "name": "x", "type": "number" }), 400),
            ("POST", "logic/variable", json!({ "type": "number", "value": 1 }), 400),
        ] {
            assert_eq!(bench.ask(method, path, Some(body.clone())).0, status, "{method} {body}");
        }
        assert_eq!(bench.get(&path), answer);
        bench.delete(&path);
        assert_eq!(bench.ask("GET", &path, None).0, 404);
    }
}

#[test]
fn bodies_that_are_no_json_are_refused() {
    let mut bench = Bench::new(Dialect::Local);
    let id = bench.id("logic/variable", "Guests");
    let authorization = Some(format!("Bearer {}", bench.token));
    for (content_type, body, status) in [
        (Some("application/json"), "{", 400),
        (Some("application/json"), "\u{0}", 400),
        (Some("application/json; charset=utf-8"), "{\"value\":3}", 200),
        (Some("text/plain"), "{\"value\":3}", 400),
        (None, "{\"value\":3}", 400),
        (None, "", 400),
        // A form carries text only.
        (Some("application/x-www-form-urlencoded"), "value=3", 400),
        (Some("application/x-www-form-urlencoded"), "name=Visitors", 200),
    ] {
        let path = format!("/api/manager/logic/variable/{id}");
        let mut request = super::request("PUT", &path, Some(body.to_owned()));
        let headers = [("content-type", content_type), ("authorization", authorization.as_deref())];
        for (name, value) in headers {
            if let Some(value) = value {
                request.headers.insert(name, value.parse().unwrap());
            }
        }
        let route = bench.hub.route(&request);
        let reply = bench.hub.answer(&request, route, bench.now, &|_| None);
        assert_eq!(reply.status, status, "{content_type:?} {body:?} {:?}", reply.body);
    }
}

#[test]
fn users_are_listed_changed_and_guarded() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let me = bench.get("users/user/me");
        assert_eq!(
            (&me["role"], &me["name"], &me["athomId"]),
            (&json!("owner"), &json!("Alex"), &json!(super::ACCOUNT))
        );
        let owner = format!("users/user/{}", me["id"].as_str().unwrap());
        assert_eq!(bench.get(&owner), me);
        assert_eq!(bench.get("users/user").as_object().unwrap().len(), 3);
        assert_eq!(bench.put("users/user/me", json!({ "name": "Alexis" }))["name"], "Alexis");
        bench.put("users/user/me/properties/colour", json!({ "value": { "favourite": "red" } }));
        assert_eq!(bench.get("users/user/me")["properties"]["colour"]["favourite"], "red");
        let robin = format!("users/user/{}", bench.id("users/user", "Robin"));
        assert_eq!(bench.put(&robin, json!({ "role": "manager" }))["role"], "manager");
        for (method, path, body) in [
            ("PUT", robin.as_str(), json!({ "role": "owner" })),
            ("PUT", owner.as_str(), json!({ "role": "guest" })),
            ("DELETE", owner.as_str(), Value::Null),
        ] {
            assert_eq!(bench.ask(method, path, Some(body)).0, 400);
        }
        bench.delete(&robin);
        assert_eq!(bench.ask("GET", &robin, None).0, 404);
    }
}

#[test]
fn the_system_tells_what_it_is() {
    for (dialect, key, value) in [
        (Dialect::V2, "wifiAddress", json!("192.0.2.17:80")),
        (Dialect::Local, "homeyPlatform", json!("local")),
        (Dialect::Cloud, "homeyPlatform", json!("cloud")),
    ] {
        let mut bench = Bench::new(dialect);
        let info = bench.get("system/");
        assert_eq!(info, bench.get("system"));
        assert_eq!(info[key], value);
        assert_eq!(info["cloudId"], "5e0000000000000000000001");
        assert_eq!(info["date"], "2026-03-10T18:30:00.000Z");
        assert_eq!(info["dateDst"], false);
        assert_eq!(info["dateHuman"], "Tuesday 10 March 2026 19:30");
        assert_eq!(info.get("homeyPlatformVersion").is_none(), dialect == Dialect::V2);
        assert_eq!(bench.get("system/name"), "Test house");
        bench.put("system/name", json!({ "name": "Cottage" }));
        assert_eq!(bench.get("system/name"), "Cottage");
        assert!(bench.get("system")["uptime"].as_i64().unwrap() > 1000);
        bench.post("system/reboot", Value::Null);
        assert_eq!(bench.get("system")["uptime"], 0);
        assert_eq!(bench.ask("PUT", "system/name", Some(json!({ "name": "" }))).0, 400);
        assert!(bench.get("system/memory")["types"].is_object());
    }
}

/// The vendor's client takes colour and icon of a card from its owner on older Homeys.
#[test]
fn cards_and_drivers_look_like_their_owners() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let lamp = bench.device("Floor lamp");
        let device = bench.get(&format!("devices/device/{lamp}"));
        let owner = format!("homey:device:{lamp}");
        let v2 = dialect == Dialect::V2;
        let cards = bench.get("flow/flowcardtrigger");
        let of = |uri: &str| {
            let key = if v2 { "uri" } else { "ownerUri" };
            let card = cards.as_array().unwrap().iter().find(|card| card[key] == uri).unwrap();
            if v2 { card["uriObj"].clone() } else { card.clone() }
        };
        for key in ["iconObj", "color"] {
            assert!(device[key].is_object() || device[key].is_string(), "{dialect} {key}");
            assert_eq!(of(&owner)[key], device[key], "{dialect}");
            assert_eq!(of("homey:manager:flow")[key], Value::Null, "{dialect}");
        }
        let driver = &bench.get("drivers/driver")[0];
        let app = bench.get("apps/app")["com.example.lumen"].clone();
        let icon = if v2 { &driver["uriObj"]["iconObj"] } else { &driver["ownerIconObj"] };
        assert_eq!(*icon, app["iconObj"], "{dialect}");
        let path = icon["url"].as_str().unwrap();
        assert_eq!(
            super::content_type(&bench.reply("GET", path, None)),
            "image/svg+xml",
            "{dialect}"
        );
    }
}
