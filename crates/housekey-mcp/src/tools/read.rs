//! The tools that read.

use super::tool::{Argument, Effect, Kind, Tool, may, must};
use crate::group::Group;

/// The parts of an overview.
pub(crate) const OVERVIEW_PARTS: &[&str] =
    &["zones", "presence", "alarms", "moods", "variables", "energy", "problems"];

/// The parts of a device.
pub(crate) const DEVICE_PARTS: &[&str] = &["settings", "flows", "energy", "driver"];

/// Steps of a history.
pub(crate) const STEPS: &[&str] = &["raw", "5m", "15m", "1h", "6h", "1d", "1mo"];

/// What is computed for a step.
const FUNCTIONS: &[&str] = &["mean", "min", "max", "last", "inc", "integral", "states"];

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
        "homey_flowcards",
        "Flow cards",
        "Search flow cards by words; with `card` describe one; with `argument` too, list the choices of that argument.",
        &[
            may("kind", Kind::Choice(&["trigger", "condition", "action"]), ""),
            may("q", Kind::Text, "words of title or owner; of choices"),
            may("owner", Kind::Text, "device or app"),
            may("card", Kind::Text, "its whole id"),
            may("argument", Kind::Text, ""),
            may("args", Kind::Object, "the other arguments of the card"),
            LIMIT,
            CURSOR,
        ],
    ),
    read_tool(
        "homey_history",
        "History of values",
        "Recorded values of devices over time, at most 60 points each.",
        &[
            must("device", Kind::Texts(10), "one or a list"),
            must("capability", Kind::Text, "measure_power …"),
            may(
                "from",
                Kind::Text,
                "2026-11-30, 2026-11-30T08:00 or 24h, 7d back; 24h if left out",
            ),
            may("to", Kind::Text, ""),
            may("step", Kind::Choice(STEPS), "fits if left out"),
            may("fn", Kind::Choice(FUNCTIONS), ""),
            may("group", Kind::Choice(&["device", "all"]), "all: one row, means added up"),
        ],
    ),
    read_tool(
        "homey_events",
        "What happened",
        "Changes in order of time, with flows that could have made them. A Homey does not report which flow ran.",
        &[
            may("device", Kind::Text, ""),
            may("zone", Kind::Text, ""),
            may("kind", Kind::Text, "value, or a kind of event"),
            may("from", Kind::Text, "as in homey_history; 6h if left out"),
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
