//! The requests that read and write one item.

use std::collections::BTreeSet;

use housekey::client::RawCall;
use housekey::request::Body;
use housekey::{Error, Homey, args};
use http::Method;
use serde_json::{Map, Value, json};

use crate::{Items, Part, read, writable};

/// The path of the scripts.
const SCRIPTS: &str = "/api/app/com.athom.homeyscript/script";

/// The item as the Homey has it.
pub(super) async fn read(homey: &Homey, part: Part, id: &str) -> Result<Value, Error> {
    match part {
        Part::Apps => homey.apps().get_app(id).value().await,
        Part::Zones => homey.zones().get_zone(id).value().await,
        Part::Folders => homey.flow().get_flow_folder(id).value().await,
        Part::Variables => homey.logic().get_variable(id).value().await,
        Part::Devices => homey.devices().get_device(id).value().await,
        Part::Moods => homey.moods().get_mood(id).value().await,
        Part::Flows => homey.flow().get_flow(id).value().await,
        Part::AdvancedFlows => homey.flow().get_advanced_flow(id).value().await,
        Part::Alarms => homey.alarms().get_alarm(id).value().await,
        Part::Dashboards => homey.dashboards().get_dashboard(id).value().await,
        Part::Users => homey.users().get_user(id).value().await,
        Part::Scripts => homey.raw_as(&RawCall::get(script(id))).await,
        Part::Options => {
            let answer = homey.call(&option(id, "get"), &args! {}).await?;
            Ok(read::option_item(answer))
        }
    }
}

/// The ids of the items there are.
pub(super) async fn list(homey: &Homey, part: Part) -> Result<BTreeSet<String>, Error> {
    Ok(items(homey, part).await?.into_keys().collect())
}

/// The items there are. Nothing but what can be created is ever listed here.
pub(super) async fn items(homey: &Homey, part: Part) -> Result<Items, Error> {
    let answer = match part {
        Part::Zones => homey.zones().get_zones().value().await?,
        Part::Folders => homey.flow().get_flow_folders().value().await?,
        Part::Variables => homey.logic().get_variables().value().await?,
        Part::Moods => homey.moods().get_moods().value().await?,
        Part::Flows => homey.flow().get_flows().value().await?,
        Part::AdvancedFlows => homey.flow().get_advanced_flows().value().await?,
        Part::Alarms => homey.alarms().get_alarms().value().await?,
        Part::Dashboards => homey.dashboards().get_dashboards().value().await?,
        Part::Scripts => homey.raw_as(&RawCall::get(SCRIPTS)).await?,
        Part::Options | Part::Apps | Part::Users | Part::Devices => Value::Null,
    };
    Ok(read::items(answer))
}

/// Creates an item; the id that it was given, where the answer has it.
pub(super) async fn create(
    homey: &Homey,
    part: Part,
    setup: &Value,
) -> Result<Option<String>, Error> {
    let mut body = writable::of(part, setup, true);
    body.retain(|_, value| !value.is_null());
    let body = Value::Object(body);
    let answer = match part {
        Part::Zones => homey.zones().create_zone(body).value().await?,
        Part::Folders => homey.flow().create_flow_folder(body).value().await?,
        Part::Variables => homey.logic().create_variable(body).value().await?,
        Part::Moods => homey.moods().create_mood(body).value().await?,
        Part::Flows => homey.flow().create_flow(body).value().await?,
        Part::AdvancedFlows => homey.flow().create_advanced_flow(body).value().await?,
        Part::Alarms => homey.alarms().create_alarm(body).value().await?,
        Part::Dashboards => homey.dashboards().create_dashboard(body).value().await?,
        Part::Scripts => raw(homey, Method::POST, SCRIPTS.to_owned(), Some(body)).await?,
        Part::Options | Part::Apps | Part::Users | Part::Devices => Value::Null,
    };
    Ok(answer["id"].as_str().map(str::to_owned))
}

