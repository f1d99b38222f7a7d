//! Writes: sent to the Homey, and good when the home reports them.

use std::time::Duration;

use axum::response::Response;
use housekey::mirror::{Change, ChangeKind, ChangeStream, ItemKind};
use housekey::model::{Device, Flow, Mood};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::failure::{failure, is_script, not_found, refused};
use super::here::Here;
use super::reply;
use super::request::Form;
use crate::view::control::{self, Control};

/// How long the home may take to report what was written.
const REPORT: Duration = Duration::from_secs(6);

const NOT_ALLOWED: &str =
    "This sign-in may look, but not do that. `housekey agent open` gives one that may.";

/// What became of a write.
enum Outcome {
    /// The home reports it.
    Reported,
    /// The Homey accepted it, and the home does not report it.
    Silent,
    /// The Homey refused it, or could not be reached.
    Failed(String),
}

/// Sets a capability.
pub(super) async fn capability(
    here: &Here<'_>,
    device: &str,
    capability: &str,
    form: &Form,
) -> Response {
    if !here.may.control {
        return refused(here.head, &here.root, "Not with this sign-in", NOT_ALLOWED);
    }
    let Ok(mirror) = here.place.mirror().await else { return unreachable(here) };
    let home = mirror.home();
    let found: Option<Device> = home.get(device);
    let found = found.as_ref().and_then(|device| device.capability(capability));
    let (Some(found), Some(text)) = (found, form.field("value")) else {
        return not_found(here.head, &here.root);
    };
    let value = match control::read(found, text) {
        Ok(value) => value,
        Err(why) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return failure(here.head, &here.root, status, "That is no value for it", &why);
        }
    };
    let reports = control::of(found) != Control::Press && found.getable.get() != Some(&false);
    let is_so = *found.value() == value;
    let changes = mirror.changes();
    let (homey, ids) = (here.place.homey.homey.clone(), (device.to_owned(), capability.to_owned()));
    let wanted = value.clone();
    let call = here.place.run(async move {
        homey.devices().set_capability_value(&ids.0, &ids.1, wanted).await.map(drop)
    });
    let outcome = match flat(call.await) {
        Err(why) => Outcome::Failed(why),
        Ok(()) if !reports || is_so => Outcome::Reported,
        Ok(()) => {
            let is_report = |change: &Change| {
                *change.id == *device
                    && matches!(&change.what, ChangeKind::Value { capability: reported, .. }
                        if **reported == *capability)
            };
            reported(changes, is_report).await
        }
    };
    let path = format!("/api/manager/devices/device/{device}/capability/{capability}");
    finish(
        here,
        outcome,
        Method::PUT,
        path,
        &format!("{}device/{}", here.at(), crate::page::frame::encoded(device)),
    )
}

/// Sets a mood.
pub(super) async fn mood(here: &Here<'_>, id: &str) -> Response {
    if !here.may.set_mood {
        return refused(here.head, &here.root, "Not with this sign-in", NOT_ALLOWED);
    }
    let Ok(mirror) = here.place.mirror().await else { return unreachable(here) };
    if mirror.home().get::<Mood>(id).is_none() {
        return not_found(here.head, &here.root);
    }
    let (homey, mood) = (here.place.homey.homey.clone(), id.to_owned());
    let call = here.place.run(async move { homey.moods().set_mood(&mood).await.map(drop) });
    let outcome = flat(call.await).map_or_else(Outcome::Failed, |()| Outcome::Reported);
    finish(here, outcome, Method::POST, format!("/api/manager/moods/mood/{id}/set"), &here.at())
}

/// Runs a flow, or switches it on or off.
pub(super) async fn flow(
    here: &Here<'_>,
    kind: &str,
    id: &str,
    what: &str,
    form: &Form,
) -> Response {
    let may = match what {
        "run" => here.may.run_flow,
        _ => here.may.edit_flow,
    };
    if !may {
        return refused(here.head, &here.root, "Not with this sign-in", NOT_ALLOWED);
    }
    let Ok(mirror) = here.place.mirror().await else { return unreachable(here) };
    let item_kind = match kind {
        "advanced" => ItemKind::AdvancedFlow,
        "standard" => ItemKind::Flow,
        _ => return not_found(here.head, &here.root),
    };
    if mirror.home().item(item_kind, id).is_none() {
        return not_found(here.head, &here.root);
    }
    let changes = mirror.changes();
    let (homey, flow) = (here.place.homey.homey.clone(), id.to_owned());
    let advanced = item_kind == ItemKind::AdvancedFlow;
    let at = if advanced { "advancedflow" } else { "flow" };
    let path = format!("/api/manager/flow/{at}/{id}");
    let (outcome, method, path) = match (what, form.field("value")) {
        ("run", _) => {
            let call = here.place.run(async move {
                match advanced {
                    true => homey.flow().trigger_advanced_flow(&flow).await.map(drop),
                    false => homey.flow().trigger_flow(&flow).read_as::<Value>().await.map(drop),
                }
            });
            let outcome = flat(call.await).map_or_else(Outcome::Failed, |()| Outcome::Reported);
            (outcome, Method::POST, format!("{path}/trigger"))
        }
        ("enabled", Some(value)) => {
            let body = json!({ "enabled": value == "true" });
            let call = here.place.run(async move {
                match advanced {
                    true => homey.flow().update_advanced_flow(&flow, body).await.map(drop),
                    false => {
                        homey.flow().update_flow(&flow, body).read_as::<Flow>().await.map(drop)
                    }
                }
            });
            let outcome = match flat(call.await) {
                Err(why) => Outcome::Failed(why),
                Ok(()) => reported(changes, |change: &Change| *change.id == *id).await,
            };
            (outcome, Method::PUT, path)
        }
        _ => return not_found(here.head, &here.root),
    };
    finish(here, outcome, method, path, &format!("{}flows", here.at()))
}

/// What the Homey says, as one result. Its errors name no secret.
fn flat(outcome: Option<Result<(), housekey::Error>>) -> Result<(), String> {
    match outcome {
        Some(outcome) => outcome.map_err(|error| error.to_string()),
        None => Err("the agent is stopping".to_owned()),
    }
}

/// Waits until the home reports it.
async fn reported(mut changes: ChangeStream, is_report: impl Fn(&Change) -> bool) -> Outcome {
    let report = async {
        loop {
            match changes.next().await {
                Some(Ok(change)) if is_report(&change) => return Outcome::Reported,
                Some(_) => {}
                None => return Outcome::Silent,
            }
        }
    };
    timeout(REPORT, report).await.unwrap_or(Outcome::Silent)
}

fn finish(here: &Here<'_>, outcome: Outcome, method: Method, path: String, back: &str) -> Response {
    if !matches!(outcome, Outcome::Failed(_)) {
        (here.place.homey.wrote)(&here.session.grant.who, &method, path);
    }
    match outcome {
        Outcome::Failed(why) => {
            let status = StatusCode::BAD_GATEWAY;
            failure(here.head, &here.root, status, "The Homey did not do it", &why)
        }
        _ if !is_script(here.head) => {
            let home = here.at();
            reply::redirect(if here.came_from_home() { &home } else { back })
        }
        Outcome::Reported => reply::json(StatusCode::OK, &json!({ "reported": true })),
        Outcome::Silent => reply::json(
            StatusCode::OK,
            &json!({ "reported": false, "text": "The Homey accepted it, and the device has not reported it." }),
        ),
    }
}

fn unreachable(here: &Here<'_>) -> Response {
    let text = "The Homey cannot be reached for now.";
    failure(here.head, &here.root, StatusCode::SERVICE_UNAVAILABLE, "Nothing was done", text)
}
