use serde_json::{Value, json};

use super::canvas::{fitted, width, wrapped};
use super::placement::{NODE, place};
use super::*;
use crate::cards::Cards;
use crate::graph::{Graph, ItemRef};
use crate::last_names::LastNames;
use crate::test_home::home;
use crate::words::Words;
use crate::{Home, Part};

/// A home with flows that start each other, watch sensors, and set lamps and variables.
fn rooms() -> Home {
    let device = |id: &str, card: &str| json!({ "id": format!("homey:device:{id}:{card}"), "group": "then" });
    let set = |id: &str| json!({ "id": "homey:manager:logic:variable_set", "args": { "variable": { "id": id } } });
    let start = |id: &str| json!({ "id": "homey:manager:flow:programmatic_trigger", "args": { "flow": { "id": id } } });
    let is = |id: &str| json!({ "id": "homey:manager:logic:equal", "droptoken": format!("homey:manager:logic|{id}") });
    let mood =
        |id: &str| json!({ "id": "homey:manager:moods:set", "args": { "mood": { "id": id } } });
    let user =
        json!({ "id": "homey:manager:presence:user_enter", "args": { "user": { "id": "ann" } } });
    let lamps = ["Ceiling lamp", "Floor lamp", "Bedside lamp", "Garden lights"];
    let mut devices = json!({
        "motion": { "name": "Motion sensor", "zone": "hall", "capabilities": ["alarm_motion", "measure_luminance"] },
        "door": { "name": "Front door", "zone": "hall", "capabilities": ["alarm_contact"] },
        "tv": { "name": "Television in the very long living room", "zone": "living", "capabilities": ["onoff"] },
    });
    for (place, lamp) in lamps.iter().enumerate() {
        devices[format!("lamp{place}")] =
            json!({ "name": lamp, "zone": "living", "capabilities": ["onoff", "dim"] });
    }
    home(&json!({
        "zones": { "r": { "name": "Home", "parent": null }, "hall": { "name": "Hallway", "parent": "r" }, "living": { "name": "Living room", "parent": "r" } },
        "folders": { "e": { "name": "Evening", "parent": null } },
        "devices": devices,
        "users": { "ann": { "name": "Ann" } },
        "variables": { "mode": { "name": "Mode" }, "guests": { "name": "Guests" } },
        "moods": { "cosy": { "name": "Cosy", "zone": "living" } },
        "flows": {
            "a": { "name": "Light in the dark", "folder": "e", "enabled": true, "trigger": device("motion", "alarm_motion_true"),
                "conditions": [is("mode")], "actions": [device("lamp0", "on"), device("lamp1", "dim")] },
            "b": { "name": "Good night", "folder": "e", "enabled": true, "trigger": { "id": "homey:manager:cron:time_exactly" },
                "actions": [set("mode"), device("lamp0", "off"), device("lamp1", "off"), device("lamp2", "off"), device("tv", "off"), start("c")] },
            "c": { "name": "All off", "enabled": true, "trigger": { "id": "homey:manager:flow:programmatic_trigger" },
                "actions": [device("lamp3", "off"), device("lamp2", "off")] },
            "d": { "name": "Welcome <home> & \"hello\"", "enabled": true, "trigger": user, "conditions": [is("guests")], "actions": [mood("cosy"), start("a")] },
            "e": { "name": "Old heating", "enabled": false, "trigger": device("gone", "on"), "actions": [device("tv", "on")] },
            "g": { "name": "Door opened", "enabled": true, "trigger": device("door", "alarm_contact_true"), "actions": [start("a"), set("guests")] },
            "h": { "name": "Lonely", "enabled": true, "trigger": { "id": "homey:manager:cron:time_exactly" }, "actions": [] },
            "i": { "name": "Restarts", "enabled": true, "trigger": { "id": "homey:manager:flow:programmatic_trigger" }, "actions": [start("i")] },
        },
        "advanced-flows": { "tea": { "name": "Party", "enabled": true, "cards": {
            "t": { "type": "trigger", "id": "homey:device:lamp1:dim_changed", "outputSuccess": ["s"] },
            "s": { "type": "action", "id": "homey:device:lamp2:on" },
        } } },
    }))
}

fn network(only: &[(Part, &str)]) -> Network {
    let home = rooms();
    let only: Vec<_> = only.iter().map(|(part, id)| ItemRef::new(*part, *id)).collect();
    Network::of(&home, &Graph::of(&home), &LastNames::default(), &only)
}

/// Whether every element that opens closes, and no text holds markup.
fn is_well_formed(svg: &str) -> bool {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { return false };
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) if open.pop() != tag.strip_prefix('/') => return false,
            (false, false) => open.push(name),
            _ => {}
        }
    }
    open.is_empty()
}

