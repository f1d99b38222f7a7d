//! Notifications in the timeline.

use serde_json::{Value, json};

use super::ManagerNotifications;
use crate::client::Call;

impl<'a> ManagerNotifications<'a> {
    /// Writes to the timeline. The manager has no operation for that: this runs the flow card that does, whose
    /// argument `text` is inferred.
    pub fn create_notification(self, text: &str) -> Call<'a, Value> {
        let card = "homey:manager:notifications:create_notification";
        self.0.flow().run_flow_card_action(card).with("args", json!({ "text": text }))
    }
}
