//! The sessions manager.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use crate::state::session::{Session, SessionKind};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("sessions.getSessionMe", |home, call| Ok(view(home, call.session()?).into())),
    ("sessions.getSessions", |home, call| {
        let alive = home.sessions.alive(call.now);
        let all = alive.map(|session| (session.id.clone(), view(home, session)));
        Ok(Value::Object(all.collect()).into())
    }),
    ("sessions.deleteSession", delete),
];

/// Newer Homeys show user and client but no times (typed from a real answer); older ones show the times.
fn view(home: &Home, session: &Session) -> Value {
    let kind = kind(home.dialect, session);
    if home.dialect == Dialect::V2 {
        return json!({
            "id": session.id,
            "type": kind,
            "userId": session.user,
            "agent": session.name,
            "scopes": session.scopes,
            "intersectedScopes": session.intersected,
            "createdAt": super::time(session.created),
            "expiresAt": session.expires.map(super::time),
            "lastUsed": super::time(session.last_used),
            "clientName": session.name,
        });
    }
    let user = home.users.get(&session.user);
    json!({
        "id": session.id,
        "type": kind,
        "userId": session.user,
        "userName": user.map(|user| user.name.as_str()),
        "userAthomId": user.and_then(|user| user.athom_id.as_deref()),
        "agent": session.name,
        "scopes": session.scopes,
        "intersectedScopes": session.intersected,
        "clientId": session.client,
        "clientName": session.name,
    })
}

/// Older Homeys know no keys; the one of the virtual Homey is an app's session there.
fn kind(dialect: Dialect, session: &Session) -> &'static str {
    match (dialect, session.kind) {
        (Dialect::V2, SessionKind::Key) => "APP",
        (_, kind) => kind.as_str(),
    }
}

fn delete(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    // The vendor's list puts `me` under the same path.
    let id = if id == "me" { call.session()?.id.clone() } else { id.to_owned() };
    if !home.sessions.close(&id) {
        return Err(HubError::not_found("Session", &id));
    }
    home.changed("sessions", "session", &id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
