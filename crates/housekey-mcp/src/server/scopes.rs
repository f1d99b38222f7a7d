//! The scopes that the key of a client needs for calls that write, besides the group of the tool.

use housekey::catalogue::{Dialect, Need};

use super::state::Server;
use crate::answer::{Outcome, Refused};
use crate::tools::Tool;

/// The operations that a tool sends; those of tools that are not here need everything.
const SENT: &[(&str, &[(&str, &str)])] = &[
    ("homey_device_set", &[("devices", "setCapabilityValue")]),
    ("homey_flow_start", &[("flow", "triggerFlow"), ("flow", "triggerAdvancedFlow")]),
    ("homey_mood_set", &[("moods", "setMood")]),
    ("homey_variable_set", &[("logic", "updateVariable")]),
    ("homey_flow_save", &[("flow", "createFlow"), ("flow", "updateFlow")]),
    ("homey_flow_enable", &[("flow", "updateFlow"), ("flow", "updateAdvancedFlow")]),
];

impl Server {
    /// Refuses a call that the key of the client has no scope for.
    pub(super) fn check_scopes(&self, tool: &Tool, dialect: Dialect) -> Outcome<()> {
        let missing = needs(tool.name, dialect).iter().find_map(|need| self.grant.lacks(need));
        missing.map_or(Ok(()), |scope| {
            Err(Refused::new(format!("The key of this client lacks the scope {scope}.")))
        })
    }
}

fn needs(tool: &str, dialect: Dialect) -> Vec<Need> {
    let Some((_, sent)) = SENT.iter().find(|(name, _)| *name == tool) else {
        return vec![Need::Full];
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
    use crate::group::{Group, Groups};
    use crate::server::Grant;

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
            ("homey_unknown", Some("homey"), Some("homey")),
        ] {
            let lacks = |preset| {
                let needs = needs(tool, Dialect::Local);
                needs.iter().find_map(|need| grant(preset).lacks(need))
            };
            assert_eq!(lacks(Preset::Full), None, "{tool}");
            assert_eq!((lacks(Preset::Readonly), lacks(Preset::Control)), (readonly, control));
        }
    }
}
