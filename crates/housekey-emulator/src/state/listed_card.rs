//! Cards that are listed in a table: those of managers and of apps.

use serde_json::{Map, Value, json};

use super::card::{Card, CardKind, CardSource};
use super::value::{number, sentence};

/// A card of a manager or of an app.
pub(super) struct ListedCard {
    pub(super) kind: CardKind,
    /// `manager:logic` or `app:com.example.lumen`.
    pub(super) owner: &'static str,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// `name:type` each, then `?` where it may be left out, `=a|b` with the choices of a dropdown, or `=0..1`
    /// with the limits of a number.
    pub(super) args: &'static [&'static str],
    /// `id:type` each.
    pub(super) tokens: &'static [&'static str],
    pub(super) droptoken: &'static [&'static str],
    pub(super) deprecated: bool,
}

impl ListedCard {
    pub(super) fn card(&self, owner_name: &str) -> Card {
        Card {
            owner_uri: format!("homey:{}", self.owner),
            owner_name: owner_name.to_owned(),
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            args: self.args.iter().map(|text| argument(text)).collect(),
            tokens: self.tokens.iter().map(|text| token(text)).collect(),
            droptoken: self.droptoken,
            highlight: false,
            deprecated: self.deprecated,
            source: CardSource::Listed,
        }
    }
}

fn argument(text: &str) -> Value {
    let (name, rest) = text.split_once(':').unwrap_or((text, "text"));
    let (kind, limits) = rest.split_once('=').unwrap_or((rest, ""));
    let required = !kind.ends_with('?');
    let mut argument = Map::from_iter([
        ("type".to_owned(), kind.trim_end_matches('?').into()),
        ("title".to_owned(), sentence(name).into()),
        ("name".to_owned(), name.into()),
        ("required".to_owned(), required.into()),
    ]);
    if let Some((least, most)) = limits.split_once("..") {
        for (key, limit) in [("min", least), ("max", most)] {
            argument.insert(key.to_owned(), limit.parse().map_or(Value::Null, number));
        }
    } else if !limits.is_empty() {
        let choices =
            limits.split('|').map(|id| json!({ "id": id, "title": sentence(id) })).collect();
        argument.insert("values".to_owned(), choices);
    }
    Value::Object(argument)
}

fn token(text: &str) -> Value {
    let (id, kind) = text.split_once(':').unwrap_or((text, "string"));
    json!({ "type": kind, "title": sentence(id), "id": id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_read_from_its_short_form() {
        for (text, want) in [
            (
                "text:text",
                json!({ "name": "text", "type": "text", "title": "Text", "required": true }),
            ),
            (
                "user:autocomplete?",
                json!({ "name": "user", "type": "autocomplete", "title": "User", "required": false }),
            ),
            (
                "level:range=0..0.5",
                json!({ "name": "level", "type": "range", "title": "Level", "required": true, "min": 0, "max": 0.5 }),
            ),
            (
                "mode:dropdown?=a|b",
                json!({ "name": "mode", "type": "dropdown", "title": "Mode", "required": false,
                    "values": [{ "id": "a", "title": "A" }, { "id": "b", "title": "B" }] }),
            ),
        ] {
            assert_eq!(argument(text), want);
        }
    }
}
