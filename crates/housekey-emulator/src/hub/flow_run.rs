//! Starting flows and running single cards.

use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::{flow_cards, flows};
use crate::state::Home;
use crate::state::card::CardKind;
use crate::state::flow_state::Tokens;

pub(super) const HANDLERS: Handlers = &[
    ("flow.triggerFlow", start),
    ("flow.testFlow", test),
    ("flow.runFlowCardCondition", run_condition),
    ("flow.runFlowCardAction", run_action),
];

/// Starts a flow by hand, whether it is enabled or not. Seen: a bare `true`.
fn start(home: &mut Home, call: &Call<'_>) -> Answered {
    let flow = flows::FLOW.find(home, call.text("id")?)?.clone();
    if flows::view(home, call, &flow).get("broken").is_some_and(|broken| *broken == true) {
        return Err(HubError::refused(400, "flow_broken", "The flow has cards that do not exist"));
    }
    // A start by hand has no trigger, so no tokens; older Homeys accept some in the request.
    let tokens = call.get("state").and_then(Value::as_object).cloned().unwrap_or_default();
    home.run(&flow, &tokens);
    Ok(Value::Bool(true).into())
}

/// Runs a flow that need not be stored, with the tokens its trigger would have.
fn test(home: &mut Home, call: &Call<'_>) -> Answered {
    let mut flow = call.object("flow")?.clone();
    for key in ["conditions", "actions"] {
        flow.entry(key).or_insert_with(|| json!([]));
    }
    flow.insert("enabled".to_owned(), true.into());
    flows::check(home, &flow)?;
    home.run(&flow, call.object("tokens")?);
    Ok(Answer::NOTHING)
}

/// The card's arguments and tokens from the body.
fn given(call: &Call<'_>) -> (Map<String, Value>, Tokens) {
    let object =
        |name: &str| call.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    (object("args"), object("tokens"))
}

fn failure(outcome: Option<String>) -> Value {
    outcome.map_or(Value::Null, |text| json!({ "message": text }))
}

fn run_condition(home: &mut Home, call: &Call<'_>) -> Answered {
    let card = flow_cards::find(home, call, CardKind::Condition)?;
    let (args, tokens) = given(call);
    let dropped = call.text_if_any("droptoken");
    let outcome = home.holds(&card, &args, dropped, &tokens);
    Answer::json(json!({
        "result": outcome.as_ref().ok(),
        "usedTokens": tokens,
        "error": failure(outcome.err()),
        "elapsedTime": 1,
    }))
}

fn run_action(home: &mut Home, call: &Call<'_>) -> Answered {
    let card = flow_cards::find(home, call, CardKind::Action)?;
    let (args, tokens) = given(call);
    let outcome = home.act(&card, &args, &tokens);
    Answer::json(json!({
        "usedTokens": tokens,
        // Measured: null when the card has failed.
        "returnTokens": outcome.is_ok().then(|| json!({})),
        "error": failure(outcome.err()),
        "elapsedTime": 1,
    }))
}
