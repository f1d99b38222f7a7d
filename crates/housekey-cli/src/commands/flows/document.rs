//! Flows in a file, as `housekey flows export` and `list --json` write them: checked as far as that is
//! possible without a Homey, so that a file with a mistake changes nothing at all.

use std::path::Path;

use housekey::model::Items;
use serde::Deserialize as _;
use serde_json::Value;

use super::kind::Kind;
use crate::error::{Failure, Outcome};

/// A flow in a file.
pub(super) struct Document {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Which one it was on the Homey it came from.
    pub(super) id: Option<String>,
    pub(super) flow: Value,
}

/// All flows in the content of a file.
///
/// # Errors
/// Usage, naming the flow and what is wrong with it.
pub(super) fn all(content: Value, path: &Path) -> Outcome<Vec<Document>> {
    let flows = match Kind::of(&content) {
        Some(_) => vec![content],
        None => Items::deserialize(content).map(|Items(items)| items).unwrap_or_default(),
    };
    if flows.is_empty() {
        return Err(Failure::usage(format!("there is no flow in {}", path.display()))
            .hint("`housekey flows export` writes such a file"));
    }
    let numbered = (1..).zip(flows);
    let document = |(number, flow)| {
        Document::of(flow).map_err(|wrong| {
            Failure::usage(format!("flow {number} of {}: {wrong}", path.display()))
                .hint("nothing was sent")
        })
    };
    numbered.map(document).collect()
}

impl Document {
    fn of(flow: Value) -> Result<Self, String> {
        let text = |key: &str| flow.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = text("name").filter(|name| !name.is_empty()).ok_or("it has no `name`")?;
        let kind = Kind::of(&flow)
            .ok_or_else(|| format!("`{name}` has neither a `trigger` nor `cards`"))?;
        let wrong = |key: &str, takes: &str| Err(format!("`{key}` of `{name}` takes {takes}"));
        let given = |key: &str| flow.get(key).filter(|value| !value.is_null());
        if given("enabled").is_some_and(|value| !value.is_boolean()) {
            return wrong("enabled", "true or false");
        }
        if given("folder").is_some_and(|value| !value.is_string()) {
            return wrong("folder", "the id of a folder");
        }
        let is_card = |card: &Value| card.get("id").is_some_and(Value::is_string);
        match kind {
            Kind::Standard => {
                if !given("trigger").is_some_and(is_card) {
                    return wrong("trigger", "a card with an `id`");
                }
                for key in ["conditions", "actions"] {
                    let is_right = |value: &Value| {
                        value.as_array().is_some_and(|cards| cards.iter().all(is_card))
                    };
                    if !given(key).is_none_or(is_right) {
                        return wrong(key, "an array of cards, each with an `id`");
                    }
                }
            }
            Kind::Advanced => {
                let has_type = |node: &Value| node.get("type").is_some_and(Value::is_string);
                let nodes = given("cards").and_then(Value::as_object);
                if !nodes.is_some_and(|nodes| nodes.values().all(has_type)) {
                    return wrong("cards", "an object of cards, each with a `type`");
                }
            }
        }
        Ok(Self { kind, id: text("id"), name, flow })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_flow_is_named() {
        let card = json!({ "id": "homey:manager:cron:time_exactly" });
        for (flow, want) in [
            (json!({ "name": "A", "trigger": card, "enabled": null }), Ok((Kind::Standard, None))),
            (json!({ "id": "1", "name": "A", "cards": {} }), Ok((Kind::Advanced, Some("1")))),
            (json!({ "trigger": card }), Err("it has no `name`")),
            (json!({ "name": "", "trigger": card }), Err("it has no `name`")),
            (json!(7), Err("it has no `name`")),
            (json!({ "name": "A" }), Err("`A` has neither a `trigger` nor `cards`")),
            (
                json!({ "name": "A", "trigger": {} }),
                Err("`trigger` of `A` takes a card with an `id`"),
            ),
            (
                json!({ "name": "A", "trigger": card, "enabled": "yes" }),
                Err("`enabled` of `A` takes true or false"),
            ),
            (
                json!({ "name": "A", "trigger": card, "folder": 1 }),
                Err("`folder` of `A` takes the id of a folder"),
            ),
            (
                json!({ "name": "A", "trigger": card, "actions": [card, {}] }),
                Err("`actions` of `A` takes an array of cards, each with an `id`"),
            ),
            (
                json!({ "name": "A", "cards": { "n": {} } }),
                Err("`cards` of `A` takes an object of cards, each with a `type`"),
            ),
        ] {
            let got = Document::of(flow.clone()).map(|document| (document.kind, document.id));
            let want = want.map(|(kind, id)| (kind, id.map(str::to_owned)));
            assert_eq!(got, want.map_err(str::to_owned), "{flow}");
        }
    }
}
