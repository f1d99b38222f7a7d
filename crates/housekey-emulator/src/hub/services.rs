//! The cloud, updates, back-ups, and Google Assistant.
//!
//! Inferred: the shapes of the cloud's, the updates' and the back-up's state.

use serde_json::json;

use super::call::{Answer, Handlers, HubError};
use super::options;
use crate::state::ChangeKind;

pub(super) const HANDLERS: Handlers = &[
    // A virtual Homey is always connected.
    ("cloud.getState", |_, _| Ok(json!({ "connected": true }).into())),
    ("updates.getUpdates", |_, _| Ok(json!([]).into())),
    ("updates.getState", |home, _| {
        Ok(json!({ "state": "idle", "version": home.model.version() }).into())
    }),
    ("updates.installUpdate", |_, _| {
        Err(HubError::refused(400, "no_update", "There is no update to install"))
    }),
    ("updates.abortInstallUpdate", |_, _| {
        Err(HubError::refused(400, "no_update", "No update is being installed"))
    }),
    ("updates.getWhatsNew", |_, _| Ok(json!([]).into())),
    ("backup.scheduleBackup", |home, call| {
        let now = super::time(call.now);
        home.options.insert("backup/lastSuccessfulBackup".to_owned(), now.into());
        home.changed("backup", "state", "state", ChangeKind::Updated);
        Ok(Answer::NOTHING)
    }),
    ("backup.getState", |home, _| {
        let last = options::value(home, "backup/lastSuccessfulBackup");
        Ok(json!({ "state": "idle", "lastSuccessfulBackup": last }).into())
    }),
    ("googleAssistant.sync", |_, _| Ok(Answer::NOTHING)),
];
