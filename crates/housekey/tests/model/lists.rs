//! One item of a list, whatever it is, takes no other down.

use housekey::model::*;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::exact::any_json;

/// Reads a list with one of its items replaced, or one field of that item.
fn check<T: DeserializeOwned + Serialize>(
    list: &Value,
    which: usize,
    field: Option<usize>,
    by: &Value,
) -> Result<(), TestCaseError> {
    let mut list = list.clone();
    let is_keyed = list.is_object();
    let mut all: Vec<&mut Value> = match &mut list {
        Value::Object(items) => items.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        other => unreachable!("this is no list: {other}"),
    };
    let which = which % all.len();
    let others: Vec<Value> = all
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != which)
        .map(|(_, item)| Value::clone(item))
        .collect();
    let fields = all[which].as_object_mut().unwrap();
    let field = field.map(|field| fields.keys().nth(field % fields.len()).unwrap().clone());
    match field {
        Some(field) => drop(fields.insert(field, by.clone())),
        None => *all[which] = by.clone(),
    }
    let Items(read) = serde_json::from_value::<Items<T>>(list.clone())
        .map_err(|error| TestCaseError::fail(format!("{error}: {list}")))?;
    let read: Vec<Value> = read.iter().map(|item| json!(item)).collect();
    prop_assert!(others.iter().all(|other| read.contains(other)), "{list}");
    prop_assert!(read.len() == others.len() + 1 || !is_keyed, "all of an object are there: {list}");
    Ok(())
}

/// A list of at least two items.
fn at_least_two(mut list: Value) -> Value {
    let copy = |item: &Value| {
        let mut item = item.clone();
        item["id"] = json!("another");
        item
    };
    match &mut list {
        Value::Object(items) if items.len() == 1 => {
            let another = items.values().next().map(copy).unwrap();
            items.insert("another".to_owned(), another);
        }
        Value::Array(items) if items.len() == 1 => items.push(copy(&items[0].clone())),
        _ => {}
    }
    list
}

macro_rules! lists {
    ($($test:ident: $($model:ident $sample:literal),+;)+) => {$(
        proptest! {
            #[test]
            fn $test(which: usize, field: Option<usize>, by in any_json()) {
                $(check::<$model>(&at_least_two(sample!($sample)), which, field, &by)?;)+
            }
        }
    )+};
}

lists! {
    devices: Device "devices-v2", Device "devices-local";
    zones_and_folders: Zone "zones-v2", Zone "zones-local", FlowFolder "flow-folders-local";
    flows: Flow "flows-v2", Flow "flows-local", AdvancedFlow "advanced-flows";
    values: Variable "variables", FlowToken "flow-tokens-v2", FlowToken "flow-tokens-local";
    people: User "users-v2", User "users-local", ApiKey "api-keys";
    household: App "apps-v2", App "apps-local", Alarm "alarms", Mood "moods", Image "images-local";
    logs: Log "logs-v2", Log "logs-local";
    others: Notification "notifications-local", Driver "drivers-v2", Driver "drivers-local";
}

#[test]
fn one_capability_hides_no_other() {
    let device = json!({
        "id": "d", "name": null, "capabilities": ["onoff", null, "dim", "bare", "gone"],
        "capabilitiesObj": {
            "onoff": {"id": "onoff", "value": true}, "dim": {"id": "dim", "value": 1},
            "bare": {"value": 3}, "gone": null,
        },
    });
    let read: Device = serde_json::from_value(device.clone()).unwrap();
    let rendered: Vec<_> =
        read.all_capabilities().map(|one| format!("{}={}", one.id, one.value())).collect();
    assert_eq!(rendered, ["onoff=true", "dim=1", "bare=3"]);
    assert_eq!((read.name(), json!(read)), ("d", device));
}
