//! Moods, alarms, notifications, presence, apps, options, cards and tokens.

use housekey::catalogue::{Dialect, ItemAccess};
use serde_json::{Value, json};

use super::Bench;

#[test]
fn a_mood_sets_its_devices() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let (lamp, zone) = (bench.device("Bedroom lamp"), bench.id("zones/zone", "Bedroom"));
        let root = bench.id("zones/zone", "Home");
        let body = json!({ "name": "Reading", "zone": zone, "devices": { &lamp: { "state": { "onoff": true, "dim": 0.8 } } } });
        let made = bench.post("moods/mood", body);
        let path = format!("moods/mood/{}", made["id"].as_str().unwrap());
        assert_eq!(bench.get(&path), made);
        assert_eq!(made["zone"], root, "a body has no zone");
        assert_eq!(bench.put(&path, json!({ "zone": zone })), made);
        bench.post(&format!("{path}/set"), json!({}));
        let device = bench.get(&format!("devices/device/{lamp}"));
        assert_eq!(device["capabilitiesObj"]["dim"]["value"], 0.8);
        for (body, status) in [
            (json!({ "devices": { &lamp: { "state": { "dim": 8 } } } }), 400),
            (json!({ "devices": { &lamp: { "state": { "warp": 8 } } } }), 404),
            (json!({ "devices": { "x": { "state": {} } } }), 404),
            (json!({ "devices": [] }), 400),
        ] {
            assert_eq!(bench.ask("PUT", &path, Some(body.clone())).0, status, "{body}");
        }
        assert_eq!(bench.get(&path), made);
        bench.delete(&path);
    }
}

#[test]
fn an_alarm_knows_when_it_rings_next() {
    for dialect in [Dialect::V2, Dialect::Local] {
        let mut bench = Bench::new(dialect);
        let id = bench.id("alarms/alarm", "Weekdays");
        let path = format!("alarms/alarm/{id}");
        // It is Tuesday evening, in winter time.
        assert_eq!(bench.get(&path)["nextOccurance"], "2026-03-11T05:45:00.000Z");
        let days = |on: &[&str]| -> Value {
            let all =
                ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            Value::Object(
                all.iter().map(|day| ((*day).to_owned(), on.contains(day).into())).collect(),
            )
        };
        // The first Sunday of summer time.
        bench.now = "2026-03-28T12:00:00Z".parse().unwrap();
        for (body, next) in [
            (json!({ "repetition": days(&["sunday"]) }), json!("2026-03-29T04:45:00.000Z")),
            (
                json!({ "repetition": days(&[]), "time": "12:59" }),
                json!("2026-03-29T10:59:00.000Z"),
            ),
            (json!({ "time": "13:01" }), json!("2026-03-28T12:01:00.000Z")),
            (json!({ "enabled": false }), Value::Null),
        ] {
            assert_eq!(bench.put(&path, body.clone())["nextOccurance"], next, "{body}");
        }
        for body in [
            json!({ "time": "7:00" }),
            json!({ "time": "24:00" }),
            json!({ "time": 7 }),
            json!({ "enabled": 1 }),
            json!({ "repetition": { "monday": true } }),
            json!({ "name": "" }),
        ] {
            assert_eq!(bench.ask("PUT", &path, Some(body.clone())).0, 400, "{body}");
            assert_eq!(bench.ask("POST", "alarms/alarm", Some(body)).0, 400);
        }
        let made = bench.post("alarms/alarm", json!({ "time": "09:30" }));
        bench.delete(&format!("alarms/alarm/{}", made["id"].as_str().unwrap()));
    }
}

#[test]
fn notifications_are_read_silenced_and_deleted() {
    let mut bench = Bench::new(Dialect::V2);
    let all = bench.get("notifications/notification");
    let (id, first) = all.as_object().unwrap().iter().next().unwrap();
    assert_eq!(first["ownerUri"], "homey:manager:updates");
    bench.post(&format!("notifications/notification/{id}/read"), json!({}));
    let read = bench.get(&format!("notifications/notification/{id}"));
    assert_eq!(read["readBy"].as_array().unwrap().len(), 1);
    let owner = "notifications/owner/homey:manager:updates";
    bench.put(&format!("{owner}/enabled"), json!({ "enabled": false }));
    bench.put(&format!("{owner}/push"), json!({ "push": false }));
    let owners = bench.get("notifications/owner");
    assert_eq!(owners["homey:manager:updates"]["enabled"], false);
    assert_eq!(
        bench.ask("PUT", "notifications/owner/x/push", Some(json!({ "push": true }))).0,
        404
    );
    bench.delete("notifications/notification?ownerUri=homey:app:none");
    assert_eq!(bench.get("notifications/notification"), json!({ id: read }));
    bench.delete("notifications/notification?ownerUri=homey%3Amanager%3Aupdates");
    assert_eq!(bench.get("notifications/notification"), json!({}));
}

