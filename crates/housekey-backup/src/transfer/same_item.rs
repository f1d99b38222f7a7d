//! Which item of one home is the same as one of another.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::plan::Ids;
use crate::{Home, Part};

/// The parts whose items are found by what they are called.
const BY_NAME: [Part; 6] =
    [Part::Users, Part::Zones, Part::Variables, Part::Moods, Part::Scripts, Part::Alarms];

/// The ids of the items of `from` with those of the same items in `to`. Of what has a name twice in `to` nothing is
/// guessed.
pub(super) fn ids(from: &Home, to: &Home) -> Ids {
    let mut ids = Ids::new();
    for part in BY_NAME {
        let mut there = BTreeMap::<Vec<String>, Vec<&str>>::new();
        for (id, item) in to.items(part) {
            for key in keys(to, part, id, item) {
                there.entry(key).or_default().push(id);
            }
        }
        for (id, item) in from.items(part) {
            let unique = |key| match there.get(&key).map(Vec::as_slice) {
                Some([one]) => Some(*one),
                _ => None,
            };
            if let Some(here) = keys(from, part, id, item).into_iter().find_map(unique) {
                ids.insert(id.to_owned(), here.to_owned());
            }
        }
    }
    ids
}

/// What an item is found by, the surest first.
fn keys(home: &Home, part: Part, id: &str, item: &Value) -> Vec<Vec<String>> {
    let path = || home.path_names(part, id).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let text = |key: &str| item[key].as_str().filter(|text| !text.is_empty());
    match part {
        // The root of all zones is the same in every home, whatever its name.
        Part::Zones if item["parent"].is_null() => vec![vec![]],
        // A person has the same account at every Homey.
        Part::Users => {
            let account =
                text("athomId").map(|account| vec!["account".to_owned(), account.to_owned()]);
            account.into_iter().chain([path()]).collect()
        }
        Part::Variables => {
            vec![vec![home.name(part, id).to_owned(), text("type").unwrap_or_default().to_owned()]]
        }
        _ => vec![path()],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_home::home;

    #[test]
    fn items_are_found_by_name_type_and_account() {
        let from = home(&json!({
            "zones": { "r": { "name": "Home", "parent": null }, "k": { "name": "Kitchen", "parent": "r" } },
            "variables": { "v": { "name": "Guests", "type": "number" }, "w": { "name": "Text", "type": "string" },
                "t": { "name": "Twice", "type": "number" } },
            "users": { "u": { "name": "Robin", "athomId": "x" }, "p": { "name": "Kim" } },
            "moods": { "m": { "name": "Cosy", "zone": "k" } },
        }));
        let to = home(&json!({
            "zones": { "R": { "name": "House", "parent": null }, "K": { "name": "Kitchen", "parent": "R" } },
            "variables": { "V": { "name": "Guests", "type": "number" }, "W": { "name": "Text", "type": "number" },
                "T1": { "name": "Twice", "type": "number" }, "T2": { "name": "Twice", "type": "number" } },
            "users": { "U": { "name": "R. Vale", "athomId": "x" }, "P": { "name": "Kim" } },
            "moods": { "M": { "name": "Cosy", "zone": "K" }, "N": { "name": "Cosy", "zone": "R" } },
        }));
        let want = [("k", "K"), ("m", "M"), ("p", "P"), ("r", "R"), ("u", "U"), ("v", "V")];
        let want: Ids =
            want.into_iter().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
        assert_eq!(ids(&from, &to), want);
    }
}
