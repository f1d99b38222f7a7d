//! Whether a card works with another device.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::capability_card::capability;
use crate::card::{CardKind, CardUse, Owner};
use crate::cards::Cards;
use crate::token::{self, TokenRef};
use crate::{Home, Part};

/// What the devices of a home can do.
pub(crate) struct Fitting<'h> {
    home: &'h Home,
    cards: &'h Cards,
    uses: BTreeMap<String, Vec<Use>>,
}

/// What is used of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Use {
    /// One of its cards, by its short id.
    Card(CardKind, String),
    /// The value of a capability.
    Value(String),
}

impl<'h> Fitting<'h> {
    /// Whether the devices of `home`, with the cards that it offers, can do what the flows of `of` use.
    pub(crate) fn new(of: &Home, home: &'h Home, cards: &'h Cards) -> Self {
        let mut uses = BTreeMap::<String, Vec<Use>>::new();
        for (_, _, flow) in crate::card::flows(of) {
            for card in crate::card::cards(flow) {
                for (device, one) in used(&card) {
                    uses.entry(device.to_owned()).or_default().push(one);
                }
            }
        }
        Self { home, cards, uses }
    }

    /// The capabilities of a device of `home` that flows use.
    pub(crate) fn capabilities(&self, device: &str) -> BTreeSet<&str> {
        let Some(value) = self.home.item(Part::Devices, device) else { return BTreeSet::new() };
        let uses = self.uses.get(device).into_iter().flatten();
        let capability = |one: &'_ Use| match one {
            Use::Card(_, card) => capability(value, card),
            Use::Value(token) => capability(value, token).filter(|found| *found == token.as_str()),
        };
        uses.filter_map(capability).collect()
    }

    /// Whether a card that uses the device `old` works with `new` in its place.
    pub(crate) fn card(&self, card: &CardUse<'_>, old: &str, new: &str) -> bool {
        used(card).filter(|(device, _)| *device == old).all(|(_, one)| self.has(new, &one))
    }

    /// Whether a device has everything that flows use of another one.
    pub(crate) fn everything(&self, old: &str, new: &str) -> bool {
        self.uses.get(old).into_iter().flatten().all(|one| self.has(new, one))
    }

    /// Whether a device has a capability.
    pub(crate) fn has_capability(&self, device: &str, id: &str) -> bool {
        self.home.item(Part::Devices, device).is_some_and(|value| has_capability(value, id))
    }

    fn has(&self, device: &str, one: &Use) -> bool {
        let Some(value) = self.home.item(Part::Devices, device) else { return false };
        match one {
            Use::Card(kind, card) => {
                let id = format!("homey:device:{device}:{card}");
                self.cards.card(*kind, &id).is_some() || capability(value, card).is_some()
            }
            Use::Value(token) => has_capability(value, token),
        }
    }
}

fn has_capability(device: &Value, id: &str) -> bool {
    device["capabilities"].as_array().into_iter().flatten().any(|one| one.as_str() == Some(id))
}

/// The devices that a card uses, and what of them.
fn used<'c>(card: &'c CardUse<'c>) -> impl Iterator<Item = (&'c str, Use)> {
    let own = card.owner().and_then(|(owner, short)| match owner {
        Owner::Device(id) => Some((id, Use::Card(card.kind, short.to_owned()))),
        _ => None,
    });
    let mut tokens: Vec<&str> = card.droptoken().into_iter().collect();
    for (_, value) in card.args() {
        token::each_text(value, &mut |text| tokens.extend(token::in_text(text)));
    }
    let values = tokens.into_iter().filter_map(|text| match TokenRef::read(text) {
        TokenRef::Global { owner, token, .. } => match Owner::of(owner)? {
            Owner::Device(id) => Some((id, Use::Value(token.to_owned()))),
            _ => None,
        },
        _ => None,
    });
    own.into_iter().chain(values)
}
