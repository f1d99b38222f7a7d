//! The tools for administrators.

use super::tool::{Effect, Kind, Tool, may, must};
use crate::group::Group;

pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "homey_app_restart",
        group: Group::Admin,
        title: "Restart an app",
        description: "Restart an app; its devices are away for a moment.",
        arguments: &[must("app", Kind::Text, "name or id")],
        effect: Effect::Starts,
    },
    Tool {
        name: "homey_script_run",
        group: Group::Admin,
        title: "Run a script",
        description: "Run a stored HomeyScript. The user has to agree each time.",
        arguments: &[must("script", Kind::Text, "name or id"), may("argument", Kind::Text, "")],
        effect: Effect::Starts,
    },
    Tool {
        name: "homey_api",
        group: Group::Admin,
        title: "Call the API",
        description: "Call an operation, or a path of the Homey's own API, where no other tool does it. Most writes \
                      need the user.",
        arguments: &[
            may("operation", Kind::Text, "devices.getDevice"),
            may("arguments", Kind::Object, ""),
            may("method", Kind::Choice(&["GET", "POST", "PUT", "DELETE"]), ""),
            may("path", Kind::Text, "/api/manager/…"),
            may("body", Kind::Object, ""),
        ],
        effect: Effect::Edits,
    },
];
