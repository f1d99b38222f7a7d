//! Whether an app runs, so that its cards work.

use serde_json::Value;

use crate::{Home, Part};

/// Whether an app runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppState {
    /// Its cards work.
    Running,
    /// It starts; its cards and tokens come later.
    Starting,
    /// It is disabled, stopped or crashed.
    Stopped,
}

impl AppState {
    pub(super) fn of(app: &Value) -> Self {
        let state = app["state"].as_str().unwrap_or_default();
        let is_stopped = app["enabled"] == false
            || app["crashed"] == true
            || matches!(state, "stopped" | "stopping" | "crashed");
        match is_stopped {
            true => Self::Stopped,
            false if app["ready"] == false || state == "starting" => Self::Starting,
            false => Self::Running,
        }
    }
}

/// The ids of the apps that are still starting, for waiting until there are none: right after a boot most cards
/// of apps are missing.
pub fn starting_apps(home: &Home) -> Vec<&str> {
    let apps = home.items(Part::Apps);
    apps.filter(|(_, app)| AppState::of(app) == AppState::Starting).map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_app_that_starts_is_neither_running_nor_stopped() {
        for (app, want) in [
            (json!({ "enabled": true, "state": "running" }), AppState::Running),
            (json!({ "enabled": true, "state": "running", "ready": false }), AppState::Starting),
            (json!({ "state": "starting" }), AppState::Starting),
            (json!({ "enabled": false, "ready": false }), AppState::Stopped),
            (json!({ "enabled": true, "state": "crashed" }), AppState::Stopped),
            (json!({ "crashed": true }), AppState::Stopped),
            (json!({}), AppState::Running),
        ] {
            assert_eq!(AppState::of(&app), want, "{app}");
        }
    }
}
