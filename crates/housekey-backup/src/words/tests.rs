use serde_json::{Value, json};

use super::*;
use crate::card;
use crate::test_home::{cards, home};

const LAMP: &str = "11111111-1111-4111-8111-111111111111";

fn rooms() -> Home {
    home(&json!({
        "zones": { "k": { "name": "Kitchen", "parent": "r" }, "r": { "name": "Home", "parent": null } },
        "devices": { LAMP: {
            "name": "Lamp", "zone": "k", "capabilities": ["onoff", "dim"],
            "capabilitiesObj": { "dim": { "id": "dim", "title": "Brightness", "type": "number", "units": "%", "min": 0, "max": 1 } },
        } },
        "variables": { "v": { "name": "Guests" } },
        "apps": { "com.example.a": { "name": "Example" } },
    }))
}

fn offered() -> Cards {
    let device = |card: &str| format!("homey:device:{LAMP}:{card}");
    cards(&json!({
        "trigger": [
            { "id": "homey:manager:cron:time_exactly", "title": "The time is", "args": [{ "name": "time", "type": "time" }] },
            { "id": "homey:app:com.example.a:rain", "title": "It rains", "tokens": [{ "id": "mm", "title": "Amount" }] },
        ],
        "condition": [
            { "id": "homey:manager:logic:lt", "title": "Is less than", "args": [{ "name": "comparator", "type": "number" }] },
            { "id": "homey:manager:logic:gt", "titleFormatted": "[[droptoken]] !{{is|is not}} greater than [[comparator]]", "title": "gt" },
            { "id": device("on"), "title": "Is on..." },
        ],
        "action": [
            { "id": device("dim"), "title": "Dim to...", "titleFormatted": "Dim to [[dim]]", "args": [{ "name": "dim", "type": "range", "min": 0, "max": 1 }] },
            { "id": device("hum"), "title": "Set", "args": [{ "name": "x", "type": "number", "units": "%", "labelMultiplier": 100 }] },
            { "id": "homey:app:com.example.a:mode", "title": "Set the mode", "args": [
                { "name": "mode", "type": "dropdown", "values": [{ "id": "a", "title": "Automatic" }] }, { "name": "why", "type": "text" }] },
        ],
        "tokens": [{ "id": "homey:app:com.example.a:wind", "ownerUri": "homey:app:com.example.a", "title": "Wind speed" }],
    }))
}

/// The words of a card in the slot of a flow whose trigger gives an amount of rain.
fn words(slot: &str, card: Value) -> String {
    let flow = json!({
        "trigger": if slot == "trigger" { card.clone() } else { json!({ "id": "homey:app:com.example.a:rain" }) },
        "conditions": if slot == "conditions" { json!([card]) } else { json!([]) },
        "actions": if slot == "actions" { json!([card]) } else { json!([]) },
    });
    let (home, cards) = (rooms(), offered());
    let all = card::cards(&flow);
    Words::new(&home, &cards).card(&flow, all.last().expect("a card"))
}

