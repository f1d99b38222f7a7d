use serde_json::{Value, json};

use super::*;
use crate::secrets::KnownSecrets;
use crate::test_home::{cards, home};
use crate::{LastNames, token};

const OLD: &str = "11111111-1111-4111-8111-111111111111";
const NEW: &str = "22222222-2222-4222-8222-222222222222";
const OTHER: &str = "33333333-3333-4333-8333-333333333333";

/// A lamp: its name, zone, driver, address and class.
fn lamp([name, zone, driver, address, class]: [&str; 5]) -> Value {
    json!({ "name": name, "zone": zone, "driverId": format!("homey:app:a:{driver}"), "class": class,
        "data": { "mac": address }, "capabilities": ["onoff", "dim"] })
}

/// A home with these devices, and a flow, an advanced flow, a mood, a dashboard and a script that use the old one.
fn with(devices: &Value) -> Home {
    let card = |name: &str| format!("homey:device:{OLD}:{name}");
    home(&json!({
        "zones": { "root": { "name": "Home", "parent": null }, "k": { "name": "Kitchen", "parent": "root" },
            "h": { "name": "Hall", "parent": "root" } },
        "devices": devices,
        "flows": { "f": { "name": "F", "enabled": true,
            "trigger": { "id": card("onoff_true") },
            "conditions": [{ "id": "homey:manager:logic:lt", "droptoken": format!("homey:device:{OLD}|dim"), "group": "group1" }],
            "actions": [
                { "id": card("dim"), "group": "then", "args": { "dim": 0.4 } },
                { "id": "homey:app:a:pair", "group": "then", "args": { "device": { "id": OLD, "name": "Lamp" } } },
                { "id": "homey:manager:notifications:create_notification", "group": "then",
                    "args": { "text": format!("it is [[homey:device:{OLD}|dim]]") } },
            ] } },
        "advanced-flows": { "a": { "name": "A", "cards": {
            "n": { "type": "action", "ownerUri": format!("homey:device:{OLD}"), "id": card("on"), "x": 1, "y": 1 } } } },
        "moods": { "m": { "name": "M", "zone": "k", "devices": { OLD: { "state": { "onoff": true } } } } },
        "dashboards": { "d": { "name": "D", "columns": [{ "widgets": [{ "deviceId": OLD }] }] } },
        "scripts": { "s": { "name": "tidy", "code": format!("get('{OLD}')") } },
    }))
}

fn snapshot(home: &Home) -> Snapshot {
    Snapshot::of(home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH).0
}

fn healed(before: &Value, now: &Value, map: &[(&str, &str)]) -> (Home, Healed) {
    let known = KnownDevices::of_backup(&snapshot(&with(before)).refs);
    heal_with(now, &known, map)
}

fn heal_with(now: &Value, known: &KnownDevices, map: &[(&str, &str)]) -> (Home, Healed) {
    let home = with(now);
    let cards = cards(&json!({}));
    let map = map.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
    let snapshot = snapshot(&home);
    let input = HealInput { home: &home, snapshot: &snapshot, cards: &cards, known, map: &map };
    let (matches, unmatched) = find(input);
    let Healing { left, dropped, by_hand, plan } = heal(input, &matches);
    (home, Healed { matches, unmatched, left, dropped, by_hand, plan })
}

/// What was found and planned.
struct Healed {
    matches: Vec<Match>,
    unmatched: Vec<Unmatched>,
    left: Vec<LeftCard>,
    dropped: Vec<DroppedState>,
    by_hand: Vec<(ItemRef, String)>,
    plan: Plan,
}

const LAMP: [&str; 5] = ["Lamp", "k", "bulb", "A", "light"];

