//! Writing notifications to the timeline.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::items::object;
use super::notification::NotificationOwner;
use super::{ChangeKind, Home};

impl Home {
    /// Writes to the timeline, unless its owner was silenced.
    pub(crate) fn notify(&mut self, owner_uri: &str, owner_name: &str, excerpt: &str) {
        let owner = self.notification_owners.entry(owner_uri.to_owned()).or_insert_with(|| {
            NotificationOwner { name: owner_name.to_owned(), enabled: true, push: true }
        });
        if !owner.enabled {
            return;
        }
        let id = self.new_id("notification");
        let mut one = object(json!({
            "id": id,
            "ownerUri": owner_uri,
            "ownerName": owner_name,
            "dateCreated": super::value::time(self.now),
            "excerpt": excerpt,
            "meta": {},
        }));
        if self.dialect == Dialect::V2 {
            one.shift_remove("ownerName");
            for (key, value) in [
                ("dateExpires", Value::Null),
                ("icon", Value::Null),
                ("iconObj", Value::Null),
                ("priority", json!("default")),
                ("readBy", json!([])),
                ("roles", json!([])),
            ] {
                one.insert(key.to_owned(), value);
            }
        }
        self.notifications.insert(id.clone(), one);
        self.changed("notifications", "notification", &id, ChangeKind::Created);
    }
}
