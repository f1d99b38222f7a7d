//! The notifications of the timeline, and their writers.

use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::items::{self, ItemKind};
use crate::state::notification::NotificationOwner;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("notifications.getNotifications", |home, call| NOTIFICATION.list(home, call)),
    ("notifications.getNotification", |home, call| NOTIFICATION.get(home, call)),
    ("notifications.deleteNotification", |home, call| NOTIFICATION.delete(home, call)),
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

const NOTIFICATION: ItemKind = ItemKind {
    manager: "notifications",
    item: "notification",
    name: "Notification",
    all: |home| &home.notifications,
    all_mut: |home| &mut home.notifications,
    keys: &[],
    check: |_, _| Ok(()),
    view: items::as_stored,
};

/// Inferred: the shape of an owner.
fn owner_view(uri: &str, owner: &NotificationOwner) -> Value {
    json!({ "uri": uri, "name": owner.name, "enabled": owner.enabled, "push": owner.push })
}

fn flag(call: &Call<'_>, name: &str) -> Result<bool, HubError> {
    let flag = call.get(name).and_then(Value::as_bool);
    flag.ok_or_else(|| HubError::missing(name))
}

fn owner<'a>(home: &'a mut Home, call: &Call<'_>) -> Result<&'a mut NotificationOwner, HubError> {
    let uri = call.text("uri")?;
    home.notification_owners.get_mut(uri).ok_or_else(|| HubError::not_found("Owner", uri))
}

fn delete_all(home: &mut Home, call: &Call<'_>) -> Answered {
    let owner = call.text_if_any("ownerUri");
    let fits = |one: &Map<String, Value>| {
        owner.is_none_or(|uri| one.get("ownerUri").is_some_and(|own| own == uri))
    };
    let ids: Vec<String> =
        home.notifications.iter().filter(|(_, one)| fits(one)).map(|(id, _)| id.clone()).collect();
    for id in ids {
        NOTIFICATION.remove(home, &id);
    }
    Ok(Answer::NOTHING)
}

fn set_read(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, user) = (call.text("id")?, call.session()?.user.clone());
    NOTIFICATION.find(home, id)?;
    let readers =
        home.notifications.get_mut(id).and_then(|one| one.get_mut("readBy")?.as_array_mut());
    if let Some(readers) = readers.filter(|readers| !readers.iter().any(|reader| *reader == user)) {
        readers.push(user.into());
    }
    home.changed("notifications", "notification", id, ChangeKind::Updated);
    Ok(Answer::NOTHING)
}
