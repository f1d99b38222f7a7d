//! Items without their secrets.

use housekey_backup::secrets::{KnownSecrets, MARK, is_redacted};
use housekey_backup::{About, Home, Items, Part, Snapshot};
use jiff::Timestamp;
use serde_json::Value;

/// What stands in texts for a secret.
const SECRET: &str = "(secret)";

/// The set-up of an item, with a mark in place of each secret.
pub(crate) fn secret_free(part: Part, id: &str, item: &Value, known: &KnownSecrets) -> Value {
    let mut home = Home::new(About::default());
    home.insert(part, Items::from([(id.to_owned(), item.clone())]));
    let (snapshot, _) = Snapshot::of(&home, known, Timestamp::UNIX_EPOCH);
    snapshot.home.item(part, id).cloned().unwrap_or_default()
}

/// Whether a value was a secret, or held one.
pub(super) fn is_secret(value: &Value) -> bool {
    is_redacted(value)
}

/// The same item with a word in place of each mark.
pub(crate) fn in_words(item: Value) -> Value {
    match item {
        Value::Object(fields) if fields.contains_key(MARK) => SECRET.into(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, in_words(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(in_words).collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_replaced() {
        let item =
            json!({ "name": "Lamp", "settings": { "apiKey": "abcdefgh12345678", "poll": 5 } });
        let free = in_words(secret_free(Part::Devices, "d", &item, &KnownSecrets::default()));
        assert_eq!(free["settings"], json!({ "apiKey": "(secret)", "poll": 5 }));
    }
}
