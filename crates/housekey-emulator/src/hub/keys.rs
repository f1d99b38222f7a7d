//! API keys, which the vendor calls personal access tokens; only Homeys of 2023 and later have them.
//!
//! The shapes and the texts of refusals are those of clients proven on real Homeys; the status of a
//! refusal is inferred.

use housekey::catalogue::scope;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use crate::state::session::{NewSession, Session, SessionKind};
use crate::state::user::Role;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("users.getPersonalAccessTokens", |home, call| {
        let user = &owner(home, call)?.user;
        let keys = home.sessions.alive(call.now).filter(|key| key.kind == SessionKind::Key);
        Ok(keys.filter(|key| key.user == *user).map(view).collect::<Value>().into())
    }),
    ("users.createPersonalAccessToken", create),
    ("users.deletePersonalAccessToken", delete),
];

/// Keys are for the owner, and a key cannot manage keys.
fn owner<'a>(home: &Home, call: &'a Call<'_>) -> Result<&'a Session, HubError> {
    let session = call.session()?;
    if session.kind == SessionKind::Key {
        return Err(HubError::refused(403, "invalid_session_type", "Invalid Session Type"));
    }
    match home.users.get(&session.user) {
        Some(user) if user.role == Role::Owner => Ok(session),
        _ => Err(HubError::refused(403, "must_be_owner", "Must Be Owner")),
    }
}

fn view(key: &Session) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "createdAt": super::time(key.created),
    })
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let own = owner(home, call)?;
    let user = own.user.clone();
    let name = call.text("name")?;
    let wrong = || HubError::invalid("scopes should be an array of scopes");
    let scopes = call.get("scopes").and_then(Value::as_array).ok_or_else(wrong)?;
    let scopes = scopes
        .iter()
        .map(|scope| scope.as_str().map(str::to_owned))
        .collect::<Option<Vec<String>>>()
        .filter(|scopes| !scopes.is_empty())
        .ok_or_else(wrong)?;
    if name.trim().is_empty() {
        return Err(HubError::invalid("name should not be empty"));
    }
    let wanted: Vec<&str> = scopes.iter().map(String::as_str).collect();
    if scope::missing(&own.intersected, &wanted).is_some() {
        return Err(HubError::MissingScopes);
    }
    let role = home.users.get(&user).map_or(Role::Guest, |user| user.role);
    let wanted = NewSession {
        user,
        kind: SessionKind::Key,
        name: Some(name.to_owned()),
        client: None,
        intersected: role.cut(&scopes),
        scopes,
        life: None,
    };
    let (key, token) = home.sessions.open(wanted, &home.seed, call.now);
    home.changed("sessions", "session", &key.id, ChangeKind::Created);
    let mut answer = super::items::object(view(&key));
    answer.shift_insert(3, "token".to_owned(), Value::String(token));
    Ok(Value::Object(answer).into())
}

fn delete(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, user) = (call.text("id")?, &owner(home, call)?.user);
    let own = |key: &&Session| key.id == id && key.kind == SessionKind::Key && key.user == *user;
    if home.sessions.alive(call.now).find(own).is_none() {
        return Err(HubError::not_found("PersonalAccessToken", id));
    }
    home.sessions.close(id);
    home.changed("sessions", "session", id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
