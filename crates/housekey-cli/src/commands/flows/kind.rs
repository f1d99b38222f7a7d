//! The two kinds of flows: collections of their own, with operations of their own.

use clap::ValueEnum;
use housekey::Homey;
use housekey::client::{Call, Done};
use serde_json::Value;

/// What kind of flow it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(in crate::commands) enum Kind {
    /// When, and, then.
    Standard,
    /// Cards on a canvas, and the lines between them.
    Advanced,
}

impl Kind {
    /// What a flow is by what it holds: an advanced one has cards, any other has what starts it.
    pub(super) fn of(flow: &Value) -> Option<Self> {
        let has = |key| flow.get(key).is_some_and(Value::is_object);
        match (has("cards"), has("trigger")) {
            (true, _) => Some(Self::Advanced),
            (false, true) => Some(Self::Standard),
            (false, false) => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Advanced => "advanced",
        }
    }

    /// The collection of all flows of the kind, read as `T`.
    pub(super) fn get_all<T>(self, homey: &Homey) -> Call<'_, T> {
        match self {
            Self::Standard => homey.flow().get_flows().read_as(),
            Self::Advanced => homey.flow().get_advanced_flows().read_as(),
        }
    }

    pub(super) fn get<'h>(self, homey: &'h Homey, id: &str) -> Call<'h, Value> {
        match self {
            Self::Standard => homey.flow().get_flow(id).read_as(),
            Self::Advanced => homey.flow().get_advanced_flow(id).read_as(),
        }
    }

    pub(super) fn create(self, homey: &Homey, flow: Value) -> Call<'_, Value> {
        match self {
            Self::Standard => homey.flow().create_flow(flow).read_as(),
            Self::Advanced => homey.flow().create_advanced_flow(flow).read_as(),
        }
    }

    pub(super) fn update<'h>(self, homey: &'h Homey, id: &str, flow: Value) -> Call<'h, Value> {
        match self {
            Self::Standard => homey.flow().update_flow(id, flow).read_as(),
            Self::Advanced => homey.flow().update_advanced_flow(id, flow).read_as(),
        }
    }

    pub(super) fn delete<'h>(self, homey: &'h Homey, id: &str) -> Call<'h, Done> {
        match self {
            Self::Standard => homey.flow().delete_flow(id),
            Self::Advanced => homey.flow().delete_advanced_flow(id),
        }
    }

    pub(super) fn trigger<'h>(self, homey: &'h Homey, id: &str) -> Call<'h, Done> {
        match self {
            Self::Standard => homey.flow().trigger_flow(id).read_as(),
            Self::Advanced => homey.flow().trigger_advanced_flow(id),
        }
    }

    /// The keys that can be written; all others are set by the Homey.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Standard => &["name", "folder", "enabled", "trigger", "conditions", "actions"],
            Self::Advanced => &["name", "folder", "enabled", "cards"],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_kind_follows_from_what_a_flow_holds() {
        for (flow, want) in [
            (json!({ "trigger": {} }), Some(Kind::Standard)),
            (json!({ "cards": {} }), Some(Kind::Advanced)),
            (json!({ "cards": null, "trigger": {} }), Some(Kind::Standard)),
            (json!({ "name": "neither" }), None),
            (json!([]), None),
            (json!("flow"), None),
        ] {
            assert_eq!(Kind::of(&flow), want, "{flow}");
        }
    }
}
