//! The people of the home.

use housekey::catalogue::scope;
use serde_json::{Map, Value};

/// A user of the Homey.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    /// The account in the cloud; `None` for one who was never invited there.
    pub(crate) athom_id: Option<String>,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) enabled: bool,
    pub(crate) present: bool,
    pub(crate) asleep: bool,
    pub(crate) properties: Map<String, Value>,
    pub(crate) local: Option<LocalLogin>,
}

/// User name and password for a login without the cloud.
#[derive(Clone)]
pub(crate) struct LocalLogin {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for LocalLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LocalLogin({}, ***)", self.username)
    }
}

#[rustfmt::skip]
const USER: &[&str] = &[
    "homey.alarm", "homey.app.readonly", "homey.dashboard", "homey.device.control", "homey.device.readonly",
    "homey.energy.readonly", "homey.flow", "homey.geolocation.readonly", "homey.insights.readonly",
    "homey.logic", "homey.mood", "homey.notifications", "homey.presence.readonly", "homey.presence.self",
    "homey.system.readonly", "homey.user.readonly", "homey.user.self", "homey.zone.readonly",
];
#[rustfmt::skip]
const GUEST: &[&str] = &[
    "homey.device.control", "homey.device.readonly", "homey.flow.readonly", "homey.flow.start",
    "homey.mood.readonly", "homey.mood.set", "homey.presence.self", "homey.user.self", "homey.zone.readonly",
];

/// The role of a user, which limits the scopes of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Manager,
    User,
    Guest,
}

impl Role {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Owner, Self::Manager, Self::User, Self::Guest]
            .into_iter()
            .find(|role| role.as_str() == name)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::User => "user",
            Self::Guest => "guest",
        }
    }

    /// The most a session of such a user can be allowed (inferred: the vendor does not say).
    pub(crate) const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Owner | Self::Manager => &["homey"],
            Self::User => USER,
            Self::Guest => GUEST,
        }
    }

    /// The requested scopes that a user of this role can have: a scope within the role's stays, a wider one
    /// is replaced by the role's narrower ones.
    pub(crate) fn cut(self, requested: &[String]) -> Vec<String> {
        let mut cut: Vec<String> = Vec::new();
        for wanted in requested {
            if self.scopes().iter().any(|own| scope::contains(own, wanted)) {
                cut.push(wanted.clone());
                continue;
            }
            let narrower = self.scopes().iter().filter(|own| scope::contains(wanted, own));
            cut.extend(narrower.map(|own| (*own).to_owned()));
        }
        cut.dedup();
        cut
    }
}
