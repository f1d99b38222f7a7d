//! Thread: the Homey as the only border router of a network that no device of this home is in.
//!
//! Inferred: the shapes.

use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::options;
use crate::state::Home;

pub(super) const HANDLERS: Handlers = &[
    ("thread.getState", |home, _| Ok(state(home).into())),
    ("thread.apiEnable", |home, _| Ok(switch(home, true))),
    ("thread.apiDisable", |home, _| Ok(switch(home, false))),
    ("thread.apiReset", |home, _| {
        home.options.shift_remove(DATASET);
        Ok(switch(home, true))
    }),
    ("thread.getActiveDataset", |home, _| Ok(json!({ "tlvHex": dataset(home) }).into())),
    ("thread.setActiveDataset", set_dataset),
    ("thread.getNetworkTopology", |home, _| {
        let router =
            json!({ "extAddress": &home.seed.secret("thread/router")[..16], "role": "leader" });
        let nodes = if enabled(home) { vec![router] } else { Vec::new() };
        Ok(json!({ "nodes": nodes, "links": [] }).into())
    }),
    ("thread.getDiscoveredBorderRouters", |_, _| Ok(json!([]).into())),
    ("thread.rescanBorderRouters", |_, _| Ok(Answer::NOTHING)),
    ("thread.executeCommand", command),
];

const ENABLED: &str = "thread/enabled";
const DATASET: &str = "thread/dataset";

fn enabled(home: &Home) -> bool {
    home.switched(ENABLED, true)
}

fn state(home: &Home) -> Value {
    let on = enabled(home);
    json!({
        "enabled": on,
        "role": if on { "leader" } else { "disabled" },
        "networkName": "Homey",
        "channel": 15,
    })
}

fn switch(home: &mut Home, on: bool) -> Answer {
    options::set_state(home, ENABLED, on)
}

fn dataset(home: &Home) -> Value {
    let own = || Value::String(format!("0e08{}", &home.seed.secret("thread/dataset")[..16]));
    home.options.get(DATASET).cloned().unwrap_or_else(own)
}

fn set_dataset(home: &mut Home, call: &Call<'_>) -> Answered {
    let text = call.text("tlvHex")?;
    // A dataset has at most 254 bytes.
    let fits = text.len().is_multiple_of(2) && (2..=508).contains(&text.len());
    if !fits || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(HubError::invalid("tlvHex should be a dataset in hexadecimal digits"));
    }
    Ok(options::set_state(home, DATASET, text))
}

fn command(home: &mut Home, call: &Call<'_>) -> Answered {
    let state = state(home);
    let shown = match call.text("command")?.trim() {
        "state" => &state["role"],
        "channel" => &state["channel"],
        "networkname" => &state["networkName"],
        _ => return Ok(json!("Error 35: InvalidCommand").into()),
    };
    let shown = shown.as_str().map_or_else(|| shown.to_string(), str::to_owned);
    Ok(json!(format!("{shown}\r\nDone")).into())
}
