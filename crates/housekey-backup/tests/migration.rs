//! Forty flows of a virtual Homey of 2019 are made on one of 2023, which has other ids.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use housekey::catalogue::Dialect;
use housekey::http::Http;
use housekey::model::Items as List;
use housekey::{Homey, Secret};
use housekey_backup::apply::{self, HomeSecrets, Journal};
use housekey_backup::card::{self, CardKind};
use housekey_backup::cards::Cards;
use housekey_backup::secrets::{KnownSecrets, Secrets};
use housekey_backup::transfer::{Transfer, TransferInput, Trouble, transfer};
use housekey_backup::{Home, Part, Snapshot, read};
use housekey_emulator::{DeviceChange, Emulator};
use serde_json::{Value, json};

/// A virtual Homey, and what it holds.
struct Hub {
    emulator: Emulator,
    homey: Homey,
}

impl Hub {
    async fn new(dialect: Dialect, seed: u64) -> Self {
        let builder = Emulator::builder().dialect(dialect).seed(seed);
        let emulator = builder.start().await.expect("a free port");
        let facts = emulator.facts();
        let address = facts.homey_url.parse().expect("a URL");
        let http = Http::new().expect("TLS");
        let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
        Self { emulator, homey }
    }

    async fn home(&self) -> Home {
        read::home(&self.homey, "Old house", |_| {}).await.expect("a home")
    }

    async fn cards(&self) -> Cards {
        let flow = self.homey.flow();
        let mut cards = Cards::default();
        let List(list) = flow.get_flow_card_triggers().read_as().await.expect("cards");
        cards.insert(CardKind::Trigger, list);
        let List(list) = flow.get_flow_card_conditions().read_as().await.expect("cards");
        cards.insert(CardKind::Condition, list);
        let List(list) = flow.get_flow_card_actions().read_as().await.expect("cards");
        cards.insert(CardKind::Action, list);
        cards
    }

    async fn variable(&self, name: &str, kind: &str, value: Value) -> String {
        let variable = json!({ "name": name, "type": kind, "value": value });
        let made = self.homey.logic().create_variable(variable).value().await.expect("a variable");
        made["id"].as_str().expect("an id").to_owned()
    }
}

fn device(home: &Home, name: &str) -> String {
    let is_it = |(_, device): &(&str, &Value)| device["name"] == name;
    home.items(Part::Devices).find(is_it).expect(name).0.to_owned()
}

/// Cards as the older Homey holds them.
struct Shapes {
    lamps: Vec<String>,
    sensor: String,
    variable: Value,
    mode: Value,
    user: Value,
    flow: Value,
}

impl Shapes {
    fn card(owner: &str, id: &str, args: Value) -> Value {
        json!({ "uri": owner, "id": id, "args": args })
    }

    fn manager(name: &str, id: &str, args: Value) -> Value {
        Self::card(&format!("homey:manager:{name}"), id, args)
    }

    fn then(mut card: Value, group: &str) -> Value {
        card["group"] = group.into();
        card["delay"] = Value::Null;
        card["duration"] = Value::Null;
        card
    }

    fn when(mut card: Value, group: &str, droptoken: &str) -> Value {
        card["group"] = group.into();
        card["inverted"] = (group == "group2").into();
        card["droptoken"] = droptoken.into();
        card
    }

