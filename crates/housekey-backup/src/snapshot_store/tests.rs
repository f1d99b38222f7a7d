use serde_json::json;

use super::*;
use crate::secrets::KnownSecrets;
use crate::test_home::home;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_000_000 + seconds).expect("a time")
}

fn snapshot(when: Timestamp, parts: &Value) -> Snapshot {
    Snapshot::of(&home(parts), &KnownSecrets::default(), when).0
}

fn flow(text: &str) -> Value {
    json!({ "id": "f", "name": "Tea", "trigger": { "id": text }, "conditions": [], "actions": [] })
}

fn objects(store: &SnapshotStore) -> usize {
    let objects = store.directory.join(OBJECTS);
    let prefixes = names(&objects).expect("a directory");
    prefixes.iter().map(|prefix| names(&objects.join(prefix)).expect("one").len()).sum()
}

#[test]
fn what_did_not_change_is_kept_once_and_read_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = SnapshotStore::at(directory.path().join("home"));
    assert_eq!(store.newest().expect("none"), None);
    let zones = json!({ "z": { "id": "z", "name": "Home" } });
    let first = snapshot(at(0), &json!({ "zones": zones, "flows": { "f": flow("a") } }));
    let same = snapshot(at(1), &json!({ "zones": zones, "flows": { "f": flow("a") } }));
    let second = snapshot(at(2), &json!({ "zones": zones, "flows": { "f": flow("b") } }));
    let path = "/api/manager/flow/flow/f".to_owned();
    let writes = [Write { who: "panel".to_owned(), method: "PUT".to_owned(), path }];
    assert!(store.add(&first, &[]).expect("it is added"));
    let after_first = objects(&store);
    assert!(!store.add(&same, &[]).expect("nothing is added"));
    assert!(store.add(&second, &writes).expect("it is added"));
    // The flow, its digest among the names, and the manifest.
    assert_eq!(objects(&store), after_first + 3);
    assert_eq!(store.times().expect("times"), [at(0), at(2)]);
    assert_eq!(store.newest().expect("it can be read"), Some(second));
    assert_eq!(store.snapshot(at(0)).expect("it can be read"), first);
    let by = store.authors(at(2)).expect("it can be read");
    assert_eq!(by["flows/f"].iter().collect::<Vec<_>>(), ["panel"]);
}

#[test]
fn versions_are_the_changes_of_an_item_and_unread_parts_say_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = SnapshotStore::at(directory.path());
    let homes = [
        json!({ "flows": {}, "variables": {} }),
        json!({ "flows": { "f": flow("a") }, "variables": {} }),
        json!({ "flows": { "f": flow("a") }, "variables": { "v": { "id": "v", "name": "V" } } }),
        json!({ "variables": {} }),
        json!({ "flows": { "f": flow("b") }, "variables": {} }),
        json!({ "flows": {}, "variables": {} }),
    ];
    for (second, home) in (0..).zip(&homes) {
        assert!(store.add(&snapshot(at(second), home), &[]).expect("it is added"));
    }
    let versions = store.versions(Part::Flows, "f").expect("they can be read");
    let shown: Vec<_> = versions
        .iter()
        .map(|version| {
            (version.when, version.after, version.item.as_ref().map(|item| &item["trigger"]["id"]))
        })
        .collect();
    assert_eq!(
        shown,
        [
            (at(1), Some(at(0)), Some(&json!("a"))),
            (at(4), Some(at(3)), Some(&json!("b"))),
            (at(5), Some(at(4)), None),
        ]
    );
}

#[test]
fn what_is_not_kept_goes_with_all_that_only_it_held() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = SnapshotStore::at(directory.path());
    for second in [0, 1, 2] {
        let home = json!({ "flows": { "f": flow(&second.to_string()) } });
        store.add(&snapshot(at(second), &home), &[]).expect("it is added");
    }
    let before = objects(&store);
    let none = Retention { days: 0, daily: 0, monthly: 0 };
    let pruned = store.prune(&none, at(3), &TimeZone::UTC).expect("it is pruned");
    assert_eq!(pruned, Pruned { snapshots: 2, objects: before - objects(&store) });
    assert_eq!(store.times().expect("times"), [at(2)]);
    assert!(store.newest().expect("it can be read").is_some(), "all of it is there");
    let pruned = store.prune(&none, at(3), &TimeZone::UTC).expect("it is pruned");
    assert_eq!(pruned, Pruned::default());
}

#[test]
fn damage_is_found_and_does_not_stop_the_next_snapshot() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = SnapshotStore::at(directory.path());
    let home = json!({ "flows": { "f": flow("a") } });
    store.add(&snapshot(at(0), &home), &[]).expect("it is added");
    let record = directory.path().join(name_of(at(0)));
    let text = fs::read_to_string(&record).expect("the record");

    fs::write(&record, text.replace("\"format\":1", "\"format\":2")).expect("written");
    let error = store.snapshot(at(0)).expect_err("newer").to_string();
    assert!(error.contains("has the format 2"), "{error}");

    fs::write(&record, &text[..text.len() / 2]).expect("written");
    let error = store.snapshot(at(0)).expect_err("torn").to_string();
    assert!(error.contains("it is damaged"), "{error}");

    let hash = text.split('"').find(|part| part.len() == 64).expect("a hash").to_owned();
    let outside = format!("../{}", &hash[3..]);
    fs::write(&record, text.replace(&hash, &outside)).expect("written");
    let error = store.snapshot(at(0)).expect_err("a path out of the store").to_string();
    assert!(error.contains("is damaged"), "{error}");

    fs::write(&record, &text).expect("written");
    fs::write(directory.path().join(object_path(&hash)), "x").expect("written");
    let error = store.snapshot(at(0)).expect_err("another content").to_string();
    assert!(error.contains("is damaged"), "{error}");
    assert!(store.add(&snapshot(at(1), &home), &[]).expect("it is added"));
}
