//! The two kinds of flows: collections of their own, with operations of their own.

use clap::ValueEnum;
use housekey::args;
use housekey::request::Arguments;
use serde_json::Value;

/// What kind of flow it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Kind {
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

    fn pick<T>(self, standard: T, advanced: T) -> T {
        match self {
            Self::Standard => standard,
            Self::Advanced => advanced,
        }
    }

    pub(super) fn get_all(self) -> &'static str {
        self.pick("flow.getFlows", "flow.getAdvancedFlows")
    }

    pub(super) fn get(self) -> &'static str {
        self.pick("flow.getFlow", "flow.getAdvancedFlow")
    }

    pub(super) fn create(self) -> &'static str {
        self.pick("flow.createFlow", "flow.createAdvancedFlow")
    }

    pub(super) fn update(self) -> &'static str {
        self.pick("flow.updateFlow", "flow.updateAdvancedFlow")
    }

    pub(super) fn delete(self) -> &'static str {
        self.pick("flow.deleteFlow", "flow.deleteAdvancedFlow")
    }

    pub(super) fn trigger(self) -> &'static str {
        self.pick("flow.triggerFlow", "flow.triggerAdvancedFlow")
    }

    /// The arguments of a call that sends a flow.
    pub(super) fn sent(self, flow: Value) -> Arguments {
        match self {
            Self::Standard => args! { "flow" => flow },
            Self::Advanced => args! { "advancedflow" => flow },
        }
    }

    /// The keys that can be written; all others are told by the Homey.
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
    fn the_kind_is_told_by_what_a_flow_holds() {
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