    /// The flow of that number, and whether it is an advanced one.
    fn flow(&self, number: usize) -> (bool, Value) {
        let lamp = format!("homey:device:{}", self.lamps[number % self.lamps.len()]);
        let sensor = format!("homey:device:{}", self.sensor);
        let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
        let (variable, mode) = (id(&self.variable), id(&self.mode));
        let text = format!(
            "[[{lamp}|dim]] and [[homey:manager:logic|{variable}]] of [[homey:manager:logic|{mode}]]"
        );
        let note = |text: &str| {
            Self::manager("notifications", "create_notification", json!({ "text": text }))
        };
        let on = Self::then(Self::card(&lamp, "on", json!({})), "then");
        let dim = Self::then(Self::card(&lamp, "dim", json!({ "dim": 0.4 })), "then");
        let set = Self::then(
            Self::manager(
                "logic",
                "set_variable_number",
                json!({ "variable": self.variable, "value": 3 }),
            ),
            "then",
        );
        let start = Self::then(
            Self::manager("flow", "programmatic_trigger", json!({ "flow": self.flow })),
            "then",
        );
        let mut later = Self::then(Self::card(&lamp, "off", json!({})), "else");
        later["delay"] = json!({ "number": "10", "multiplier": 60 });
        let dark = Self::when(
            Self::manager("logic", "lt", json!({ "comparator": 20 })),
            "group1",
            &format!("{sensor}|measure_luminance"),
        );
        let full = Self::when(
            Self::manager("logic", "gt", json!({ "comparator": 2 })),
            "group2",
            &format!("homey:manager:logic|{variable}"),
        );
        let is_in = Self::when(
            Self::manager("presence", "user_is_present", json!({ "user": self.user })),
            "group3",
            "",
        );
        let motion = Self::card(&sensor, "alarm_motion_true", json!({}));
        let morning = Self::manager("cron", "time_exactly", json!({ "time": "06:45" }));
        let standard = |trigger: Value, conditions: Vec<Value>, actions: Vec<Value>| json!({ "name": format!("Flow {number}"), "enabled": true, "trigger": trigger, "conditions": conditions, "actions": actions });
        match number % 10 {
            0 => (false, standard(motion, vec![dark], vec![on, later])),
            1 => (false, standard(morning, vec![], vec![dim, Self::then(note(&text), "then")])),
            2 => (
                false,
                standard(
                    Self::card(&lamp, "onoff_true", Value::Null),
                    vec![dark, full, is_in],
                    vec![set],
                ),
            ),
            3 => (
                false,
                standard(
                    Self::manager("presence", "user_enter", json!({ "user": self.user })),
                    vec![is_in],
                    vec![on, start],
                ),
            ),
            4 => (
                false,
                standard(
                    Self::manager(
                        "logic",
                        "variable_changed",
                        json!({ "variable": self.variable }),
                    ),
                    vec![full],
                    vec![Self::then(note("it is [[variable]]"), "then"), dim],
                ),
            ),
            5 => (
                false,
                standard(
                    Self::manager("flow", "programmatic_trigger", json!({})),
                    vec![],
                    vec![start, set, on, later],
                ),
            ),
            6 => (
                false,
                standard(
                    morning,
                    vec![dark],
                    vec![Self::then(Self::card(&lamp, "toggle", json!({})), "then")],
                ),
            ),
            7 => (true, self.advanced(number, &[dim, set])),
            8 => (true, self.advanced(number, &[on, start, Self::then(note(&text), "then")])),
            _ => (
                true,
                self.advanced(number, &[Self::then(note("[[trigger::TRIGGER::user]]"), "then")]),
            ),
        }
    }

