//! The users manager: signing in, people, and local user names.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, new_name, text_in};
use super::items::{self, new_id};
use crate::hub_options::HubClient;
use crate::quirk::Quirk;
use crate::state::session::{NewSession, SessionKind};
use crate::state::user::{LocalLogin, Role, User};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("users.login", login),
    ("users.loginLocal", login_local),
    ("users.getUsers", |home, _| Ok(items::by_id(&home.users, |user| view(home, user)))),
    ("users.getUser", |home, call| Ok(view(home, find(home, call.text("id")?)?).into())),
    ("users.getUserMe", |home, call| Ok(view(home, find(home, &me(call)?)?).into())),
    ("users.getState", |_, _| Ok(json!({}).into())),
    ("users.createUser", create),
    ("users.updateUser", |home, call| update(home, call.text("id")?, call.object("user")?)),
    ("users.updateUserMe", |home, call| update(home, &me(call)?, &call.arguments)),
    ("users.updateUserMeProperties", set_property),
    ("users.deleteUserMeProperties", delete_property),
    ("users.deleteUser", |home, call| delete(home, call.text("id")?)),
    ("users.deleteUserMe", |home, call| delete(home, &me(call)?)),
    ("users.swapOwner", swap_owner),
    ("users.updateUserMeLocalCredentials", |home, call| set_local(home, call, &me(call)?)),
    ("users.updateUserLocalCredentials", |home, call| set_local(home, call, call.text("id")?)),
    ("users.deleteUserMeLocalCredentials", |home, call| clear_local(home, &me(call)?)),
    ("users.deleteUserLocalCredentials", |home, call| clear_local(home, call.text("id")?)),
];

/// The scopes that a third-party client can be registered for, whatever the role of the user: the list that
/// several projects publish.
#[rustfmt::skip]
const THIRD_PARTY: [&str; 10] = [
    "homey.device.readonly", "homey.device.control", "homey.zone.readonly", "homey.flow.readonly",
    "homey.flow.start", "homey.logic", "homey.logic.readonly", "homey.user.readonly",
    "homey.energy.readonly", "homey.insights.readonly",
];

fn me(call: &Call<'_>) -> Result<String, HubError> {
    Ok(call.session()?.user.clone())
}

fn find<'a>(home: &'a Home, id: &str) -> Result<&'a User, HubError> {
    items::find(&home.users, "User", id)
}

fn view(home: &Home, user: &User) -> Value {
    let mut view = json!({
        "id": user.id,
        "name": user.name,
        "athomId": user.athom_id,
        "properties": user.properties,
        "enabled": user.enabled,
        "verified": user.athom_id.is_some(),
        "role": user.role.as_str(),
        "present": user.present,
        "asleep": user.asleep,
    });
    if let Some(view) = view.as_object_mut().filter(|_| home.dialect != Dialect::V2) {
        for key in ["avatar", "inviteUrl", "enabledUntil"] {
            view.insert(key.to_owned(), Value::Null);
        }
        if home.dialect == Dialect::Local {
            let name = user.local.as_ref().map(|local| local.username.as_str());
            view.insert("localUsername".to_owned(), json!(name));
        }
    }
    view
}

/// The last step of signing in: a delegation token of the cloud becomes a session.
fn login(home: &mut Home, call: &Call<'_>) -> Answered {
    let account = (call.verify)(call.text("token")?).ok_or(HubError::InvalidToken)?;
    let user = home
        .users
        .values()
        .find(|user| user.enabled && user.athom_id.as_deref() == Some(account.as_str()))
        .ok_or(HubError::InvalidToken)?;
    let (user, client) = (user.id.clone(), home.client.clone());
    let third_party = home.quirks.contains(&Quirk::ThirdPartyScopes);
    Ok(open(home, user, client, third_party, call))
}

fn login_local(home: &mut Home, call: &Call<'_>) -> Answered {
    let (username, password) = (call.text("username")?, call.text("password")?);
    let (id, name) = (call.text("clientId")?.to_owned(), call.text("clientName")?.to_owned());
    let fits = |local: &LocalLogin| local.username == username && local.password == password;
    let user = home
        .users
        .values()
        .find(|user| user.enabled && user.local.as_ref().is_some_and(fits))
        .ok_or_else(|| HubError::refused(401, "invalid_credentials", "Invalid Credentials"))?;
    Ok(open(home, user.id.clone(), HubClient { id, name }, false, call))
}

