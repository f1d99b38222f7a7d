//! Flow cards: which are there, and what they do.

use housekey::catalogue::Dialect;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Bench;
use super::flows::{Parts, make, notes, with};

#[test]
fn cards_of_an_app_are_there_while_it_runs() {
    for dialect in [Dialect::V2, Dialect::Local] {
        let mut bench = Bench::new(dialect);
        let count = |bench: &mut Bench, owner: &str| {
            let kinds = ["trigger", "condition", "action"];
            let lists = kinds.map(|kind| bench.get(&format!("flow/flowcard{kind}")));
            let key = if dialect == Dialect::V2 { "uri" } else { "ownerUri" };
            let all = lists.iter().flat_map(|list| list.as_array().unwrap());
            all.filter(|card| card[key].as_str().unwrap().starts_with(owner)).count()
        };
        let lamp = format!("homey:device:{}", bench.device("Floor lamp"));
        let app = "homey:app:com.example.lumen";
        let before = (count(&mut bench, app), count(&mut bench, &lamp));
        assert!(before.0 > 0 && before.1 > 0);
        bench.put("apps/app/com.example.lumen/disable", json!({}));
        assert_eq!((count(&mut bench, app), count(&mut bench, &lamp)), (0, 0));
        assert!(count(&mut bench, "homey:app:com.example.klima") > 0);
        bench.put("apps/app/com.example.lumen/enable", json!({}));
        assert_eq!((count(&mut bench, app), count(&mut bench, &lamp)), before);
    }
}

#[test]
fn cards_of_zones_moods_alarms_and_flows_do_what_they_say() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let chosen = |key: &str, id: &str| json!({ key: { "id": id, "name": "Chosen" } });
        let (zone, mood) = (bench.id("zones/zone", "Living room"), bench.id("moods/mood", "Cosy"));
        let (tea, hello) =
            (bench.id("flow/advancedflow", "Tea"), bench.id("flow/flow", "Say hello"));
        let text = bench.id("logic/variable", "Good morning");
        let mood_set = parts.manager("moods", "mood_set", chosen("mood", &mood));
        make(&mut bench, mood_set, json!([]), json!([parts.note("mood")]));
        let night =
            with(parts.manager("logic", "is_night", json!({})), json!({ "group": "group1" }));
        let said = json!({ "variable": { "id": text }, "value": "Hi" });
        let is_hi = parts.manager("logic", "variable_text_is", said.clone());
        let is_hi = with(is_hi, json!({ "group": "group1" }));
        let actions = json!([
            parts.manager("moods", "set_mood", chosen("mood", &mood)),
            parts.manager("zones", "lights_off", chosen("zone", &zone)),
            parts.manager("flow", "disable_flow", chosen("flow", &hello)),
            parts.manager("flow", "programmatic_trigger", chosen("flow", &tea)),
            parts.manager("logic", "set_variable_text", said),
        ]);
        let flow = make(&mut bench, parts.by_hand(), json!([]), actions);
        bench.post(&format!("flow/flow/{flow}/trigger"), json!({}));
        let lamp = bench.device("Floor lamp");
        let lamp = bench.get(&format!("devices/device/{lamp}"));
        assert_eq!(lamp["capabilitiesObj"]["dim"]["value"], 0.3, "the mood");
        assert_eq!(lamp["capabilitiesObj"]["onoff"]["value"], false, "the zone");
        assert_eq!(bench.get(&format!("flow/flow/{hello}"))["enabled"], false);
        assert_eq!(notes(&mut bench), ["mood"]);
        bench.advance(SignedDuration::from_secs(600));
        assert_eq!(notes(&mut bench), ["mood", "The tea is ready"], "the advanced flow");
        let conditions = json!([night, is_hi]);
        let flow = make(&mut bench, parts.by_hand(), conditions, json!([parts.note("night")]));
        bench.post(&format!("flow/flow/{flow}/trigger"), json!({}));
        assert_eq!(notes(&mut bench).len(), 2, "it is evening");
        bench.advance(SignedDuration::from_hours(3));
        bench.post(&format!("flow/flow/{flow}/trigger"), json!({}));
        assert!(notes(&mut bench).contains(&"night".to_owned()));
    }
}

#[test]
fn the_first_who_comes_and_the_last_who_leaves_start_flows() {
    let mut bench = Bench::new(Dialect::Local);
    let parts = Parts::new(&mut bench, Dialect::Local);
    for (card, text) in [
        ("user_enter", "[[user]] came"),
        ("first_user_enter", "first"),
        ("user_leave", "[[user]] left"),
        ("last_user_left", "last"),
    ] {
        let trigger = parts.manager("presence", card, json!({}));
        make(&mut bench, trigger, json!([]), json!([parts.note(text)]));
    }
    let owner = bench.get("users/user/me")["name"].as_str().unwrap().to_owned();
    let robin = bench.id("users/user", "Robin");
    let present = |bench: &mut Bench, who: &str, present: bool| {
        bench.put(&format!("presence/{who}/present"), json!({ "value": present }))
    };
    present(&mut bench, &robin, false);
    present(&mut bench, "me", false);
    present(&mut bench, "me", true);
    present(&mut bench, &robin, true);
    let left = format!("{owner} left");
    let came = format!("{owner} came");
    assert_eq!(notes(&mut bench), ["Robin left", &left, "last", &came, "first", "Robin came"]);
}

#[test]
fn single_cards_can_be_run() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let path = |kind: &str, owner: &str, id: &str| {
            let id = if dialect == Dialect::V2 { id.to_owned() } else { format!("{owner}:{id}") };
            format!("flow/{kind}/{owner}/{id}")
        };
        let dim = path("flowcardaction", &parts.lamp, "dim");
        assert_eq!(bench.get(&dim)["args"][0]["max"], 1);
        let answer = bench.post(&format!("{dim}/run"), json!({ "args": { "dim": 0.35 } }));
        assert_eq!((&answer["error"], &answer["returnTokens"]), (&Value::Null, &json!({})));
        let answer = bench.post(&format!("{dim}/run"), json!({ "args": { "dim": 3.5 } }));
        assert_eq!(answer["returnTokens"], Value::Null);
        assert!(answer["error"]["message"].as_str().unwrap().contains("out of range"));
        let lt = path("flowcardcondition", "homey:manager:logic", "lt");
        let body =
            json!({ "args": { "comparator": 0.4 }, "droptoken": format!("{}|dim", parts.lamp) });
        assert_eq!(bench.post(&format!("{lt}/run"), body)["result"], true);
        let unknown = path("flowcardaction", &parts.lamp, "fly");
        assert_eq!(bench.ask("POST", &format!("{unknown}/run"), Some(json!({}))).0, 404);
    }
}