#[test]
fn a_device_is_found_again_by_five_rules() {
    let nothing = json!({});
    for (new, map, want) in [
        (["Bulb 7", "h", "bulb", "A", "light"], false, "data sure"),
        (["Lamp", "k", "bulb", "B", "light"], false, "place strong"),
        (["Lamp", "h", "bulb", "B", "light"], false, "name fair"),
        (["Lamp", "h", "other", "B", "light"], false, "likeness weak"),
        (["Tree", "h", "other", "B", "socket"], true, "map sure"),
        (["Lamp", "k", "other", "B", "socket"], false, "none Nothing"),
        (["Tree", "k", "bulb", "B", "light"], false, "none Nothing"),
    ] {
        let map = if map { vec![(OLD, NEW)] } else { vec![] };
        let (_, healing) = healed(&json!({ OLD: lamp(LAMP) }), &json!({ NEW: lamp(new) }), &map);
        let found = healing.matches.iter().map(|one| {
            assert_eq!((one.old.as_str(), one.new.as_str()), (OLD, NEW));
            format!("{} {}", one.rule.as_str(), one.rule.strength())
        });
        let not = healing.unmatched.iter().map(|one| format!("none {:?}", one.why));
        assert_eq!(found.chain(not).collect::<Vec<_>>(), [want], "{new:?}");
    }
    let (_, healing) = healed(&nothing, &json!({ NEW: lamp(LAMP) }), &[]);
    assert_eq!(healing.unmatched[0].why, WhyUnmatched::Unknown);
}

#[test]
fn a_device_that_was_there_beside_it_is_another_one() {
    let twin = lamp(["Lamp", "k", "bulb", "B", "light"]);
    let before = json!({ OLD: lamp(LAMP), OTHER: twin });
    let (_, healing) = healed(&before, &json!({ OTHER: twin }), &[]);
    assert_eq!(healing.unmatched[0].why, WhyUnmatched::Nothing);
    // One that had another name then and has its name now was given it for a reason.
    let before = json!({ OLD: lamp(LAMP), OTHER: lamp(["Spare", "k", "bulb", "B", "light"]) });
    let (_, healing) = healed(&before, &json!({ OTHER: twin }), &[]);
    assert_eq!(healing.matches[0].rule, Rule::Place);
}

#[test]
fn nothing_is_guessed_where_several_fit() {
    let new = |address| lamp(["Lamp", "h", "bulb", address, "light"]);
    let before = json!({ OLD: lamp(LAMP) });
    let (_, healing) = healed(&before, &json!({ NEW: new("B"), OTHER: new("C") }), &[]);
    let several = vec![NEW.to_owned(), OTHER.to_owned()];
    assert_eq!(healing.unmatched[0].why, WhyUnmatched::Several(several));
    assert_eq!(healing.plan.steps, vec![]);
}

#[test]
fn two_that_were_there_at_once_do_not_become_one() {
    let third = "44444444-4444-4444-8444-444444444444";
    let before = json!({ OLD: lamp(LAMP), third: lamp(["Lamp", "h", "bulb", "B", "light"]) });
    let known = KnownDevices::of_backup(&snapshot(&with(&before)).refs);
    let home = with(&json!({ NEW: lamp(["Lamp", "z", "bulb", "C", "light"]) }));
    let found = Candidates::of(&home).find([OLD, third], &known, &BTreeMap::new(), |_, _| true);
    assert_eq!(found.0, vec![]);
    assert!(matches!(found.1[0].why, WhyUnmatched::Shared(_)), "{found:?}");
    let home = with(&json!({ NEW: lamp(["Lamp", "k", "bulb", "C", "light"]) }));
    let found = Candidates::of(&home).find([OLD, third], &known, &BTreeMap::new(), |_, _| true);
    assert_eq!((found.0[0].old.as_str(), found.0[0].rule), (OLD, Rule::Place));
    assert_eq!(found.1[0].old, third);
}

