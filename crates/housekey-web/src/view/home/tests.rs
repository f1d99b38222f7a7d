use std::sync::Arc;

use housekey::mirror::{Change, ChangeKind, Home, ItemKind, Origin};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ALL: Sees = Sees { devices: true, zones: true, people: true, moods: true, flows: true };

fn now() -> Now {
    Now { at: "2026-03-10T23:00:00Z".parse().unwrap(), zone: TimeZone::UTC }
}

/// A home with those items, put there as changes of the mirror would.
fn home(items: &[(ItemKind, Value)]) -> Home {
    let mut home = Home::default();
    for (index, (kind, item)) in items.iter().enumerate() {
        home.apply(&added(index as u64 + 1, *kind, item));
    }
    home
}

fn added(seq: u64, kind: ItemKind, item: &Value) -> Change {
    let (id, item) = housekey::mirror::Item::of(kind, &item.to_string()).unwrap();
    Change { seq, origin: Origin::Live, kind, id, what: ChangeKind::Added(Arc::new(item)) }
}

fn zone(id: &str, parent: Option<&str>, place: u32) -> (ItemKind, Value) {
    (ItemKind::Zone, json!({ "id": id, "name": id, "parent": parent, "order": place }))
}

fn device(id: &str, zone: &str, capability: &str, value: Value) -> (ItemKind, Value) {
    let of = json!({ capability: { "id": capability, "type": "boolean", "value": value } });
    let fields = json!({
        "id": id, "name": id, "zone": zone, "class": "sensor",
        "capabilities": [capability], "capabilitiesObj": of,
    });
    (ItemKind::Device, fields)
}

#[test]
fn zones_in_tree_order_with_their_devices() {
    let home = home(&[
        zone("home", None, 0),
        zone("upstairs", Some("home"), 2),
        zone("bedroom", Some("upstairs"), 0),
        zone("kitchen", Some("home"), 1),
        zone("round", Some("trip"), 0),
        zone("trip", Some("round"), 0),
        device("lamp", "bedroom", "onoff", json!(true)),
        device("tap", "kitchen", "alarm_water", json!(true)),
        device("door", "kitchen", "locked", json!(false)),
        device("lost", "nowhere", "onoff", json!(false)),
        device("dizzy", "trip", "onoff", json!(false)),
    ]);
    let view = HomeView::of(&home, ALL, &mut FactsCache::default(), &now());
    let sections = view.sections.iter().map(|section| {
        let tiles: Vec<_> = section.devices.iter().map(|facts| &*facts.tile.name).collect();
        format!(
            "{}{} [{}] {}",
            section.path.join("/"),
            section.name,
            section.summary,
            tiles.join(",")
        )
    });
    insta::assert_snapshot!(sections.collect::<Vec<_>>().join("\n"), @"
    kitchen [] door,tap
    upstairsbedroom [1 on] lamp
    Without a zone [] dizzy,lost
    ");
    let notices = view
        .notices
        .iter()
        .map(|notice| format!("{:?} {}: {}", notice.severity, notice.subject, notice.text));
    insta::assert_snapshot!(notices.collect::<Vec<_>>().join("\n"), @"
    Alarm tap: water
    Open door: not locked
    ");
}

#[test]
fn what_may_not_be_read_is_not_shown() {
    let home = home(&[
        device("lamp", "x", "onoff", json!(true)),
        (ItemKind::User, json!({ "id": "u", "name": "Ann", "present": true })),
        (ItemKind::Flow, json!({ "id": "f", "name": "F", "broken": true })),
    ]);
    let sees = Sees { devices: true, zones: false, people: false, moods: false, flows: false };
    let view = HomeView::of(&home, sees, &mut FactsCache::default(), &now());
    assert_eq!((view.people.len(), view.notices.len(), view.devices().count()), (0, 0, 1));
    let view = HomeView::of(&home, ALL, &mut FactsCache::default(), &now());
    assert_eq!((view.people.len(), view.notices.len(), view.devices().count()), (1, 1, 1));
}

#[test]
fn only_devices_that_changed_are_made_again() {
    let mut home =
        home(&[device("a", "x", "onoff", json!(true)), device("b", "x", "onoff", json!(true))]);
    let mut cache = FactsCache::default();
    let before = HomeView::of(&home, ALL, &mut cache, &now());
    let what = ChangeKind::Value {
        capability: "onoff".into(),
        value: json!(false),
        previous: json!(true),
        at: None,
    };
    let seq = home.seq() + 1;
    home.apply(&Change { seq, origin: Origin::Live, kind: ItemKind::Device, id: "a".into(), what });
    let after = HomeView::of(&home, ALL, &mut cache, &now());
    let same: Vec<_> = before
        .devices()
        .zip(after.devices())
        .map(|(before, after)| Arc::ptr_eq(before, after))
        .collect();
    assert_eq!(same, [false, true]);
    assert!(before.has_shape_of(&after));
}

proptest! {
    /// Whatever a Homey sends, every device is on the page once.
    #[test]
    fn no_device_is_lost(parents in prop::collection::vec(0_usize..8, 8), zones in prop::collection::vec(0_usize..12, 0..20)) {
        let mut items: Vec<_> = parents
            .iter()
            .enumerate()
            .map(|(zone_index, parent)| zone(&format!("z{zone_index}"), Some(&format!("z{parent}")), 0))
            .collect();
        items.extend(zones.iter().enumerate().map(|(index, at)| {
            device(&format!("d{index}"), &format!("z{at}"), "onoff", json!(true))
        }));
        let view = HomeView::of(&home(&items), ALL, &mut FactsCache::default(), &now());
        let mut ids: Vec<_> = view.devices().map(|facts| facts.tile.id.clone()).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), zones.len());
        prop_assert_eq!(view.devices().count(), zones.len());
    }
}
