//! Flows, advanced flows, folders, cards and tokens.

use housekey::catalogue::Dialect;
use housekey::model::Field;
use serde_json::{Value, json};

use crate::{home, is_absent};

/// A card in a flow: V2 has owner and id apart.
fn card(dialect: Dialect, owner: &str, id: &str, rest: Value) -> Value {
    let mut card = match dialect {
        Dialect::V2 => json!({ "uri": owner, "id": id }),
        _ => json!({ "id": format!("{owner}:{id}") }),
    };
    card.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    card
}

#[tokio::test]
async fn flows_and_folders_are_made_changed_started_and_removed() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let folder = homey.flow().create_flow_folder(json!({ "name": "Light" })).await.unwrap();
        let inner = json!({ "name": "Night", "parent": folder.id });
        let inner = homey.flow().create_flow_folder(inner).await.unwrap();
        assert_eq!(inner.parent.text(), Some(&*folder.id), "{dialect}");

        let night = homey.logic().add_variable("night", false).await.unwrap();
        let set = json!({
            "args": { "variable": { "id": night.id, "name": "night" }, "value": "true" },
            "group": "then", "delay": null, "duration": null,
        });
        let flow = json!({
            "name": "Good night",
            "folder": folder.id,
            "enabled": true,
            "trigger": card(dialect, "homey:manager:flow", "programmatic_trigger", json!({ "args": {} })),
            "conditions": [],
            "actions": [card(dialect, "homey:manager:logic", "set_variable_boolean", set)],
        });
        let flow = homey.flow().create_flow(flow).await.unwrap();
        let trigger = flow.trigger.get().unwrap().id().unwrap();
        assert_eq!(trigger, "homey:manager:flow:programmatic_trigger", "{dialect}");
        homey.flow().trigger_flow(&flow.id).await.unwrap();
        let night = homey.logic().get_variable(&night.id).await.unwrap();
        assert_eq!(night.value(), &json!(true), "{dialect}: the flow ran");

        let mut changed = json!(flow);
        changed["name"] = json!("Sleep well");
        for told_by_the_homey in ["id", "broken", "triggerable", "triggerCount", "order"] {
            changed.as_object_mut().unwrap().remove(told_by_the_homey);
        }
        let changed = homey.flow().update_flow(&flow.id, changed).await.unwrap();
        assert_eq!((changed.name(), &changed.actions), ("Sleep well", &flow.actions), "{dialect}");
        assert_eq!(homey.flow().get_flow(&flow.id).await.unwrap(), changed, "{dialect}");

        homey.flow().delete_flow(&flow.id).await.unwrap();
        let left = homey.flow().get_flows().await.unwrap();
        assert!(left.iter().all(|left| left.id != flow.id), "{dialect}");
        let renamed = homey.flow().update_flow_folder(&inner.id, json!({ "name": "Dark" })).await;
        assert_eq!(renamed.unwrap().name(), "Dark", "{dialect}");
        homey.flow().delete_flow_folder(&inner.id).await.unwrap();
        let left = homey.flow().get_flow_folders().await.unwrap();
        assert!(left.iter().all(|left| left.id != inner.id), "{dialect}");
        assert_eq!(homey.flow().get_flow_folder(&folder.id).await.unwrap(), folder, "{dialect}");
    }
}

#[tokio::test]
async fn advanced_flows_are_made_changed_started_and_removed() {
    const START: &str = "b1000000-0000-4000-8000-000000000001";
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let note =
            json!({ "type": "note", "value": "Hang out", "color": "yellow", "x": 1, "y": 2 });
        let start = json!({ "type": "start", "x": 0, "y": 0, "outputSuccess": [] });
        let flow = json!({ "name": "Laundry", "enabled": true, "cards": { START: start } });
        let flow = homey.flow().create_advanced_flow(flow).await.unwrap();
        assert_eq!(flow.cards.get().unwrap()[START].kind.text(), Some("start"), "{dialect}");
        homey.flow().trigger_advanced_flow(&flow.id).await.unwrap();

        let mut cards = json!(flow.cards);
        cards["b2000000-0000-4000-8000-000000000002"] = note;
        let changed = json!({ "cards": cards });
        let changed = homey.flow().update_advanced_flow(&flow.id, changed).await.unwrap();
        assert_eq!(changed.cards.get().unwrap().len(), 2, "{dialect}");
        assert_eq!(homey.flow().get_advanced_flow(&flow.id).await.unwrap(), changed, "{dialect}");
        homey.flow().delete_advanced_flow(&flow.id).await.unwrap();
        let left = homey.flow().get_advanced_flows().await.unwrap();
        assert!(left.iter().all(|left| left.id != flow.id), "{dialect}");
    }
}

#[tokio::test]
async fn cards_are_found_by_their_whole_id() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let flows = homey.flow();
        let triggers = flows.get_flow_card_triggers().await.unwrap();
        let conditions = flows.get_flow_card_conditions().await.unwrap();
        let actions = flows.get_flow_card_actions().await.unwrap();
        let of_device = |card: &&housekey::model::FlowCard| card.id().starts_with("homey:device:");
        for cards in [&triggers, &conditions, &actions] {
            assert!(cards.iter().all(|card| card.owner().is_some() && card.owner_name().is_some()));
        }
        let [trigger, condition, action] =
            [&triggers, &conditions, &actions].map(|cards| cards.iter().find(of_device).unwrap());
        assert_eq!(
            &flows.get_flow_card_trigger(&trigger.id()).await.unwrap(),
            trigger,
            "{dialect}"
        );
        assert_eq!(&flows.get_flow_card_condition(&condition.id()).await.unwrap(), condition);
        assert_eq!(&flows.get_flow_card_action(&action.id()).await.unwrap(), action);

        let on = conditions.iter().find(|card| card.id().ends_with(":on")).unwrap();
        let answer = flows.run_flow_card_condition(&on.id()).with("args", json!({})).await.unwrap();
        assert!(answer["result"].is_boolean(), "{dialect}: {answer}");
        let off = actions.iter().find(|card| card.id().ends_with(":off")).unwrap();
        let answer = flows.run_flow_card_action(&off.id()).with("args", json!({})).await.unwrap();
        assert_eq!(answer["error"], Value::Null, "{dialect}: {answer}");
    }
}

#[tokio::test]
async fn tokens_are_found_by_their_whole_id() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let variable = homey.logic().add_variable("v", 5).await.unwrap();
        let tokens = homey.flowtoken().get_flow_tokens().await.unwrap();
        let id = format!("homey:manager:logic:{}", variable.id);
        let token = tokens.iter().find(|token| token.id() == id).expect("a variable is a token");
        assert_eq!(token.owner(), Some("homey:manager:logic"), "{dialect}");
        assert_eq!(&homey.flowtoken().get_flow_token(&id).await.unwrap(), token, "{dialect}");
        let value = homey.flowtoken().get_flow_token_value(&id).await;
        if dialect == Dialect::V2 {
            assert_eq!(token.value, Field::Is(json!(5)));
            assert!(is_absent(value));
        } else {
            assert_eq!(value.unwrap().value(), &json!(5), "{dialect}");
        }
    }
}
