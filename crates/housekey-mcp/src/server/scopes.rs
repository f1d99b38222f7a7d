//! What the key of a client needs for a call, besides the group of the tool.

use housekey::catalogue::{Dialect, Need};

use super::state::Server;
use crate::answer::{Outcome, Refused};
use crate::exposure::Exposed;
use crate::group::Group;
use crate::tools::{Effect, Tool};

/// The operations that a tool sends. Of those that are not here, what reads the mirror needs nothing more, since the mirror is
/// cut to the scopes of the client, and what writes needs everything.
const SENT: &[(&str, &[(&str, &str)])] = &[
    ("homey_history", &[("insights", "getLogs"), ("insights", "getLogEntries")]),
    ("homey_events", &[("insights", "getLogs"), ("insights", "getLogEntries")]),
    ("homey_flowcards", &[("flow", "getFlowCardTriggers")]),
    ("homey_device_set", &[("devices", "setCapabilityValue")]),
    ("homey_flow_start", &[("flow", "triggerFlow"), ("flow", "triggerAdvancedFlow")]),
    ("homey_mood_set", &[("moods", "setMood")]),
    ("homey_variable_set", &[("logic", "updateVariable")]),
    ("homey_flow_save", &[("flow", "createFlow"), ("flow", "updateFlow")]),
    ("homey_flow_enable", &[("flow", "updateFlow"), ("flow", "updateAdvancedFlow")]),
];

impl Server {
    /// Refuses a call that the key of the client has no right to.
    pub(super) fn check_rights(&self, tool: &Tool, dialect: Dialect) -> Outcome<()> {
        if self.grant.exposed != Exposed::All && works_on_all(tool) {
            return Err(Refused::new(format!(
                "{} works on the whole home, and for this client only some devices exist.",
                tool.name
            )));
        }
        let missing = needs(tool, dialect).iter().find_map(|need| self.grant.lacks(need));
        missing.map_or(Ok(()), |scope| {
            Err(Refused::new(format!("The key of this client lacks the scope {scope}.")))
        })
    }
}

/// Whether a tool reaches what a list of devices would have to hide.
fn works_on_all(tool: &Tool) -> bool {
    matches!(tool.group, Group::Edit | Group::Admin) || tool.name == "homey_flowcards"
}

fn needs(tool: &Tool, dialect: Dialect) -> Vec<Need> {
    let Some((_, sent)) = SENT.iter().find(|(name, _)| *name == tool.name) else {
        return if tool.effect == Effect::Reads { Vec::new() } else { vec![Need::Full] };
    };
    let need = |(manager, operation): &(&str, &str)| {
        Need::of_call(dialect, &format!("homey:manager:{manager}"), operation)
    };
    sent.iter().map(need).collect()
}

#[cfg(test)]
mod tests {
    use housekey::catalogue::{Permission, Preset};

    use super::*;
    use crate::group::Groups;
    use crate::server::Grant;
    use crate::tools;

    #[test]
    fn presets_allow_what_their_names_say() {
        let grant = |preset| {
            let scopes = Some(vec![Permission::Preset(preset)]);
            Grant { scopes, ..Grant::of("test", Groups::of(Group::ALL), false) }
        };
        for (tool, readonly, control) in [
            ("homey_device_set", Some("homey.device.control"), None),
            ("homey_flow_start", Some("homey.flow.start"), None),
            ("homey_mood_set", Some("homey.mood.set"), None),
            ("homey_variable_set", Some("homey.logic"), Some("homey.logic")),
            ("homey_flow_save", Some("homey.flow"), Some("homey.flow")),
            ("homey_change", Some("homey"), Some("homey")),
            ("homey_backup", Some("homey"), Some("homey")),
            ("homey_api", Some("homey"), Some("homey")),
            ("homey_history", None, None),
            ("homey_home_overview", None, None),
        ] {
            let lacks = |preset| {
                let tool = tools::find(Groups::of(Group::ALL), tool).expect("a tool");
                let needs = needs(tool, Dialect::Local);
                needs.iter().find_map(|need| grant(preset).lacks(need))
            };
            assert_eq!(lacks(Preset::Full), None, "{tool}");
            assert_eq!((lacks(Preset::Readonly), lacks(Preset::Control)), (readonly, control));
        }
    }
}
