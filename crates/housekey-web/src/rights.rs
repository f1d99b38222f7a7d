//! What a visitor may see and do. Pure.

use housekey::catalogue::{Dialect, Need, Permission, Preset, lacks};
use jiff::Timestamp;

use crate::view::home::Sees;

/// What a sign-in is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// By what: `a link`, or the name of a key.
    pub who: String,
    /// The scopes.
    pub scopes: Vec<Permission>,
    /// The short names of the Homeys; `None` for all.
    pub homeys: Option<Vec<String>>,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
    /// The digest of the key, if it was one: the sign-in ends with it.
    pub key: Option<String>,
}

/// What a visitor may do with one Homey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct May {
    pub(crate) sees: Sees,
    pub(crate) control: bool,
    pub(crate) set_mood: bool,
    pub(crate) run_flow: bool,
    pub(crate) edit_flow: bool,
    pub(crate) sees_variables: bool,
    pub(crate) sees_history: bool,
}

impl May {
    /// Whether flows may be shown in words, which name all kinds of items.
    pub(crate) fn sees_outlines(self) -> bool {
        let Sees { devices, zones, people, moods, flows } = self.sees;
        devices && zones && people && moods && flows && self.sees_variables
    }
}

impl Grant {
    /// Everything, by a link.
    pub fn link(scopes: Option<Vec<Permission>>) -> Self {
        let scopes = scopes.unwrap_or_else(|| vec![Permission::Preset(Preset::Full)]);
        Self { who: "a link".to_owned(), scopes, homeys: None, expires: None, key: None }
    }

    /// Whether it is for that Homey.
    pub(crate) fn is_for(&self, homey: &str) -> bool {
        self.homeys.as_ref().is_none_or(|homeys| homeys.iter().any(|one| one == homey))
    }

    /// Whether it may see the agent itself: who may do everything.
    pub(crate) fn sees_agent(&self) -> bool {
        self.homeys.is_none() && lacks(&self.scopes, &Need::Full).is_none()
    }

    /// What it may do with a Homey of that dialect.
    pub(crate) fn may(&self, dialect: Dialect) -> May {
        let may = |manager: &str, operation: &str| {
            let uri = format!("homey:manager:{manager}");
            lacks(&self.scopes, &Need::of_call(dialect, &uri, operation)).is_none()
        };
        May {
            sees: Sees {
                devices: may("devices", "getDevices"),
                zones: may("zones", "getZones"),
                people: may("users", "getUsers"),
                moods: may("moods", "getMoods"),
                flows: may("flow", "getFlows"),
            },
            control: may("devices", "setCapabilityValue"),
            set_mood: may("moods", "setMood"),
            run_flow: may("flow", "triggerFlow"),
            edit_flow: may("flow", "updateFlow"),
            sees_variables: may("logic", "getVariables"),
            sees_history: lacks(
                &self.scopes,
                &Need::of_subscription(dialect, "homey:manager:insights"),
            )
            .is_none(),
        }
    }

    /// The scopes, for people.
    pub(crate) fn scopes_text(&self) -> String {
        self.scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_see_and_do_what_their_names_say() {
        for (preset, control, run, edit, agent) in [
            (Preset::Readonly, false, false, false, false),
            (Preset::Control, true, true, false, false),
            (Preset::Full, true, true, true, true),
        ] {
            let grant = Grant::link(Some(vec![Permission::Preset(preset)]));
            let may = grant.may(Dialect::Local);
            assert!(may.sees.devices && may.sees.zones && may.sees.flows, "{preset:?}");
            assert_eq!(
                (may.control, may.run_flow, may.edit_flow, grant.sees_agent()),
                (control, run, edit, agent),
                "{preset:?}"
            );
        }
    }

    #[test]
    fn a_grant_for_one_homey_does_not_see_the_agent() {
        let grant = Grant { homeys: Some(vec!["cabin".to_owned()]), ..Grant::link(None) };
        assert!(grant.is_for("cabin") && !grant.is_for("home") && !grant.sees_agent());
    }
}
