//! The tools as the protocol lists them.

use rmcp::model::{Tool, ToolAnnotations};

use crate::group::Groups;
use crate::tools::{self, Effect};

/// The tools of these groups.
pub(super) fn tools(groups: Groups) -> Vec<Tool> {
    tools::of(groups).map(listed).collect()
}

/// A tool with all four annotations: the defaults of the protocol say that a tool is destructive.
pub(super) fn listed(tool: &'static tools::Tool) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(tool.effect == Effect::Reads)
        .destructive(tool.effect == Effect::Edits)
        .idempotent(tool.effect != Effect::Starts)
        .open_world(false);
    Tool::new(tool.name, tool.description, tool.schema())
        .with_title(tool.title)
        .with_annotations(annotations)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::group::Group;

    /// The most bytes of the list, as clients put it into the context of each conversation.
    const MOST_BYTES: usize = 14 * 1024;

    #[test]
    fn the_list_stays_small() {
        let list = serde_json::to_string(&tools(Groups::of(Group::ALL))).unwrap();
        assert!(list.len() <= MOST_BYTES, "{} bytes", list.len());
    }

    #[test]
    fn the_list_is_always_the_same() {
        let first = serde_json::to_string(&tools(Groups::default())[0]).unwrap();
        insta::assert_snapshot!(first, @r#"{"name":"homey_home_overview","title":"Overview of the home","description":"The home at a glance: zones, who is home, alarms, moods, power, problems. Call it first.","inputSchema":{"type":"object","properties":{"homey":{"type":"string","description":"only where there are several"},"include":{"type":"array","items":{"enum":["zones","presence","alarms","moods","variables","energy","problems"]},"description":"all but variables if left out"}},"additionalProperties":false},"annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false}}"#);
        let row = |tool: &Tool| {
            let properties = tool.input_schema.get("properties").and_then(Value::as_object);
            let names = properties.into_iter().flatten().map(|(name, _)| name.as_str());
            [&*tool.name].into_iter().chain(names).collect::<Vec<_>>().join(" ")
        };
        let rows: Vec<_> = tools(Groups::of(Group::ALL)).iter().map(row).collect();
        insta::assert_snapshot!(rows.join("\n"), @"
        homey_home_overview homey include
        homey_devices_search q zone class capability where available limit cursor
        homey_device_get device include
        homey_flows_list q kind folder enabled broken uses limit cursor
        homey_flow_get flow format
        homey_flow_audit flow checks limit cursor
        homey_flowcards kind q owner card argument args limit cursor
        homey_history device capability from to step fn group
        homey_events device zone kind from limit cursor
        homey_doctor
        homey_device_set device capability value duration_ms confirm
        homey_flow_start flow tokens confirm
        homey_mood_set mood
        homey_variable_set variable value
        homey_flow_save flow plan
        homey_flow_enable flow enabled confirm
        homey_change changes plan
        homey_backup action backup
        homey_app_restart app
        homey_script_run script argument
        homey_api operation arguments method path body
        ");
    }
}