#[test]
fn every_item_gets_the_new_device() {
    let new = json!({ NEW: lamp(["New lamp", "k", "bulb", "A", "light"]) });
    let (home, healing) = healed(&json!({ OLD: lamp(LAMP) }), &new, &[]);
    assert_eq!(healing.left, vec![]);
    let parts: Vec<&str> = healing.plan.steps.iter().map(|step| step.part.name()).collect();
    assert_eq!(parts, ["moods", "flows", "advanced-flows", "dashboards"]);
    for step in &healing.plan.steps {
        let Action::Update { after, .. } = &step.action else { panic!("{step:?}") };
        let mut texts = String::new();
        token::each_text(after, &mut |text| texts += text);
        assert!(!after.to_string().contains(OLD), "{after}");
        assert!(after.to_string().contains(NEW), "{after}");
        if step.part == Part::Flows {
            assert_eq!(after["actions"][1]["args"]["device"]["name"], "New lamp");
            assert_eq!(after["enabled"], true);
        }
    }
    assert_eq!(healing.by_hand, [(ItemRef::new(Part::Scripts, "s"), OLD.to_owned())]);
    assert!(home.item(Part::Devices, OLD).is_none());
}

#[test]
fn a_card_stays_where_the_new_device_lacks_what_it_uses() {
    let mut new = lamp(LAMP);
    new["capabilities"] = json!(["onoff"]);
    let (_, healing) = healed(&json!({ OLD: lamp(LAMP) }), &json!({ NEW: new }), &[]);
    assert_eq!(healing.dropped, vec![], "the mood switches only");
    let left: Vec<&Slot> = healing.left.iter().map(|one| &one.slot).collect();
    assert_eq!(left, [&Slot::Condition(0), &Slot::Action(0), &Slot::Action(2)]);
    let step = healing.plan.steps.iter().find(|step| step.part == Part::Flows);
    let Some(Action::Update { before, after }) = step.map(|step| &step.action) else { panic!() };
    assert_eq!(after["trigger"]["id"], format!("homey:device:{NEW}:onoff_true"));
    assert_eq!(after["actions"][0], before["actions"][0]);
    assert_eq!(after["conditions"], before["conditions"]);
    // A weaker rule wants all that is used.
    let mut new = lamp(["Lamp", "k", "other", "B", "light"]);
    new["capabilities"] = json!(["onoff"]);
    let (_, healing) = healed(&json!({ OLD: lamp(LAMP) }), &json!({ NEW: new }), &[]);
    assert_eq!(healing.unmatched[0].why, WhyUnmatched::Nothing);
}

#[test]
fn a_mood_keeps_what_the_new_device_can_do_and_what_was_chosen_for_it_already() {
    let ids = Ids::from([(OLD.to_owned(), NEW.to_owned())]);
    let (home, cards) = (with(&json!({ NEW: lamp(LAMP) })), cards(&json!({})));
    let fitting = Fitting::new(&home, &home, &cards);
    let healed = |devices: Value| {
        let mood = json!({ "devices": devices });
        let (mood, dropped) = rewrite::mood(&mood, &ids, &fitting);
        (mood["devices"].clone(), dropped)
    };
    let both = healed(json!({ OLD: 1, NEW: 2, "x": 3 }));
    assert_eq!(both, (json!({ NEW: 2, "x": 3 }), vec![]));
    let old = healed(json!({ OLD: { "state": { "dim": 0.5, "light_hue": 0.1 } } }));
    let dropped = vec![(OLD.to_owned(), "light_hue".to_owned(), json!(0.1))];
    assert_eq!(old, (json!({ NEW: { "state": { "dim": 0.5 } } }), dropped));
}

#[test]
fn kept_names_are_enough_and_hold_what_devices_were() {
    let mut names = LastNames::default();
    names.remember(&with(&json!({ OLD: lamp(LAMP) })));
    names.remember(&with(&json!({ NEW: lamp(LAMP) })));
    let text = serde_json::to_string(&names).unwrap();
    let names: LastNames = serde_json::from_str(&text).unwrap();
    let known = KnownDevices::of_names(&names);
    let (_, healing) = heal_with(&json!({ NEW: lamp(LAMP) }), &known, &[]);
    assert_eq!(healing.matches[0].rule, Rule::Data);
    // Names of an earlier version say less.
    let old = json!({ "devices": { OLD: "Kitchen/Lamp" } });
    let names: LastNames = serde_json::from_value(old).unwrap();
    let known = KnownDevices::of_names(&names);
    let (_, healing) = heal_with(&json!({ NEW: lamp(LAMP) }), &known, &[]);
    assert_eq!(healing.matches[0].rule, Rule::Likeness);
}