#[test]
fn presence_is_set_and_shown_on_the_user() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let robin = bench.id("users/user", "Robin");
        assert_eq!(bench.get(&format!("presence/{robin}/present")), json!({ "value": true }));
        bench.put(&format!("presence/{robin}/present"), json!({ "value": false }));
        bench.put(&format!("presence/{robin}/asleep"), json!({ "value": true }));
        let user = bench.get(&format!("users/user/{robin}"));
        assert_eq!((&user["present"], &user["asleep"]), (&json!(false), &json!(true)));
        bench.put("presence/me/asleep", json!({ "value": true }));
        assert_eq!(bench.get("presence/me/asleep"), json!({ "value": true }));
        assert_eq!(bench.ask("PUT", "presence/x/asleep", Some(json!({ "value": true }))).0, 404);
        assert_eq!(bench.ask("PUT", "presence/me/asleep", Some(json!({ "value": "no" }))).0, 400);
    }
}

#[test]
fn apps_are_switched_set_installed_and_removed() {
    let mut bench = Bench::new(Dialect::Local);
    let path = "apps/app/com.example.lumen";
    assert_eq!(bench.get(path)["state"], "running");
    bench.put(&format!("{path}/disable"), json!({}));
    assert_eq!(
        (bench.get(path)["state"].clone(), bench.get(path)["enabled"].clone()),
        (json!("stopped"), json!(false))
    );
    assert_eq!(bench.ask("POST", &format!("{path}/restart"), Some(json!({}))).0, 400);
    bench.put(&format!("{path}/enable"), json!({}));
    bench.put(&format!("{path}/setting/theme"), json!({ "value": { "dark": true } }));
    assert_eq!(bench.get(&format!("{path}/setting/theme")), json!({ "dark": true }));
    bench.delete(&format!("{path}/setting/theme"));
    assert_eq!(bench.get(&format!("{path}/setting/theme")), Value::Null);
    assert_eq!(bench.put(path, json!({ "autoupdate": false }))["autoupdate"], false);
    let new = bench.post("apps/store", json!({ "id": "com.example.fresh" }));
    assert_eq!((&new["name"], &new["channel"]), (&json!("Fresh"), &json!("live")));
    assert_eq!(bench.ask("POST", "apps/store", Some(json!({ "id": "fresh" }))).0, 404);
    let before = bench.get("devices/device").as_object().unwrap().len();
    bench.delete(path);
    assert!(
        bench.get("devices/device").as_object().unwrap().len() < before,
        "its devices go along"
    );
    assert_eq!(bench.ask("GET", path, None).0, 404);
    let mut bench = Bench::new(Dialect::V2);
    assert_eq!(bench.get(path)["hasDrivers"], true);
}

/// Every option of the catalogue can be read, set, read back and unset.
#[test]
fn all_options_work_alike() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let mut options = 0;
        for operation in housekey::catalogue::operations() {
            let Some(variant) = operation.on(dialect) else { continue };
            if !operation.name.starts_with("getOption") {
                continue;
            }
            options += 1;
            let path = variant.path.strip_prefix("/api/manager/").unwrap();
            let before = bench.get(path);
            assert!(before.get("value").is_some(), "{path}");
            let set = operation.id.replacen("getOption", "setOption", 1);
            if housekey::catalogue::find(&set).and_then(|set| set.on(dialect)).is_none() {
                continue;
            }
            let value = match path.rsplit('/').next().unwrap() {
                "location" => json!({ "latitude": 1.5, "longitude": -3, "accuracy": 10 }),
                "mode" => json!("manual"),
                "language" => json!("nl"),
                "units" => json!("imperial"),
                "speed" => json!("fast"),
                "channel" => json!("beta"),
                "screensaver" => json!({ "uri": "homey:manager:ledring", "id": "clock" }),
                "autoupdate" | "automaticBackupsEnabled" | "enabled" => json!(false),
                "updateNotifications" => json!(["a"]),
                "brightness" | "volume" | "kWhCost" => json!(0.5),
                _ => json!("text"),
            };
            bench.put(path, json!({ "value": value }));
            assert_eq!(bench.get(path), json!({ "value": value }), "{path}");
            let unset = operation.id.replacen("getOption", "unsetOption", 1);
            if housekey::catalogue::find(&unset).and_then(|unset| unset.on(dialect)).is_some() {
                bench.delete(path);
                assert_eq!(bench.get(path), before, "{path}");
            }
        }
        assert!(options > 5, "{dialect} {options}");
        assert_eq!(
            bench.ask("PUT", "i18n/option/language", Some(json!({ "value": "elvish" }))).0,
            400
        );
        assert_eq!(
            bench.ask("PUT", "geolocation/option/location", Some(json!({ "value": {} }))).0,
            400
        );
    }
}

