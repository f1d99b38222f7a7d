//! The form in which newer Homeys hold cards.

use serde_json::{Value, json};

use crate::card::{Owner, whole_id};

/// A flow in which all cards have whole ids: older Homeys keep the owner apart, as `uri`.
pub(crate) fn with_whole_ids(flow: &Value) -> Value {
    let mut flow = flow.clone();
    if let Some(trigger) = flow.get_mut("trigger") {
        whole(trigger, false);
    }
    for key in ["conditions", "actions"] {
        let cards = flow.get_mut(key).and_then(Value::as_array_mut);
        cards.into_iter().flatten().for_each(|card| whole(card, false));
    }
    if let Some(Value::Object(nodes)) = flow.get_mut("cards") {
        nodes.values_mut().for_each(|node| whole(node, true));
    }
    flow
}

/// A node of an advanced flow names its owner besides.
fn whole(card: &mut Value, is_node: bool) {
    let Some(id) = whole_id(card).map(|id| id.into_owned()) else { return };
    let Value::Object(fields) = card else { return };
    fields.remove("uri");
    if is_node && let Some(owner) = Owner::uri(&id) {
        fields.insert("ownerUri".to_owned(), owner.into());
    }
    fields.insert("id".to_owned(), json!(id));
}

/// The form in which older Homeys hold the cards of standard flows: owner and id apart.
pub(super) fn split_ids(flow: &mut Value) {
    let split = |card: &mut Value| {
        let Some(id) = card["id"].as_str().map(str::to_owned) else { return };
        if let (Some(owner), Value::Object(fields)) = (Owner::uri(&id), card) {
            fields.insert("uri".to_owned(), owner.into());
            fields.insert("id".to_owned(), id[owner.len() + 1..].into());
        }
    };
    flow.get_mut("trigger").into_iter().for_each(split);
    for key in ["conditions", "actions"] {
        let cards = flow.get_mut(key).and_then(Value::as_array_mut);
        cards.into_iter().flatten().for_each(split);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_older_homeys_get_whole_ids() {
        let flow = json!({
            "trigger": { "uri": "homey:manager:cron", "id": "time_exactly", "args": { "time": "22:45" } },
            "conditions": [{ "uri": "homey:manager:logic", "id": "lt", "droptoken": "homey:device:d|dim" }],
            "actions": [{ "id": "homey:device:d:on", "group": "then" }],
        });
        let want = json!({
            "trigger": { "id": "homey:manager:cron:time_exactly", "args": { "time": "22:45" } },
            "conditions": [{ "id": "homey:manager:logic:lt", "droptoken": "homey:device:d|dim" }],
            "actions": [{ "id": "homey:device:d:on", "group": "then" }],
        });
        assert_eq!(with_whole_ids(&flow), want);
        let mut split = want;
        split_ids(&mut split);
        assert_eq!(split["trigger"], flow["trigger"]);
        assert_eq!(split["conditions"], flow["conditions"]);
        let flow = json!({ "cards": {
            "a": { "type": "action", "uri": "homey:device:d", "id": "on" },
            "b": { "type": "delay", "args": {} },
        } });
        let want = json!({ "cards": {
            "a": { "type": "action", "ownerUri": "homey:device:d", "id": "homey:device:d:on" },
            "b": { "type": "delay", "args": {} },
        } });
        assert_eq!(with_whole_ids(&flow), want);
        assert_eq!(with_whole_ids(&want), want);
    }
}