#[test]
fn a_card_is_a_sentence() {
    let device = |card: &str| format!("homey:device:{LAMP}:{card}");
    for (slot, card, want) in [
        (
            "trigger",
            json!({ "id": "homey:manager:cron:time_exactly", "args": { "time": "22:45" } }),
            "The time is 22:45",
        ),
        (
            "actions",
            json!({ "id": device("dim"), "args": { "dim": 0.4 } }),
            "Kitchen/Lamp: Dim to 40 %",
        ),
        (
            "actions",
            json!({ "id": device("dim"), "args": { "dim": "[[mm]]" } }),
            "Kitchen/Lamp: Dim to ‹Amount›",
        ),
        ("actions", json!({ "id": device("hum"), "args": { "x": 0.5 } }), "Kitchen/Lamp: Set 50 %"),
        (
            "actions",
            json!({ "id": device("off"), "delay": { "number": "10", "multiplier": 60 }, "duration": { "number": "90" } }),
            "Kitchen/Lamp: Off, after 10 min, for 1 min 30 s",
        ),
        ("conditions", json!({ "id": device("on"), "inverted": true }), "Kitchen/Lamp: not: Is on"),
        (
            "conditions",
            json!({ "id": "homey:manager:logic:lt", "droptoken": format!("homey:device:{LAMP}|dim"), "args": { "comparator": 20 } }),
            "‹Kitchen/Lamp: Brightness› is less than 20",
        ),
        (
            "conditions",
            json!({ "id": "homey:manager:logic:gt", "inverted": true, "droptoken": "homey:manager:logic|v", "args": { "comparator": 2 } }),
            "‹Guests› is not greater than 2",
        ),
        (
            "actions",
            json!({ "id": "homey:app:com.example.a:mode", "args": { "mode": "a", "why": "[[homey:app:com.example.a|wind]] is\nhigh" } }),
            "Example: Set the mode (mode Automatic, why “‹Example: Wind speed› is high”)",
        ),
        (
            "actions",
            json!({ "id": "homey:manager:mobile:push_text", "args": { "user": { "id": "u", "name": "Ann" }, "text": "two words" } }),
            "Mobile: Push text (user Ann, text “two words”)",
        ),
        ("actions", json!({ "id": "homey:device:gone:on" }), "gone: On"),
        ("actions", json!({ "id": "odd" }), "Odd"),
    ] {
        assert_eq!(words(slot, card.clone()), want, "{card}");
    }
}

fn outline(flow: &Value) -> String {
    let (home, cards) = (rooms(), offered());
    outline_text(&Words::new(&home, &cards).outline(flow))
}

#[test]
fn a_standard_flow_reads_when_and_or_then_else() {
    let on = format!("homey:device:{LAMP}:on");
    let flow = json!({
        "trigger": { "id": "homey:app:com.example.a:rain" },
        "conditions": [
            { "id": on, "group": "group1" },
            { "id": "homey:app:com.example.a:dry", "group": "group1" },
            { "id": "homey:app:com.example.a:day", "group": "group2" },
        ],
        "actions": [
            { "id": "homey:app:com.example.a:one", "group": "then" },
            { "id": "homey:app:com.example.a:two", "group": "else" },
            { "id": "homey:app:com.example.a:three", "group": "then" },
        ],
    });
    assert_eq!(
        outline(&flow),
        "\
when  Example: It rains
and   Kitchen/Lamp: Is on
and   Example: Dry
or    Example: Day
then  Example: One
      Example: Three
else  Example: Two
"
    );
}

#[test]
fn an_advanced_flow_is_an_outline_along_its_edges() {
    let flow = json!({ "cards": {
        "note": { "type": "note", "x": 0, "y": 900, "value": "Mind\nthe cat" },
        "rain": { "type": "trigger", "id": "homey:app:com.example.a:rain", "x": 0, "outputSuccess": ["lt"] },
        "lt": { "type": "condition", "id": "homey:manager:logic:lt", "droptoken": "trigger::rain::mm", "args": { "comparator": 2 },
            "x": 1, "outputTrue": ["wait", "any"], "outputFalse": ["gone"] },
        "wait": { "type": "delay", "args": { "delay": { "number": "10", "multiplier": 60 } }, "x": 2, "outputSuccess": ["push"] },
        "push": { "type": "action", "id": "homey:app:com.example.a:push", "x": 3, "args": { "text": "no way [[card::push::error]]" },
            "outputSuccess": ["any"], "outputError": ["any"] },
        "any": { "type": "any", "x": 4 },
        "lost": { "type": "action", "id": "homey:app:com.example.a:lost", "x": 5 },
    } });
    assert_eq!(
        outline(&flow),
        "\
when    Example: It rains
if      ‹Amount› is less than 2
  yes     wait 10 min
  then    Example: Push “no way ‹Error of Example: Push›”
    then    [1] once any has come
    failed  go on at [1]
  yes     go on at [1]
  no      a card that is not there
never   Example: Lost
note    “Mind the cat”
"
    );
}

#[test]
fn a_circle_of_cards_ends() {
    let flow = json!({ "cards": {
        "a": { "type": "start", "outputSuccess": ["b"] },
        "b": { "type": "any", "outputSuccess": ["b", "a"] },
    } });
    assert_eq!(outline(&flow).lines().count(), 4);
}
