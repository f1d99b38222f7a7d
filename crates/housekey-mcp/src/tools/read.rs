//! The tools that read.

use super::tool::{Argument, Effect, Kind, Tool, may, must};
use crate::group::Group;

/// The parts of an overview.
pub(crate) const OVERVIEW_PARTS: &[&str] =
    &["zones", "presence", "alarms", "moods", "variables", "energy", "problems"];

/// The parts of a device.
pub(crate) const DEVICE_PARTS: &[&str] = &["settings", "flows", "energy", "driver"];

const LIMIT: Argument = may("limit", Kind::Count(1_000), "");
const CURSOR: Argument = may("cursor", Kind::Text, "");

pub(crate) const TOOLS: &[Tool] = &[
    read_tool(
        "homey_home_overview",
        "Overview of the home",
        "The home at a glance: zones, who is home, alarms, moods, power, problems. Call it first.",
        &[
            may("homey", Kind::Text, "only where there are several"),
            may("include", Kind::Choices(OVERVIEW_PARTS), "all but variables if left out"),
        ],
    ),
    read_tool(
        "homey_devices_search",
        "Search devices",
        "Devices by name, zone, class or value, one line each: \"Zone\" / \"Name\" · class · values · id.",
        &[
            may("q", Kind::Text, "words of the name, zone or class"),
            may("zone", Kind::Text, "with the zones inside it"),
            may("class", Kind::Text, "light, socket, sensor, thermostat …"),
            may("capability", Kind::Text, "onoff, dim, measure_temperature …"),
            may("where", Kind::Text, "measure_battery<20, onoff=true and dim>0.5"),
            may("available", Kind::Flag, ""),
            LIMIT,
            CURSOR,
        ],
    ),
    read_tool(
        "homey_device_get",
        "Read a device",
        "One device: each capability with its value, age, range, and whether it can be set.",
        &[
            must("device", Kind::Text, "name, Zone/Name, id or its first 8 digits"),
            may("include", Kind::Choices(DEVICE_PARTS), ""),
        ],
    ),
    read_tool(
        "homey_flows_list",
        "List flows",
        "Flows, one line each: \"Folder\" / \"Name\" · kind · state · id.",
        &[
            may("q", Kind::Text, "words of the name or folder"),
            may("kind", Kind::Choice(&["standard", "advanced"]), ""),
            may("folder", Kind::Text, ""),
            may("enabled", Kind::Flag, ""),
            may("broken", Kind::Flag, ""),
            may(
                "uses",
                Kind::Text,
                "a device, variable, zone, mood, user, app or flow that they use",
            ),
            LIMIT,
            CURSOR,
        ],
    ),
    read_tool(
        "homey_flow_get",
        "Read a flow",
        "One flow in words: when … and … then …. The JSON is ten times as long: only for edits.",
        &[
            must("flow", Kind::Text, "name, Folder/Name or id"),
            may("format", Kind::Choice(&["outline", "json"]), ""),
        ],
    ),
    read_tool(
        "homey_flow_audit",
        "Check flows",
        "What is wrong with flows: missing devices, cards and tokens, dead branches, loops. Counts, then the worst.",
        &[
            may("flow", Kind::Text, ""),
            may("checks", Kind::Texts(50), "codes such as HK101; error, warning, info"),
            LIMIT,
            CURSOR,
        ],
    ),
    read_tool(
        "homey_doctor",
        "Check the connection",
        "State of the connection and the copy of the home, what this client may do, limits, units.",
        &[],
    ),
];

const fn read_tool(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [Argument],
) -> Tool {
    Tool { name, group: Group::Read, title, description, arguments, effect: Effect::Reads }
}