fn open(
    home: &mut Home,
    user: String,
    client: HubClient,
    third_party: bool,
    call: &Call<'_>,
) -> Answer {
    let role = home.users.get(&user).map_or(Role::Guest, |user| user.role);
    let all: &[&str] = if third_party { &THIRD_PARTY } else { &["homey"] };
    let scopes: Vec<String> = all.iter().map(|scope| (*scope).to_owned()).collect();
    let wanted = NewSession {
        user,
        kind: SessionKind::OAuth,
        name: Some(client.name),
        client: Some(client.id),
        intersected: role.cut(&scopes),
        scopes,
        life: Some(home.session_life),
    };
    let (session, token) = home.sessions.open(wanted, &home.seed, call.now);
    home.changed("sessions", "session", &session.id, ChangeKind::Created);
    Value::String(token).into()
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("user")?;
    let user = User {
        name: new_name(body, "user")?.to_owned(),
        role: role_in(body)?.unwrap_or(Role::User),
        athom_id: text_in(body, "athomId")?.map(str::to_owned),
        enabled: true,
        present: false,
        asleep: false,
        properties: Map::new(),
        local: None,
        id: new_id(home, body, "user"),
    };
    let answer = view(home, &user);
    home.changed("users", "user", &user.id, ChangeKind::Created);
    home.users.insert(user.id.clone(), user);
    Ok(answer.into())
}

/// The role that a body names. It cannot make a user the owner.
fn role_in(body: &Map<String, Value>) -> Result<Option<Role>, HubError> {
    let Some(name) = text_in(body, "role")? else { return Ok(None) };
    Role::named(name)
        .filter(|role| *role != Role::Owner)
        .map(Some)
        .ok_or_else(|| HubError::invalid("role should be manager, user or guest"))
}

fn update(home: &mut Home, id: &str, body: &Map<String, Value>) -> Answered {
    let mut user = find(home, id)?.clone();
    if let Some(name) = name_in(body, "name")? {
        user.name = name.to_owned();
    }
    if let Some(role) = role_in(body)?.filter(|role| *role != user.role) {
        if user.role == Role::Owner {
            return Err(HubError::refused(400, "cannot_change_owner", "The owner stays the owner"));
        }
        user.role = role;
    }
    if let Some(enabled) = body.get("enabled").and_then(Value::as_bool) {
        user.enabled = enabled || user.role == Role::Owner;
    }
    if let Some(properties) = body.get("properties").and_then(Value::as_object) {
        user.properties = properties.clone();
    }
    put(home, user)
}

fn put(home: &mut Home, user: User) -> Answered {
    let answer = view(home, &user);
    if !user.enabled {
        home.sessions.close_all_of(&user.id);
    }
    home.changed("users", "user", &user.id, ChangeKind::Updated);
    home.users.insert(user.id.clone(), user);
    Ok(answer.into())
}

fn set_property(home: &mut Home, call: &Call<'_>) -> Answered {
    let mut user = find(home, &me(call)?)?.clone();
    let value = call.value("value");
    user.properties.insert(call.text("id")?.to_owned(), value);
    put(home, user)
}

fn delete_property(home: &mut Home, call: &Call<'_>) -> Answered {
    let mut user = find(home, &me(call)?)?.clone();
    user.properties.shift_remove(call.text("id")?);
    put(home, user)
}

fn delete(home: &mut Home, id: &str) -> Answered {
    if find(home, id)?.role == Role::Owner {
        return Err(HubError::refused(400, "cannot_delete_owner", "The owner cannot be deleted"));
    }
    home.users.shift_remove(id);
    home.sessions.close_all_of(id);
    home.changed("users", "user", id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}

fn swap_owner(home: &mut Home, call: &Call<'_>) -> Answered {
    let old = find(home, &me(call)?)?.clone();
    if old.role != Role::Owner {
        return Err(HubError::MissingScopes);
    }
    let new = find(home, call.text("newOwnerUserId")?)?.clone();
    put(home, User { role: Role::Manager, ..old })?;
    put(home, User { role: Role::Owner, ..new })?;
    Ok(Answer::NOTHING)
}

fn set_local(home: &mut Home, call: &Call<'_>, id: &str) -> Answered {
    let mut user = find(home, id)?.clone();
    let (username, password) = (call.text("username")?, call.text("password")?);
    if username.is_empty() || password.is_empty() {
        return Err(HubError::invalid("username and password are needed"));
    }
    let taken = |other: &User| other.local.as_ref().is_some_and(|local| local.username == username);
    if home.users.values().any(|other| other.id != id && taken(other)) {
        return Err(HubError::refused(409, "username_taken", "The user name is taken"));
    }
    user.local = Some(LocalLogin { username: username.to_owned(), password: password.to_owned() });
    put(home, user)?;
    Ok(Answer::NOTHING)
}

fn clear_local(home: &mut Home, id: &str) -> Answered {
    let user = find(home, id)?.clone();
    put(home, User { local: None, ..user })?;
    Ok(Answer::NOTHING)
}
