//! Flows in words: "When the time is 22:45, then …".
//!
//! The words of a card are those of the home's list of cards, in its language; where the list lacks the card, they
//! are made from its id.

mod changes;
mod length;
mod outline;
#[cfg(test)]
mod tests;
mod title;
mod value;

use serde_json::Value;

pub use self::length::length;
pub(crate) use self::outline::{OUTPUTS, all_targets, nodes, targets};
pub use self::outline::{OutlineLine, outline_text, outline_word};
use crate::card::{CardKind, CardUse, Owner, seconds};
use crate::cards::{Cards, card_tokens};
use crate::graph::ItemRef;
use crate::last_names::LastNames;
use crate::token::TokenRef;
use crate::{Home, Part, label};

/// Puts cards and flows of a home into words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    home: &'a Home,
    cards: &'a Cards,
    names: Option<&'a LastNames>,
}

impl<'a> Words<'a> {
    /// With the names of a home and the titles of its cards.
    pub fn new(home: &'a Home, cards: &'a Cards) -> Self {
        Self { home, cards, names: None }
    }

    /// Also with the last known names of what is not there.
    pub fn with_names(self, names: &'a LastNames) -> Self {
        Self { names: Some(names), ..self }
    }

    /// `Zone/Name` of an item; the last known one with a mark, where it is not there.
    fn item(&self, part: Part, id: &str) -> String {
        let item = ItemRef::new(part, id);
        match self.names.and_then(|names| names.name(&item)) {
            Some(name) if self.home.item(part, id).is_none() => format!("{name} (missing)"),
            _ => label::item(self.home, &item),
        }
    }

    /// A card of a flow as one line: `Kitchen/Lamp: Dim to 40 %, after 5 min`.
    pub fn card(&self, flow: &Value, card: &CardUse<'_>) -> String {
        let mut text = match self.owner_prefix(card) {
            Some(owner) => format!("{owner}: {}", self.sentence(flow, card)),
            None => self.sentence(flow, card),
        };
        for (word, key) in [("after", "delay"), ("for", "duration")] {
            if let Some(seconds) = seconds(&card.value[key]).filter(|seconds| *seconds > 0.0) {
                text += &format!(", {word} {}", length(seconds));
            }
        }
        text
    }

    /// What a card is called without what was filled in: `Kitchen/Lamp: Dim`.
    pub fn card_name(&self, kind: CardKind, id: &str) -> String {
        let value = Value::Null;
        let slot = crate::card::Slot::Trigger;
        let card = CardUse { kind, id: id.into(), slot, value: &value };
        match self.owner_prefix(&card) {
            Some(owner) => format!("{owner}: {}", self.title(&card)),
            None => self.title(&card),
        }
    }

    /// What a token stands for: `Kitchen/Lamp: Brightness`.
    pub fn token(&self, flow: &Value, text: &str) -> String {
        match TokenRef::read(text) {
            TokenRef::Global { owner, token, .. } => self.global_token(owner, token),
            TokenRef::Node { node, token, .. } => {
                let given = crate::card::cards(flow)
                    .into_iter()
                    .find(|card| matches!(&card.slot, crate::card::Slot::Node(key) if key == node));
                match given {
                    Some(card) if token == "error" => {
                        format!("Error of {}", self.card_name(card.kind, &card.id))
                    }
                    Some(card) => self.given_token(card.kind, &card.id, token),
                    None => label::readable(token),
                }
            }
            TokenRef::Own(token) => {
                let cards = crate::card::cards(flow);
                let trigger = cards.iter().find(|card| card.kind == CardKind::Trigger);
                match trigger {
                    Some(card) => self.given_token(card.kind, &card.id, token),
                    None => label::readable(token),
                }
            }
        }
    }

    fn global_token(&self, owner: &str, token: &str) -> String {
        let known = self.cards.token(owner, token).and_then(|token| token.title.label());
        let title = || known.map_or_else(|| label::readable(token), str::to_owned);
        match Owner::of(owner) {
            Some(Owner::Manager("logic")) => {
                known.map_or_else(|| self.item(Part::Variables, token), str::to_owned)
            }
            Some(Owner::Device(id)) => {
                let device = self.item(Part::Devices, id);
                let capability = label::capability_title(self.home, id, token);
                format!("{device}: {}", known.map_or(capability, str::to_owned))
            }
            Some(Owner::App(id)) => {
                format!("{}: {}", self.item(Part::Apps, id), title())
            }
            Some(Owner::Manager(name)) => format!("{}: {}", label::readable(name), title()),
            None => title(),
        }
    }

    /// A token that a card gives.
    fn given_token(&self, kind: CardKind, card: &str, token: &str) -> String {
        let tokens = self.cards.card(kind, card).into_iter().flat_map(card_tokens);
        let mut named = tokens.filter(|one| one.id.text() == Some(token));
        let title = named.next().and_then(|one| one.title.label());
        title.map_or_else(|| label::readable(token), str::to_owned)
    }

    /// Whose card it is, where its title does not say that.
    fn owner_prefix(&self, card: &CardUse<'_>) -> Option<String> {
        match card.owner()?.0 {
            Owner::Device(id) => Some(self.item(Part::Devices, id)),
            Owner::App(id) => Some(self.item(Part::Apps, id)),
            Owner::Manager(name) => {
                let is_listed = self.cards.card(card.kind, &card.id).is_some();
                (!is_listed).then(|| label::readable(name))
            }
        }
    }
}