#[test]
fn what_is_read_flows_in_and_what_is_changed_flows_out() {
    let all = network(&[]);
    let name = |node: usize| all.nodes[node].name.as_str();
    let links: Vec<String> = all
        .links
        .iter()
        .map(|link| format!("{} {} {}", name(link.from), link.access.as_str(), name(link.to)))
        .collect();
    for link in [
        "Motion sensor read Light in the dark",
        "Mode read Light in the dark",
        "Light in the dark write Floor lamp",
        "Good night write Mode",
        "Good night write All off",
        "Ann read Welcome <home> & \"hello\"",
        "gone read Old heating",
        "Restarts write Restarts",
    ] {
        assert!(links.iter().any(|one| one == link), "{link}: {links:#?}");
    }
    let state = |name: &str| all.nodes.iter().find(|node| node.name == name).map(|node| node.state);
    assert_eq!(state("gone"), Some(NodeState::Missing));
    assert_eq!(state("Old heating"), Some(NodeState::Disabled));
    assert_eq!(state("Lonely"), Some(NodeState::Normal));
    let one = network(&[(Part::Flows, "c")]);
    let names: Vec<_> = one.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["Bedside lamp", "Garden lights", "Good night", "All off"]);
}

#[test]
fn nodes_do_not_overlap_and_lie_within_the_picture() {
    let all = network(&[]);
    let placed = place(&all);
    for (place, at) in placed.nodes.iter().enumerate() {
        let (x, y) = (at.0, at.1);
        let half = (NODE.0 / 2.0 - 0.5, NODE.1 / 2.0 - 0.5);
        assert!(x >= half.0 && y >= half.1, "{at:?}");
        assert!(
            x + half.0 <= placed.size.0 && y + half.1 <= placed.size.1,
            "{at:?} {:?}",
            placed.size
        );
        for other in &placed.nodes[place + 1..] {
            let apart = (x - other.0).abs() >= NODE.0 || (y - other.1).abs() >= NODE.1;
            assert!(apart, "{at:?} {other:?}");
        }
    }
}

#[test]
fn pictures_are_well_formed_whatever_names_hold() {
    let home = rooms();
    let svg = network_svg(&network(&[]), "Flows of <my> \"home\" & \u{1b}[1m");
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.contains("Welcome &lt;home&gt; &amp;") && !svg.contains('\u{1b}'));
    assert!(svg.contains("prefers-color-scheme:dark"));
    let cards = Cards::default();
    let words = Words::new(&home, &cards);
    let flow = odd_flow();
    let svg = flow_svg(&words, &flow, "<b>").expect("an advanced flow");
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.contains("n-red") && svg.contains("&lt;note&gt;"));
    assert_eq!(flow_svg(&words, &json!({ "trigger": {} }), "x"), None);
    assert!(is_well_formed(&network_svg(&Network::default(), "")));
}

fn odd_flow() -> Value {
    json!({ "cards": {
        "a": { "type": "start", "x": -1e300, "y": "no number", "outputSuccess": ["b", "gone"] },
        "b": { "type": "condition", "id": "homey:manager:logic:lt", "x": 400, "y": 0, "outputTrue": ["c"], "outputFalse": ["b"] },
        "c": { "type": "odd<", "x": 400, "y": 30 },
        "n": { "type": "note", "value": "a <note>", "color": "red", "width": 1e9 },
    } })
}

#[test]
fn texts_fit() {
    for text in
        ["", "a", "Television in the very long living room", "長い名前の部屋にあるテレビと照明"]
    {
        for room in [20.0, 60.0, 120.0] {
            assert!(width(&fitted(text, room)) <= room + 8.0, "{text} {room}");
            assert!(wrapped(text, room, 3).len() <= 3);
        }
    }
    assert_eq!(wrapped("one two three", 60.0, 5), ["one two", "three"]);
}

#[test]
fn other_programs_get_the_same_graph() {
    let one = network(&[(Part::Flows, "e")]);
    assert_eq!(
        mermaid(&one),
        "flowchart LR\n    \
         n0([\"gone\"]):::gone\n    \
         n1([\"Living room/Television in the very long living room\"])\n    \
         n2[\"Old heating\"]:::off\n    \
         n0 --> n2\n    \
         n2 --> n1\n    \
         classDef off stroke-dasharray: 5 4\n    \
         classDef gone stroke:#cf222e,stroke-dasharray: 5 4\n"
    );
    let text = dot(&one);
    assert!(
        text.contains(
            "n0 [label=\"gone\", shape=ellipse, style=\"rounded,dashed\", color=\"#cf222e\"];"
        ),
        "{text}"
    );
    assert!(text.contains("n0 -> n2 [color=\"#0969da\"];"), "{text}");
}
