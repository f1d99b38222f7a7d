//! Measures what is computed with a large home: `cargo run --release -p housekey-backup --example figures`.
//!
//! The home has 1,000 devices and 1,000 flows with conditions, tokens and variables, 200 of them advanced. Prints
//! the median of some rounds, and the target of each figure.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use housekey::model::FlowCard;
use housekey_backup::card::CardKind;
use housekey_backup::cards::Cards;
use housekey_backup::check::{CheckInput, LastNames, check};
use housekey_backup::graph::Graph;
use housekey_backup::heal::{HealInput, find, heal};
use housekey_backup::picture::{Network, network_svg};
use housekey_backup::plan::{PlanOptions, Written, plan};
use housekey_backup::secrets::{KnownSecrets, Secrets};
use housekey_backup::{Home, Items, KnownDevices, Part, Snapshot, diff};
use serde_json::{Value, json};

const DEVICES: usize = 1_000;
const FLOWS: usize = 1_000;
const ROUNDS: usize = 7;

fn main() {
    let home = home(DEVICES, FLOWS);
    let cards = cards(&home);
    let names = LastNames::default();
    let (base, secrets) = snapshot(&home);
    let edited = edited(&base);
    println!("{DEVICES} devices, {FLOWS} flows, {} cards", DEVICES * 4);
    figure("snapshot: set-up, secrets, digests", None, || snapshot(&home));
    figure("files of the snapshot", None, || base.files());
    figure("graph and check", Some(500), || {
        let graph = Graph::of(&home);
        let input = CheckInput { home: &home, cards: &cards, names: &names };
        (graph, check(input).findings.len())
    });
    figure("plan: 100 flows edited", Some(300), || {
        plan(&edited, &base, &secrets, &Written::default(), PlanOptions::default()).steps.len()
    });
    figure("diff: 100 flows edited", None, || diff::between(&base, &edited).items.len());
    let mut broken = home.clone();
    let mut left: Items =
        home.items(Part::Devices).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    let lost = left.shift_remove(&device(0)).expect("a device");
    left.insert("00000000-0000-4000-8000-ffffffffffff".to_owned(), lost);
    broken.insert(Part::Devices, left);
    let (present, _) = snapshot(&broken);
    let known = KnownDevices::of_backup(&base.refs);
    figure("heal: a device in every tenth flow", None, || {
        let map = Default::default();
        let input = HealInput {
            home: &broken,
            snapshot: &present,
            cards: &cards,
            known: &known,
            map: &map,
        };
        let (matches, _) = find(input);
        heal(input, &matches).plan.steps.len()
    });
    let small = self::home(150, 300);
    let network = Network::of(&small, &Graph::of(&small), &names, &[]);
    figure("picture of 300 flows", None, || network_svg(&network, "Flows").len());
}

/// Prints the median time of some rounds, and the target in ms.
fn figure<T>(what: &str, target_ms: Option<u64>, mut work: impl FnMut() -> T) {
    let mut round = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| round()).collect();
    times.sort();
    let median = times[ROUNDS / 2];
    let target = target_ms.map(|target| format!("  target {target} ms")).unwrap_or_default();
    println!("{what:40} {:>8.1} ms{target}", median.as_secs_f64() * 1e3);
}

