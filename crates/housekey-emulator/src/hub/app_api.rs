//! The HTTP APIs of apps: HomeyScript, whose paths and fields were measured on a real Homey.
//!
//! Inferred: the answer of a run, which is that of the app's published source; that the API of an app that does not
//! run is not found; that no scope is needed.

use serde_json::{Map, Value, json};

use super::arguments;
use super::call::{Answer, Answered, HubError, name_in, new_name, text_in};
use super::items;
use crate::request::Request;
use crate::state::Home;

/// The app whose API is modelled.
const SCRIPTS: &str = "com.athom.homeyscript";

/// Answers a request to `/api/app/<app>/…`.
pub(super) fn answer(home: &mut Home, request: &Request) -> Answered {
    let path = request.path.trim_end_matches('/').trim_start_matches("/api/app/");
    let parts: Vec<&str> = path.split('/').collect();
    let app = parts.first().copied().unwrap_or_default();
    if !items::find(&home.apps, "App", app)?.enabled {
        return Err(HubError::not_found("App", app));
    }
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", [SCRIPTS, "script"]) => Ok(items::by_id(&home.scripts, without_code)),
        ("POST", [SCRIPTS, "script"]) => create(home, &body(request)?),
        ("GET", [SCRIPTS, "script", id]) => Ok(Value::Object(find(home, id)?.clone()).into()),
        ("PUT", [SCRIPTS, "script", id]) => update(home, id, &body(request)?),
        ("DELETE", [SCRIPTS, "script", id]) => {
            find(home, id)?;
            home.scripts.shift_remove(*id);
            Ok(Answer::NOTHING)
        }
        ("POST", [SCRIPTS, "script", id, "run"]) => run(home, id),
        _ => Err(HubError::NoRoute { method: request.method.clone(), path: request.path.clone() }),
    }
}

fn find<'a>(home: &'a Home, id: &str) -> Result<&'a Map<String, Value>, HubError> {
    items::find(&home.scripts, "Script", id)
}

/// Scripts in the list have no code.
fn without_code(script: &Map<String, Value>) -> Value {
    let fields = script.iter().filter(|(key, _)| *key != "code");
    Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn body(request: &Request) -> Result<Map<String, Value>, HubError> {
    match arguments::body(request)? {
        Some(Value::Object(body)) => Ok(body),
        _ => Err(HubError::missing("script (object)")),
    }
}

/// The code in a body, which must be a text.
fn code(body: &Map<String, Value>) -> Result<Option<&str>, HubError> {
    text_in(body, "code")
}

fn create(home: &mut Home, body: &Map<String, Value>) -> Answered {
    let name = new_name(body, "script")?.to_owned();
    let code = code(body)?.ok_or_else(|| HubError::missing("script.code"))?.to_owned();
    let id = home.new_id("script");
    home.add_script(&id, &name, &code);
    Ok(Value::Object(find(home, &id)?.clone()).into())
}

/// Changes the name or the code. Measured: that of an unknown script seems to work, and changes nothing.
fn update(home: &mut Home, id: &str, body: &Map<String, Value>) -> Answered {
    name_in(body, "name")?;
    code(body)?;
    if let Some(script) = home.scripts.get_mut(id) {
        items::merge(script, body, &["name", "code"]);
        return Ok(Value::Object(script.clone()).into());
    }
    Ok(Value::Object(body.clone()).into())
}

fn run(home: &mut Home, id: &str) -> Answered {
    find(home, id)?;
    let now = super::time(home.now);
    if let Some(script) = home.scripts.get_mut(id) {
        script.insert("lastExecuted".to_owned(), now.into());
    }
    Answer::json(json!({ "success": true, "returns": null }))
}
