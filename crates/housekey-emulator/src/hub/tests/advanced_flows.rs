//! Advanced flows: run along their edges, refused when they are wrong.

use housekey::catalogue::Dialect;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Bench;
use super::flows::{Parts, notes, with};

fn node(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02}")
}

#[test]
fn an_advanced_flow_runs_along_its_edges() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let place = json!({ "x": 0, "y": 0 });
        let plain =
            |kind: &str, more: Value| with(with(json!({ "type": kind }), place.clone()), more);
        let typed = |kind: &str, card: Value, more: Value| {
            with(with(card, place.clone()), with(json!({ "type": kind }), more))
        };
        let body = json!({ "name": "Graph", "cards": {
            node(1): plain("start", json!({ "outputSuccess": [node(2), node(3)] })),
            node(2): typed("condition", parts.lamp("on", json!({})), json!({
                "outputTrue": [node(4)], "outputFalse": [node(5)],
            })),
            node(3): plain("delay", json!({ "args": { "delay": { "number": "30", "multiplier": 1 } }, "outputSuccess": [node(6)] })),
            node(4): typed("action", parts.note("on"), json!({ "outputSuccess": [node(6)] })),
            node(5): typed("action", parts.note("off"), json!({ "outputSuccess": [node(6)] })),
            node(6): plain("all", json!({ "input": [format!("{}::outputSuccess", node(3)), format!("{}::outputSuccess", node(4))], "outputSuccess": [node(7)] })),
            node(7): typed("action", parts.lamp("dim", json!({ "dim": 9 })), json!({ "outputError": [node(8)], "outputSuccess": [node(9)] })),
            node(8): typed("action", parts.note(&format!("failed: [[card::{}::error]]", node(7))), json!({})),
            node(9): typed("action", parts.note("not reached"), json!({})),
            node(10): plain("note", json!({ "value": "for people", "color": "yellow", "width": 100, "height": 50 })),
        }});
        let lamp = parts.lamp.rsplit(':').next().unwrap();
        bench.put(&format!("devices/device/{lamp}/capability/onoff"), json!({ "value": true }));
        let made = bench.post("flow/advancedflow", body.clone());
        assert_eq!(made["cards"], body["cards"]);
        assert_eq!((&made["broken"], &made["triggerable"]), (&json!(false), &json!(true)));
        let path = format!("flow/advancedflow/{}", made["id"].as_str().unwrap());
        bench.post(&format!("{path}/trigger"), json!({}));
        assert_eq!(notes(&mut bench), ["on"]);
        bench.advance(SignedDuration::from_secs(30));
        let texts = notes(&mut bench);
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[1].starts_with("failed: Invalid Value"), "{texts:?}");
        bench.delete(&path);
        assert_eq!(bench.ask("POST", &format!("{path}/trigger"), Some(json!({}))).0, 404);
    }
}

#[test]
fn a_node_of_type_all_waits_for_each_named_output() {
    let (first, second) = (node(2), node(3));
    let of = |node: &str| format!("{node}::outputSuccess");
    for (input, fires) in [
        (json!([of(&first), of(&second)]), true),
        (json!([of(&first)]), true),
        // Stored without complaint, and never fires.
        (json!([first, second]), false),
        (json!([of(&first), second]), false),
        (json!([of(&first), format!("{second}::outputError")]), false),
    ] {
        let mut bench = Bench::new(Dialect::Local);
        let parts = Parts::new(&mut bench, Dialect::Local);
        let say = |text: &str, next: Value| {
            let more = json!({ "type": "action", "x": 0, "y": 0, "outputSuccess": next });
            with(parts.note(text), more)
        };
        let cards = json!({
            node(1): { "type": "start", "x": 0, "y": 0, "outputSuccess": [first, second] },
            first.as_str(): say("first", json!([node(4)])),
            second.as_str(): say("second", json!([node(4)])),
            node(4): { "type": "all", "x": 0, "y": 0, "input": input, "outputSuccess": [node(5)] },
            node(5): say("all", json!([])),
        });
        let made = bench.post("flow/advancedflow", json!({ "name": "All", "cards": cards }));
        let path = format!("flow/advancedflow/{}/trigger", made["id"].as_str().unwrap());
        bench.post(&path, json!({}));
        assert_eq!(notes(&mut bench).contains(&"all".to_owned()), fires, "{input}");
    }
}

#[test]
fn an_advanced_flow_starts_by_a_trigger_with_its_tokens() {
    let mut bench = Bench::new(Dialect::Local);
    let parts = Parts::new(&mut bench, Dialect::Local);
    let trigger = with(
        parts.lamp("dim_changed", json!({})),
        json!({ "type": "trigger", "x": 0, "y": 0, "outputSuccess": [node(2)] }),
    );
    let action = with(
        parts.note(&format!("dim [[trigger::{}::dim]]", node(1))),
        json!({ "type": "action", "x": 1, "y": 1 }),
    );
    bench.post(
        "flow/advancedflow",
        json!({ "name": "T", "cards": { node(1): trigger, node(2): action } }),
    );
    let lamp = parts.lamp.rsplit(':').next().unwrap();
    bench.put(&format!("devices/device/{lamp}/capability/dim"), json!({ "value": 0.15 }));
    assert_eq!(notes(&mut bench), ["dim 0.15"]);
}

#[test]
fn advanced_flows_that_are_wrong_are_refused() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let start = json!({ "type": "start", "x": 0, "y": 0 });
        for (cards, status) in [
            (json!({ "one": start }), 400),
            (json!({ node(1).replace('-', ""): start }), 400),
            (json!({ node(1): { "type": "start", "x": 0 } }), 400),
            (json!({ node(1): { "type": "teleport", "x": 0, "y": 0 } }), 400),
            (json!({ node(1): { "type": "action", "x": 0, "y": 0 } }), 400),
            (
                json!({ node(1): { "type": "start", "x": 0, "y": 0, "outputSuccess": [node(2)] } }),
                400,
            ),
            (json!({ node(1): { "type": "start", "x": 0, "y": 0, "outputSuccess": "x" } }), 400),
            (json!([]), 400),
            (
                json!({ "00000000-0000-7000-8000-000000000001": start }),
                if dialect == Dialect::V2 { 400 } else { 200 },
            ),
            (json!({ node(1): start }), 200),
        ] {
            let body = json!({ "name": "x", "cards": cards });
            let (got, answer) = bench.ask("POST", "flow/advancedflow", Some(body));
            assert_eq!(got, status, "{dialect} {cards} {answer}");
        }
        let (_, answer) = bench.ask(
            "POST",
            "flow/advancedflow",
            Some(json!({ "name": "x", "cards": { "one": start } })),
        );
        assert!(
            answer["error_description"]
                .as_str()
                .unwrap()
                .contains("should NOT have additional properties")
        );
    }
}