fn device(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

fn variable(number: usize) -> String {
    format!("00000000-0000-4000-9000-{number:012x}")
}

fn flow(number: usize) -> String {
    format!("00000000-0000-4000-a000-{number:012x}")
}

fn home(devices: usize, flows: usize) -> Home {
    let mut home = Home::default();
    let mut put =
        |part: Part, items: Vec<(String, Value)>| home.insert(part, Items::from_iter(items));
    let zones = (0..20).map(|number| {
        (
            format!("zone-{number}"),
            json!({ "name": format!("Zone {number}"), "parent": "zone-root" }),
        )
    });
    let root = ("zone-root".to_owned(), json!({ "name": "Home", "parent": null }));
    put(Part::Zones, zones.chain([root]).collect());
    put(
        Part::Folders,
        (0..20)
            .map(|number| {
                (
                    format!("folder-{number}"),
                    json!({ "name": format!("Folder {number}"), "parent": null }),
                )
            })
            .collect(),
    );
    put(Part::Variables, (0..100).map(|number| (variable(number), json!({ "name": format!("Variable {number}"), "type": "number", "value": number }))).collect());
    put(
        Part::Apps,
        vec![("com.example.a".to_owned(), json!({ "name": "Example", "enabled": true }))],
    );
    put(Part::Devices, (0..devices).map(|number| {
        (device(number), json!({ "name": format!("Lamp {number}"), "zone": format!("zone-{}", number % 20), "class": "light",
            "driverId": "homey:app:com.example.a:bulb", "data": { "mac": number }, "capabilities": ["onoff", "dim"],
            "settings": { "text": "a", "level": 3 } }))
    }).collect());
    let is_advanced = |number: &usize| number.is_multiple_of(5);
    put(
        Part::Flows,
        (0..flows)
            .filter(|number| !is_advanced(number))
            .map(|number| (flow(number), standard(number, devices)))
            .collect(),
    );
    put(
        Part::AdvancedFlows,
        (0..flows)
            .filter(is_advanced)
            .map(|number| (flow(number), advanced(number, devices)))
            .collect(),
    );
    home
}

fn owner(number: usize, devices: usize) -> String {
    format!("homey:device:{}", device(if number.is_multiple_of(10) { 0 } else { number % devices }))
}

fn standard(number: usize, devices: usize) -> Value {
    let [one, two] = [owner(number, devices), owner(number * 7 + 1, devices)];
    let then =
        |id: String, args: Value| json!({ "id": id, "group": "then", "args": args, "delay": null });
    json!({
        "name": format!("Flow {number}"), "folder": format!("folder-{}", number % 20), "enabled": true,
        "trigger": { "id": format!("{one}:onoff_true"), "args": {} },
        "conditions": [
            { "id": "homey:manager:logic:lt", "group": "group1", "droptoken": format!("{two}|dim"), "args": { "comparator": 0.4 } },
            { "id": "homey:manager:logic:lt", "group": "group1", "droptoken": format!("homey:manager:logic|{}", variable(number % 100)), "args": { "comparator": 4 } },
        ],
        "actions": [
            then(format!("{two}:dim"), json!({ "dim": 0.4 })),
            then("homey:manager:notifications:create_notification".to_owned(), json!({ "text": format!("It is [[{one}|dim]] and [[homey:manager:logic|{}]]", variable(number % 100)) })),
            then("homey:manager:flow:programmatic_trigger".to_owned(), json!({ "flow": { "id": flow(number / 2), "name": "Other" } })),
            then(format!("{one}:off"), json!({})),
        ],
    })
}

fn advanced(number: usize, devices: usize) -> Value {
    let node = |place: usize| format!("{number:08x}-0000-4000-b000-{place:012x}");
    let mut cards = serde_json::Map::new();
    let mut put = |place: usize, card: Value| cards.insert(node(place), card);
    put(
        0,
        json!({ "type": "trigger", "ownerUri": owner(number, devices), "id": format!("{}:onoff_true", owner(number, devices)),
        "x": 0, "y": 0, "outputSuccess": [node(1)] }),
    );
    for place in 1..20 {
        let owner = owner(number * 3 + place, devices);
        put(
            place,
            json!({ "type": "action", "ownerUri": owner, "id": format!("{owner}:dim"), "args": { "dim": 0.2 },
            "x": place * 300, "y": 0, "outputSuccess": if place < 19 { vec![node(place + 1)] } else { vec![] } }),
        );
    }
    json!({ "name": format!("Advanced {number}"), "folder": null, "enabled": true, "cards": cards })
}

fn cards(home: &Home) -> Cards {
    let mut all = Cards::default();
    let of = |names: &[&str], others: &[&str]| -> Vec<FlowCard> {
        let device = |(id, _): (&str, &Value)| {
            names
                .iter()
                .map(|name| json!({ "id": format!("homey:device:{id}:{name}") }))
                .collect::<Vec<_>>()
        };
        let others = others.iter().map(|id| json!({ "id": id }));
        let list = home.items(Part::Devices).flat_map(device).chain(others);
        list.map(|card| serde_json::from_value(card).expect("a card")).collect()
    };
    all.insert(CardKind::Trigger, of(&["onoff_true"], &[]));
    all.insert(CardKind::Condition, of(&["on"], &["homey:manager:logic:lt"]));
    all.insert(
        CardKind::Action,
        of(
            &["dim", "off"],
            &[
                "homey:manager:notifications:create_notification",
                "homey:manager:flow:programmatic_trigger",
            ],
        ),
    );
    all
}

fn snapshot(home: &Home) -> (Snapshot, Secrets) {
    Snapshot::of(home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH)
}

fn edited(base: &Snapshot) -> Snapshot {
    let mut edited = base.clone();
    let mut flows: Items =
        base.home.items(Part::Flows).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    for flow in flows.values_mut().take(100) {
        flow["name"] = "Renamed".into();
        flow["actions"][0]["args"]["dim"] = json!(0.9);
    }
    edited.home.insert(Part::Flows, flows);
    edited
}