/// Changes an item. All fields that can be written are sent: whether a Homey keeps those that are left out is not
/// settled. `changes` are those that differ.
pub(super) async fn update(
    homey: &Homey,
    part: Part,
    id: &str,
    setup: &Value,
    changes: &Map<String, Value>,
) -> Result<(), Error> {
    let mut whole = writable::of(part, setup, true);
    whole.extend(changes.iter().map(|(key, value)| (key.clone(), value.clone())));
    // The root has no parent, and keeps none.
    whole.retain(|key, value| !(value.is_null() && key == "parent" && part == Part::Zones));
    let whole = Value::Object(whole);
    let _ = match part {
        Part::Zones => homey.zones().update_zone(id, whole).value().await?,
        Part::Folders => homey.flow().update_flow_folder(id, whole).value().await?,
        Part::Variables => {
            let mut body = whole;
            body.as_object_mut().map(|fields| fields.remove("type"));
            homey.logic().update_variable(id, body).value().await?
        }
        Part::Moods => homey.moods().update_mood(id, whole).value().await?,
        Part::Flows => homey.flow().update_flow(id, whole).value().await?,
        Part::AdvancedFlows => homey.flow().update_advanced_flow(id, whole).value().await?,
        Part::Alarms => homey.alarms().update_alarm(id, whole).value().await?,
        Part::Dashboards => homey.dashboards().update_dashboard(id, whole).value().await?,
        Part::Scripts => raw(homey, Method::PUT, script(id), Some(whole)).await?,
        Part::Devices => return device(homey, id, changes).await,
        Part::Apps => return app(homey, id, changes).await,
        Part::Options => {
            let value = changes.get("value").cloned().unwrap_or_default();
            homey.call(&option(id, "set"), &args! { "value" => value }).await?
        }
        Part::Users => Value::Null,
    };
    Ok(())
}

/// Deletes an item.
pub(super) async fn delete(homey: &Homey, part: Part, id: &str) -> Result<(), Error> {
    match part {
        Part::Zones => drop(homey.zones().delete_zone(id).await?),
        Part::Folders => drop(homey.flow().delete_flow_folder(id).await?),
        Part::Variables => drop(homey.logic().delete_variable(id).await?),
        Part::Moods => drop(homey.moods().delete_mood(id).await?),
        Part::Flows => drop(homey.flow().delete_flow(id).await?),
        Part::AdvancedFlows => drop(homey.flow().delete_advanced_flow(id).await?),
        Part::Alarms => drop(homey.alarms().delete_alarm(id).await?),
        Part::Dashboards => drop(homey.dashboards().delete_dashboard(id).await?),
        Part::Scripts => drop(raw(homey, Method::DELETE, script(id), None).await?),
        Part::Options | Part::Apps | Part::Users | Part::Devices => {}
    }
    Ok(())
}

/// The settings of a device are written by an operation of their own; its app may act on each.
async fn device(homey: &Homey, id: &str, changes: &Map<String, Value>) -> Result<(), Error> {
    let mut fields = changes.clone();
    let settings = fields.remove("settings");
    if !fields.is_empty() {
        homey.devices().update_device(id, Value::Object(fields)).value().await?;
    }
    if let Some(settings) = settings {
        homey.devices().set_device_settings(id, settings).value().await?;
    }
    Ok(())
}

async fn app(homey: &Homey, id: &str, changes: &Map<String, Value>) -> Result<(), Error> {
    match changes.get("enabled").and_then(Value::as_bool) {
        Some(true) => drop(homey.apps().enable_app(id).await?),
        Some(false) => drop(homey.apps().disable_app(id).await?),
        None => {}
    }
    if let Some(autoupdate) = changes.get("autoupdate") {
        homey.apps().update_app(id, json!({ "autoupdate": autoupdate })).value().await?;
    }
    Ok(())
}

async fn raw(
    homey: &Homey,
    method: Method,
    path: String,
    body: Option<Value>,
) -> Result<Value, Error> {
    let body = body.map(Body::Json);
    let answer = homey.raw(&RawCall { method, path_and_query: path, body }).await?.accepted()?;
    Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
}

fn script(id: &str) -> String {
    format!("{SCRIPTS}/{}", read::in_path(id))
}

/// The operation of an option: `i18n/language` is read by `i18n.getOptionLanguage`.
fn option(id: &str, verb: &str) -> String {
    let (manager, name) = id.split_once('/').unwrap_or((id, ""));
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    format!(
        "{manager}.{verb}Option{}{}",
        first.map(String::from).unwrap_or_default(),
        letters.as_str()
    )
}
