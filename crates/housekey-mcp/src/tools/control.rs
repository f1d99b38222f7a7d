//! The tools that control the home.

use super::tool::{Effect, Kind, Tool, may, must};
use crate::group::Group;

/// The most devices of one call.
pub(crate) const MOST_DEVICES: usize = 20;

pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "homey_device_set",
        group: Group::Control,
        title: "Set devices",
        description: "Set a capability of up to 20 devices. Says for each: done, unchanged, refused, or not confirmed.",
        arguments: &[
            must("device", Kind::Texts(MOST_DEVICES), "name, Zone/Name or id; one or a list"),
            must("capability", Kind::Text, "onoff, dim, target_temperature …"),
            must("value", Kind::Scalar, "dim and other shares 0 to 1"),
            may(
                "duration_ms",
                Kind::Count(86_400_000),
                "how long the change takes, where the device can",
            ),
            may("confirm", Kind::Flag, ""),
        ],
        effect: Effect::Sets,
    },
    Tool {
        name: "homey_flow_start",
        group: Group::Control,
        title: "Start a flow",
        description: "Start a flow by hand. Its actions run at once.",
        arguments: &[
            must("flow", Kind::Text, "name, Folder/Name or id"),
            may("tokens", Kind::Object, ""),
            may("confirm", Kind::Flag, ""),
        ],
        effect: Effect::Starts,
    },
    Tool {
        name: "homey_mood_set",
        group: Group::Control,
        title: "Set a mood",
        description: "Set the devices of a zone as a mood says.",
        arguments: &[must("mood", Kind::Text, "name, Zone/Name or id")],
        effect: Effect::Sets,
    },
    Tool {
        name: "homey_variable_set",
        group: Group::Control,
        title: "Set a variable",
        description: "Set a logic variable. Flows that wait for it start.",
        arguments: &[must("variable", Kind::Text, "name or id"), must("value", Kind::Scalar, "")],
        effect: Effect::Sets,
    },
];