#[test]
fn cards_come_from_capabilities_and_from_the_homey() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let lamp = bench.device("Floor lamp");
        let owner = format!("homey:device:{lamp}");
        for (kind, id) in [("trigger", "onoff_true"), ("condition", "on"), ("action", "toggle")] {
            let all = bench.get(&format!("flow/flowcard{kind}"));
            let all = all.as_array().expect("cards are an array on every Homey");
            let full = format!("{owner}:{id}");
            let found = all.iter().find(|card| match dialect {
                Dialect::V2 => card["uri"] == owner.as_str() && card["id"] == id,
                _ => card["id"] == full.as_str(),
            });
            let found = found.expect("the card is listed");
            let id = if dialect == Dialect::V2 { id } else { &full };
            assert_eq!(bench.get(&format!("flow/flowcard{kind}/{owner}/{id}")), *found);
            let mut ids: Vec<String> =
                all.iter().map(|card| format!("{}{}", card["uri"], card["id"])).collect();
            let total = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), total, "no {kind} is listed twice");
        }
    }
}

#[test]
fn arguments_complete_from_what_is_there() {
    for (dialect, id) in [
        (Dialect::V2, "variable_changed"),
        (Dialect::Cloud, "homey:manager:logic:variable_changed"),
    ] {
        // Older Homeys take the other arguments as a text, newer ones as an object.
        let args = if dialect == Dialect::V2 { "args=x" } else { "args[x]=1" };
        let mut bench = Bench::new(dialect);
        let path = format!("flow/flowcardtrigger/homey:manager:logic/{id}/autocomplete");
        let found = bench.get(&format!("{path}?name=variable&query=gue&{args}"));
        assert_eq!((found.as_array().unwrap().len(), &found[0]["name"]), (1, &json!("Guests")));
        assert_eq!(bench.ask("GET", &format!("{path}?name=other&query="), None).0, 404);
        assert_eq!(bench.ask("GET", &format!("{path}?name=variable"), None).0, 400);
    }
}

#[test]
fn tokens_tell_values() {
    let mut bench = Bench::new(Dialect::Local);
    let lamp = bench.device("Floor lamp");
    let id = format!("homey:device:{lamp}:dim");
    assert_eq!(bench.get("flowtoken/flowtoken")[&id]["type"], "number");
    assert_eq!(bench.get(&format!("flowtoken/flowtoken/{id}"))["ownerId"], "dim");
    assert_eq!(bench.get(&format!("flowtoken/flowtoken/{id}/value")), json!({ "value": 0.75 }));
    assert_eq!(bench.ask("GET", "flowtoken/flowtoken/x", None).0, 404);
    let mut bench = Bench::new(Dialect::V2);
    let all = bench.get("flowtoken/flowtoken");
    assert!(all.as_array().unwrap().iter().any(|token| token["uri"] == "homey:manager:logic"));
    let lamp = bench.device("Floor lamp");
    assert_eq!(bench.get(&format!("flowtoken/flowtoken/homey:device:{lamp}/dim"))["value"], 0.75);
}

/// What the catalogue says about the answer is what is answered: every list that is modelled, on
/// every dialect, is an object by id, or an array where that was seen.
#[test]
fn collections_have_the_container_of_their_dialect() {
    const ARRAYS: [&str; 9] = [
        "devices.getCapabilities",
        "drivers.getDrivers",
        "flow.getFlowCardActions",
        "flow.getFlowCardConditions",
        "flow.getFlowCardTriggers",
        "flowtoken.getFlowTokens",
        "insights.getLogs",
        "users.getPersonalAccessTokens",
        "energy.getReportsAvailable",
    ];
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        for operation in housekey::catalogue::operations() {
            let Some(variant) = operation.on(dialect) else { continue };
            if !matches!(variant.access, Some(ItemAccess::GetAll(_))) {
                continue;
            }
            let path = variant.path.strip_prefix("/api/manager/").unwrap();
            let (status, body) = bench.ask("GET", path, None);
            if status == 501 {
                continue;
            }
            assert_eq!(status, 200, "{dialect} {}", operation.id);
            let map = operation.id == "flowtoken.getFlowTokens" && dialect != Dialect::V2;
            assert_eq!(
                body.is_array(),
                ARRAYS.contains(&operation.id) && !map,
                "{dialect} {}",
                operation.id
            );
        }
    }
}
