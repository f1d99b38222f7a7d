//! The tools that change flows and the set-up of the home.

use super::tool::{Effect, Kind, Tool, may, must};
use crate::group::Group;

/// The most changes of one call.
pub(crate) const MOST_CHANGES: usize = 50;

pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "homey_flow_save",
        group: Group::Edit,
        title: "Save a flow",
        description: "Create or change a flow. The first call checks it, shows what changes and gives a plan; a \
                      second call with that plan alone writes it. New flows are disabled.",
        arguments: &[
            may("flow", Kind::Object, "as JSON of homey_flow_get; without id a new one"),
            may("plan", Kind::Text, ""),
        ],
        effect: Effect::Edits,
    },
    Tool {
        name: "homey_flow_enable",
        group: Group::Edit,
        title: "Enable a flow",
        description: "Enable or disable a flow.",
        arguments: &[
            must("flow", Kind::Text, "name, Folder/Name or id"),
            must("enabled", Kind::Flag, ""),
            may("confirm", Kind::Flag, ""),
        ],
        effect: Effect::Sets,
    },
    Tool {
        name: "homey_change",
        group: Group::Edit,
        title: "Change the set-up",
        description: "Rename, move, create or delete. The first call shows what changes and which flows are hit, and \
                      gives a plan; a second call with that plan alone makes it.",
        arguments: &[
            may("changes", Kind::Changes(MOST_CHANGES), "set without id creates"),
            may("plan", Kind::Text, ""),
        ],
        effect: Effect::Edits,
    },
    Tool {
        name: "homey_backup",
        group: Group::Edit,
        title: "Backups",
        description: "Keep the set-up as a backup, list backups, or compare one with the home as it is. Each edit \
                      keeps one before.",
        arguments: &[
            must("action", Kind::Choice(&["create", "list", "diff"]), ""),
            may("backup", Kind::Text, "for diff"),
        ],
        effect: Effect::Sets,
    },
];
