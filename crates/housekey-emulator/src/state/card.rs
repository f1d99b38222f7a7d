//! Flow cards.

use serde_json::Value;

/// The part of a flow that a card belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CardKind {
    Trigger,
    Condition,
    Action,
}

/// A card that a capability brings to its device: a line of `flowcards.csv`.
#[derive(Debug)]
pub(crate) struct CapabilityCard {
    pub(crate) capability: &'static str,
    pub(crate) kind: CardKind,
    pub(crate) id: &'static str,
    /// `name:type;min=0;max=1`, or empty.
    pub(crate) argument: &'static str,
    /// `name:type`, or empty.
    pub(super) token: &'static str,
    /// The only classes that get it; none means all.
    pub(super) classes: Vec<&'static str>,
    pub(super) highlight: bool,
}

/// The origin of a card, which defines what running it does.
#[derive(Debug, Clone)]
pub(crate) enum CardSource {
    /// A capability of a device.
    Capability { device: String, capability: String, line: &'static CapabilityCard },
    /// A table of the cards of managers and apps.
    Listed,
}

/// A flow card.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) owner_uri: String,
    pub(crate) owner_name: String,
    /// Without the owner.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) args: Vec<Value>,
    pub(crate) tokens: Vec<Value>,
    /// The types of the token that can be dropped on it.
    pub(crate) droptoken: &'static [&'static str],
    pub(crate) highlight: bool,
    pub(crate) deprecated: bool,
    pub(crate) source: CardSource,
}

impl Card {
    /// The owner and the short id in one, as newer Homeys write it.
    pub(crate) fn full_id(&self) -> String {
        format!("{}:{}", self.owner_uri, self.id)
    }
}