    /// An advanced flow with a trigger, a condition, an `all`, a delay, a note and these actions.
    fn advanced(&self, number: usize, actions: &[Value]) -> Value {
        let node = |place: usize| format!("{number:08x}-0000-4000-8000-{place:012x}");
        let whole = |card: &Value, kind: &str, place: usize| {
            let (owner, id) =
                (card["uri"].as_str().expect("a URI"), card["id"].as_str().expect("an id"));
            let args = card["args"].to_string().replace("TRIGGER", &node(0));
            let args: Value = serde_json::from_str(&args).expect("JSON");
            json!({ "type": kind, "ownerUri": owner, "id": format!("{owner}:{id}"), "args": args, "x": place * 300, "y": 60 })
        };
        let mut cards = serde_json::Map::new();
        let sensor = format!("homey:device:{}", self.sensor);
        let mut trigger = whole(&Self::card(&sensor, "alarm_motion_true", json!({})), "trigger", 0);
        trigger["outputSuccess"] = json!([node(1), node(2)]);
        let mut dark =
            whole(&Self::manager("logic", "lt", json!({ "comparator": 20 })), "condition", 1);
        dark["droptoken"] = format!("{sensor}|measure_luminance").into();
        dark["outputTrue"] = json!([node(3)]);
        dark["outputFalse"] = json!([node(2)]);
        cards.insert(node(0), trigger);
        cards.insert(node(1), dark);
        cards.insert(node(2), json!({ "type": "delay", "x": 600, "y": 200, "args": { "delay": { "number": "5", "multiplier": 1 } }, "outputSuccess": [node(3)] }));
        cards.insert(
            node(3),
            json!({ "type": "all", "x": 900, "y": 60, "outputSuccess": [node(5)],
            "input": [format!("{}::outputTrue", node(1)), format!("{}::outputSuccess", node(2))] }),
        );
        cards.insert(node(4), json!({ "type": "note", "x": 0, "y": 400, "width": 200, "height": 60, "value": "why", "color": "yellow" }));
        for (place, action) in actions.iter().enumerate() {
            let mut action = whole(action, "action", place + 5);
            let next: Vec<String> =
                (place + 1 < actions.len()).then(|| node(place + 6)).into_iter().collect();
            action["outputSuccess"] = json!(next);
            action["outputError"] = json!([]);
            cards.insert(node(place + 5), action);
        }
        json!({ "name": format!("Advanced {number}"), "enabled": true, "cards": cards })
    }
}

/// Makes forty flows on the older Homey, in three folders and in none.
async fn furnish(hub: &Hub) {
    let home = hub.home().await;
    let lamps = ["Floor lamp", "Ceiling lamp", "Bedroom lamp", "Garden lights", "Bathroom lamp"];
    let (user_id, user) = home.items(Part::Users).next().expect("a user");
    let guests = hub.variable("Visitors", "number", json!(2)).await;
    let mode = hub.variable("Mode", "string", json!("day")).await;
    let hello =
        home.items(Part::Flows).find(|(_, flow)| flow["name"] == "Say hello").expect("a flow");
    let shapes = Shapes {
        lamps: lamps.iter().map(|name| device(&home, name)).collect(),
        sensor: device(&home, "Motion sensor"),
        variable: json!({ "id": guests, "name": "Visitors" }),
        mode: json!({ "id": mode, "name": "Mode" }),
        user: json!({ "id": user_id, "name": user["name"] }),
        flow: json!({ "id": hello.0, "name": "Say hello" }),
    };
    let flow = hub.homey.flow();
    let mut folders = vec![Value::Null];
    for name in ["Lights", "Presence"] {
        let folder = json!({ "name": name, "parent": folders[folders.len() - 1] });
        let made = flow.create_flow_folder(folder).value().await.expect("a folder");
        folders.push(made["id"].clone());
    }
    for number in 0..40 {
        let (is_advanced, mut wanted) = shapes.flow(number);
        wanted["folder"] = folders[number % folders.len()].clone();
        match is_advanced {
            true => drop(flow.create_advanced_flow(wanted).value().await.expect("a flow")),
            false => drop(flow.create_flow(wanted).value().await.expect("a flow")),
        }
    }
}

fn snapshot(home: &Home) -> (Snapshot, Secrets) {
    Snapshot::of(home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH)
}

/// Plans the move from one Homey to the other.
async fn moved(old: &Hub, new: &Hub) -> Transfer {
    let (from, to, cards) = (old.home().await, new.home().await, new.cards().await);
    let (snapshot, secrets) = snapshot(&from);
    let map = BTreeMap::new();
    transfer(TransferInput {
        from: &from,
        snapshot: &snapshot,
        to: &to,
        cards: &cards,
        secrets: &secrets,
        map: &map,
        folder: Some("From Old house"),
        enable: false,
    })
}

