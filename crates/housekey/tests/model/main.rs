//! The models against answers shaped like those of real Homeys: nothing is lost, and both generations
//! come out the same. Homes, ids and names are made up.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its own functions as well")]

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../samples/", $name, ".json"))).unwrap()
    };
}

mod devices;
mod exact;
mod flows;
mod household;
mod lists;
mod measures;
mod people;

use housekey::model::Items;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The items of a collection, after each was encoded again and compared with what it came from.
fn items<T: DeserializeOwned + Serialize>(answer: Value) -> Vec<T> {
    let wire: Vec<Value> = match &answer {
        Value::Object(by_id) => by_id.values().cloned().collect(),
        list => list.as_array().unwrap().clone(),
    };
    let items = serde_json::from_value::<Items<T>>(answer).unwrap().0;
    assert_eq!(items.iter().map(|item| json!(item)).collect::<Vec<_>>(), wire);
    items
}

fn one<T: DeserializeOwned + Serialize>(answer: Value) -> T {
    let item: T = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(json!(item), answer);
    item
}
