//! Flow cards: lists, single cards, and the completion of their arguments.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::owner;
use crate::state::Home;
use crate::state::card::{Card, CardKind};
use crate::state::items::Items;

pub(super) const HANDLERS: Handlers = &[
    ("flow.getFlowCardTriggers", |home, _| Ok(list(home, CardKind::Trigger))),
    ("flow.getFlowCardConditions", |home, _| Ok(list(home, CardKind::Condition))),
    ("flow.getFlowCardActions", |home, _| Ok(list(home, CardKind::Action))),
    ("flow.getFlowCardTrigger", |home, call| one(home, call, CardKind::Trigger)),
    ("flow.getFlowCardCondition", |home, call| one(home, call, CardKind::Condition)),
    ("flow.getFlowCardAction", |home, call| one(home, call, CardKind::Action)),
    ("flow.getFlowCardAutocomplete", autocomplete),
];

/// All Homeys list cards as an array.
fn list(home: &Home, kind: CardKind) -> Answer {
    home.cards(kind).iter().map(|card| view(home, kind, card)).collect::<Value>().into()
}

fn one(home: &Home, call: &Call<'_>, kind: CardKind) -> Answered {
    Ok(view(home, kind, &find(home, call, kind)?).into())
}

/// The card a call names by owner and id; older Homeys take the short id, newer ones the whole.
pub(super) fn find(home: &Home, call: &Call<'_>, kind: CardKind) -> Result<Card, HubError> {
    let (uri, id) = (call.text("uri")?, call.text("id")?);
    let full = if home.dialect == Dialect::V2 { format!("{uri}:{id}") } else { id.to_owned() };
    let item = match kind {
        CardKind::Trigger => "FlowCardTrigger",
        CardKind::Condition => "FlowCardCondition",
        CardKind::Action => "FlowCardAction",
    };
    home.card(kind, &full).ok_or_else(|| HubError::not_found(item, &full))
}

fn view(home: &Home, kind: CardKind, card: &Card) -> Value {
    if home.dialect == Dialect::V2 {
        let mut view = json!({
            "uri": card.owner_uri,
            "id": card.id,
            "uriObj": owner::view(home, &card.owner_uri, &card.owner_name),
            "title": card.title,
            "args": card.args,
        });
        if !card.droptoken.is_empty() {
            view["droptoken"] = true.into();
        }
        if card.deprecated {
            view["deprecated"] = true.into();
        }
        if kind != CardKind::Condition && !card.tokens.is_empty() {
            view["tokens"] = card.tokens.clone().into();
        }
        return view;
    }
    let (colour, icon) = owner::look(home, &card.owner_uri);
    let some = |list: &[Value]| (!list.is_empty()).then(|| list.to_vec());
    let mut view = json!({
        "id": card.full_id(),
        "ownerUri": card.owner_uri,
        "ownerId": card.id,
        "ownerName": card.owner_name,
        "title": card.title,
        "titleFormatted": null,
        "hint": null,
        "args": some(&card.args),
        "droptoken": (!card.droptoken.is_empty()).then_some(card.droptoken),
        "deprecated": card.deprecated.then_some(true),
        "highlight": card.highlight,
        "iconObj": icon,
        "color": colour,
    });
    if kind != CardKind::Condition {
        view["tokens"] = some(&card.tokens).into();
    }
    if kind == CardKind::Action {
        view["duration"] = false.into();
        view["advanced"] = false.into();
    }
    view
}

fn named(items: &Items) -> impl Iterator<Item = (&String, &str)> {
    items.iter().filter_map(|(id, item)| Some((id, item.get("name")?.as_str()?)))
}

/// The choices for an argument: objects with `id` and `name`, which flows store as a whole.
fn autocomplete(home: &mut Home, call: &Call<'_>) -> Answered {
    let kind = match call.text("type")? {
        "flowcardtrigger" => CardKind::Trigger,
        "flowcardcondition" => CardKind::Condition,
        "flowcardaction" => CardKind::Action,
        other => return Err(HubError::not_found("FlowCardType", other)),
    };
    let card = find(home, call, kind)?;
    let name = call.text("name")?;
    let known = card.args.iter().any(|arg| arg["name"] == name && arg["type"] == "autocomplete");
    if !known {
        return Err(HubError::not_found("FlowCardArgument", name));
    }
    let query = call.text("query")?.to_lowercase();
    let choices: Vec<(&String, &str)> = match name {
        "variable" => home.variables.iter().map(|(id, one)| (id, one.name.as_str())).collect(),
        "user" => home.users.iter().map(|(id, one)| (id, one.name.as_str())).collect(),
        "zone" => home.zones.iter().map(|(id, one)| (id, one.name.as_str())).collect(),
        "mood" => named(&home.moods).collect(),
        "alarm" => named(&home.alarms).collect(),
        "script" => named(&home.scripts).collect(),
        "flow" => named(&home.flows).chain(named(&home.advanced_flows)).collect(),
        _ => Vec::new(),
    };
    let fits = |name: &str| name.to_lowercase().contains(&query);
    let choices = choices.into_iter().filter(|(_, name)| fits(name));
    Ok(choices.map(|(id, name)| json!({ "id": id, "name": name })).collect::<Value>().into())
}
