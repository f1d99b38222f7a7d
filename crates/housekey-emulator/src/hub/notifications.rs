//! The timeline, and who may write to it.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers};
use super::error::HubError;
use super::items;
use crate::state::notification::NotificationOwner;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("notifications.getNotifications", |home, _| Ok(items::all(&home.notifications))),
    ("notifications.getNotification", |home, call| {
        items::one(&home.notifications, "Notification", call.text("id")?)
    }),
    ("notifications.deleteNotification", |home, call| {
        let id = call.text("id")?;
        items::find(&home.notifications, "Notification", id)?;
        remove(home, id);
        Ok(Answer::NOTHING)
    }),
    ("notifications.deleteNotifications", delete_all),
    ("notifications.setNotificationRead", set_read),
    ("notifications.getOwners", |home, _| {
        let view =
            |(uri, owner): (&String, &NotificationOwner)| (uri.clone(), owner_view(uri, owner));
        Ok(Value::Object(home.notification_owners.iter().map(view).collect()).into())
    }),
    ("notifications.setOwnerEnabled", |home, call| {
        let enabled = flag(call, "enabled")?;
        owner(home, call)?.enabled = enabled;
        Ok(Answer::NOTHING)
    }),
    ("notifications.setOwnerPush", |home, call| {
        let push = flag(call, "push")?;
        owner(home, call)?.push = push;
        Ok(Answer::NOTHING)
    }),
];

/// Inferred: the shape of an owner.
fn owner_view(uri: &str, owner: &NotificationOwner) -> Value {
    json!({ "uri": uri, "name": owner.name, "enabled": owner.enabled, "push": owner.push })
}

fn flag(call: &Call<'_>, name: &str) -> Result<bool, HubError> {
    let flag = call.get(name).and_then(Value::as_bool);
    flag.ok_or_else(|| HubError::Argument(format!("Missing Argument: {name}")))
}

fn owner<'a>(home: &'a mut Home, call: &Call<'_>) -> Result<&'a mut NotificationOwner, HubError> {
    let uri = call.text("uri")?;
    home.notification_owners.get_mut(uri).ok_or_else(|| HubError::not_found("Owner", uri))
}

fn remove(home: &mut Home, id: &str) {
    home.notifications.shift_remove(id);
    home.changed("notifications", "notification", id, ChangeKind::Deleted);
}

fn delete_all(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let owner = call.get("ownerUri").and_then(Value::as_str);
    let fits = |one: &Map<String, Value>| {
        owner.is_none_or(|uri| one.get("ownerUri").is_some_and(|own| own == uri))
    };
    let ids: Vec<String> =
        home.notifications.iter().filter(|(_, one)| fits(one)).map(|(id, _)| id.clone()).collect();
    for id in ids {
        remove(home, &id);
    }
    Ok(Answer::NOTHING)
}

fn set_read(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (id, user) = (call.text("id")?, call.session()?.user.clone());
    items::find(&home.notifications, "Notification", id)?;
    let readers =
        home.notifications.get_mut(id).and_then(|one| one.get_mut("readBy")?.as_array_mut());
    if let Some(readers) = readers.filter(|readers| !readers.iter().any(|reader| *reader == user)) {
        readers.push(user.into());
    }
    home.changed("notifications", "notification", id, ChangeKind::Updated);
    Ok(Answer::NOTHING)
}
