//! The manager `notifications`.

use serde_json::json;

use crate::error::Error;
use crate::model::{Notification, NotificationOwner};
use crate::{Homey, args};

/// The timeline, and who may write to it.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// homey.notifications().create_notification("The window is open").await?;
/// for notification in homey.notifications().get_notifications().await? {
///     println!("{}", notification.excerpt.text().unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Notifications<'a>(pub(super) &'a Homey);

impl Notifications<'_> {
    /// All notifications.
    pub async fn get_notifications(self) -> Result<Vec<Notification>, Error> {
        self.0.items("notifications.getNotifications", &args! {}).await
    }

    /// Removes all notifications, or those of one owner: `homey:manager:flow`.
    pub async fn delete_notifications(self, owner_uri: Option<&str>) -> Result<(), Error> {
        self.0.act("notifications.deleteNotifications", &args! { "ownerUri" => owner_uri }).await
    }

    /// Removes a notification.
    pub async fn delete_notification(self, id: &str) -> Result<(), Error> {
        self.0.act("notifications.deleteNotification", &args! { "id" => id }).await
    }

    /// Who may write to the timeline. The shape is not known; what [`NotificationOwner`] reads is
    /// inferred.
    pub async fn get_owners(self) -> Result<Vec<NotificationOwner>, Error> {
        self.0.items("notifications.getOwners", &args! {}).await
    }

    /// Says whether somebody may write to the timeline.
    pub async fn set_owner_enabled(self, uri: &str, enabled: bool) -> Result<(), Error> {
        self.0
            .act("notifications.setOwnerEnabled", &args! { "uri" => uri, "enabled" => enabled })
            .await
    }

    /// Says whether what somebody writes is shown on phones.
    pub async fn set_owner_push(self, uri: &str, push: bool) -> Result<(), Error> {
        self.0.act("notifications.setOwnerPush", &args! { "uri" => uri, "push" => push }).await
    }

    /// Writes to the timeline. The manager has no operation for it, so this runs the flow card that does
    /// it; the name of its argument, `text`, is inferred.
    pub async fn create_notification(self, text: &str) -> Result<(), Error> {
        let card = "homey:manager:notifications:create_notification";
        self.0.flow().run_flow_card_action(card, json!({ "text": text })).await.map(drop)
    }
}