#[tokio::test]
async fn forty_flows_are_made_on_a_newer_homey() {
    let (old, new) = (Hub::new(Dialect::V2, 1).await, Hub::new(Dialect::Local, 2).await);
    furnish(&old).await;
    let from = old.home().await;
    let before = new.home().await;
    // One device was not added to the new Homey; one variable is there already.
    let gone = device(&before, "Garden lights");
    assert!(new.emulator.change_device(&gone, DeviceChange::Removed));
    new.variable("Mode", "string", json!("night")).await;

    let transfer = moved(&old, &new).await;
    let troubles: BTreeSet<_> = transfer.faults.iter().map(|fault| fault.trouble.clone()).collect();
    let garden = device(&from, "Garden lights");
    let is_garden =
        |trouble: &Trouble| matches!(trouble, Trouble::Missing(item) if item.id == garden);
    let others: Vec<_> = troubles.iter().filter(|trouble| !is_garden(trouble)).collect();
    assert_eq!(others, Vec::<&Trouble>::new());
    assert!(!troubles.is_empty(), "one device is missing");

    let (now, _) = snapshot(&new.home().await);
    let journals = tempfile::tempdir().expect("a directory");
    let mut journal =
        Journal::start(journals.path(), now.when, None, &transfer.plan).expect("a journal");
    let (secrets, known) = (Secrets::new(), KnownSecrets::default());
    let secrets = HomeSecrets { values: &secrets, known: &known };
    let applied = apply::apply(&transfer.plan, &new.homey, secrets, &mut journal, &|_| {})
        .await
        .expect("it is applied");
    assert_eq!(applied.differing, vec![]);

    let (to, cards) = (new.home().await, new.cards().await);
    let count = |home: &Home| card::flows(home).count();
    assert_eq!(count(&to), count(&before) + count(&from));
    let faulty: BTreeSet<&str> =
        transfer.faults.iter().map(|fault| fault.flow.id.as_str()).collect();
    let old_ids: BTreeSet<String> = from
        .parts()
        .filter(|(part, _)| !matches!(part, Part::Apps | Part::Options))
        .flat_map(|(_, items)| items.keys().cloned())
        .collect();
    let mut checked = 0;
    for (part, id, flow) in card::flows(&from) {
        let name = from.name(part, id);
        let mut path = vec!["From Old house"];
        path.extend(from.path_names(part, id));
        let is_it = |(there, _): &(&str, &Value)| to.path_names(part, there) == path;
        let (_, made) = to.items(part).find(is_it).unwrap_or_else(|| panic!("{name} is not there"));
        assert_eq!(made["enabled"], false, "{name}");
        assert_eq!(card::cards(made).len(), card::cards(flow).len(), "{name}");
        for (was, is) in card::cards(flow).iter().zip(card::cards(made)) {
            assert_eq!(was.owner().map(|(_, id)| id), is.owner().map(|(_, id)| id), "{name}");
            assert_eq!(is.value.get("uri"), None, "{name}");
            if !faulty.contains(id) {
                assert!(cards.card(is.kind, &is.id).is_some(), "{name}: {}", is.id);
            }
            checked += 1;
        }
        let text = made.to_string();
        let left = old_ids.iter().filter(|id| text.contains(id.as_str()));
        let left: Vec<&String> = left.filter(|id| **id != garden).collect();
        assert_eq!(left, Vec::<&String>::new(), "{name}: {text}");
    }
    assert!(checked > 120, "{checked}");
    let values: Vec<_> = to
        .items(Part::Variables)
        .map(|(_, one)| (one["name"].clone(), one["value"].clone()))
        .collect();
    assert!(
        values.contains(&(json!("Visitors"), json!(2)))
            && values.contains(&(json!("Mode"), json!("night"))),
        "{values:?}"
    );

    let again = moved(&old, &new).await;
    assert_eq!(again.plan.steps, vec![], "nothing is made twice");
    assert_eq!(again.present.len(), count(&from));
}
