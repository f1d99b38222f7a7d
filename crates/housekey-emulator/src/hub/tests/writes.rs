//! Writes of items where real Homeys may differ, and scripts.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::Bench;
use crate::quirk::Quirk;

#[test]
fn scripts_of_homeyscript_are_made_changed_run_and_removed() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let path = "/api/app/com.athom.homeyscript/script";
        let ask = |bench: &mut Bench, method: &str, path: &str, body: Option<Value>| {
            let reply = bench.reply(method, path, body);
            (reply.status, serde_json::from_slice::<Value>(&reply.body).unwrap_or_default())
        };
        let (status, list) = ask(&mut bench, "GET", path, None);
        let first = list.as_object().unwrap().values().next().unwrap();
        assert_eq!((status, &first["name"]), (200, &json!("Lights report")));
        assert_eq!(first.get("code"), None, "only the single item has it");
        let body = json!({ "id": "mine", "name": "New", "code": "return 1" });
        let (status, made) = ask(&mut bench, "POST", path, Some(body));
        assert_eq!((status, &made["code"]), (200, &json!("return 1")));
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_ne!(made["id"], "mine");
        let (_, changed) = ask(&mut bench, "PUT", &one, Some(json!({ "code": "return 2" })));
        assert_eq!((&changed["name"], &changed["code"]), (&json!("New"), &json!("return 2")));
        assert_eq!(ask(&mut bench, "POST", &format!("{one}/run"), Some(json!({}))).0, 200);
        assert!(ask(&mut bench, "GET", &one, None).1["lastExecuted"].is_string());
        assert_eq!(
            ask(&mut bench, "PUT", &format!("{path}/x"), Some(json!({ "code": "" }))).0,
            200
        );
        assert_eq!(
            ask(&mut bench, "GET", &format!("{path}/x"), None).0,
            404,
            "it only seems to work"
        );
        assert_eq!(ask(&mut bench, "POST", path, Some(json!({ "name": "x" }))).0, 400);
        assert_eq!(ask(&mut bench, "DELETE", &one, None).0, 200);
        assert_eq!(ask(&mut bench, "GET", &one, None).0, 404);
        assert_eq!(ask(&mut bench, "GET", "/api/app/com.example.none/x", None).0, 404);
        if dialect != Dialect::Cloud {
            bench.put("apps/app/com.athom.homeyscript/disable", json!({}));
            assert_eq!(ask(&mut bench, "GET", path, None).0, 404, "it does not run");
        }
        bench.token.clear();
        assert_eq!(ask(&mut bench, "GET", path, None).0, 401);
    }
}

#[test]
fn an_item_has_a_wished_id_only_with_the_quirk() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let free = "4f1d2c3b-0000-4000-8000-00000000beef";
        let items = [
            ("flow/advancedflow", json!({ "id": free, "name": "A" })),
            ("flow/flowfolder", json!({ "id": free, "name": "F" })),
            ("logic/variable", json!({ "id": free, "name": "V", "type": "number", "value": 1 })),
            ("zones/zone", json!({ "id": free, "name": "Z" })),
            ("moods/mood", json!({ "id": free, "name": "M" })),
        ];
        for (path, body) in &items {
            assert_ne!(bench.post(path, body.clone())["id"], free, "{path}");
        }
        bench.quirk(Quirk::WishedIds);
        for (path, body) in &items {
            assert_eq!(bench.post(path, body.clone())["id"], free, "{path}");
            assert_ne!(bench.post(path, body.clone())["id"], free, "{path}: it is taken");
            bench.delete(&format!("{path}/{free}"));
        }
        assert_ne!(bench.post("moods/mood", json!({ "id": "mine", "name": "M" }))["id"], "mine");
    }
}

#[test]
fn a_mood_with_a_removed_device_can_be_renamed_unless_the_quirk_refuses() {
    let mut bench = Bench::new(Dialect::Local);
    let (lamp, other) = (bench.device("Bedroom lamp"), bench.device("Floor lamp"));
    let on = json!({ "state": { "onoff": true } });
    let devices = json!({ &lamp: on, &other: on });
    let made = bench.post("moods/mood", json!({ "name": "Old", "devices": devices }));
    let path = format!("moods/mood/{}", made["id"].as_str().unwrap());
    bench.delete(&format!("devices/device/{lamp}"));
    let renamed = bench.put(&path, json!({ "name": "New" }));
    assert_eq!(renamed["devices"], devices, "the device stays in it");
    bench.put(&path, json!({ "name": "Newer", "devices": devices }));
    bench.post(&format!("{path}/set"), json!({}));
    assert_eq!(
        bench.ask("POST", "moods/mood", Some(json!({ "name": "M", "devices": devices }))).0,
        404
    );
    bench.quirk(Quirk::MoodsRefuseMissingDevices);
    assert_eq!(bench.ask("PUT", &path, Some(json!({ "name": "Newest" }))).0, 404);
    assert_eq!(bench.ask("POST", &format!("{path}/set"), Some(json!({}))).0, 404);
    assert_eq!(bench.get(&path)["name"], "Newer");
}
