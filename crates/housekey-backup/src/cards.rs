//! The flow cards and tokens that a home offers.

use std::collections::{HashMap, HashSet};

use housekey::model::{CardToken, FlowCard, FlowToken};

use crate::card::CardKind;

/// The cards and tokens of a home. Those of an app are there only while the app runs.
#[derive(Debug, Clone, Default)]
pub struct Cards {
    cards: HashMap<(CardKind, String), FlowCard>,
    kinds: HashSet<CardKind>,
    tokens: Option<HashMap<String, FlowToken>>,
}

impl Cards {
    /// Adds the cards of a kind, so that [`Cards::has`] is true of it.
    pub fn insert(&mut self, kind: CardKind, cards: Vec<FlowCard>) {
        self.kinds.insert(kind);
        self.cards.extend(cards.into_iter().map(|card| ((kind, card.id().into_owned()), card)));
    }

    /// Adds the global tokens.
    pub fn insert_tokens(&mut self, tokens: Vec<FlowToken>) {
        let by_id = tokens.into_iter().map(|token| (token.id().into_owned(), token));
        self.tokens.get_or_insert_default().extend(by_id);
    }

    /// Whether the cards of that kind are known.
    pub fn has(&self, kind: CardKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether the global tokens are known.
    pub fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// The card of that whole id.
    pub fn card(&self, kind: CardKind, id: &str) -> Option<&FlowCard> {
        self.cards.get(&(kind, id.to_owned()))
    }

    /// All cards of a kind, in no order.
    pub fn of_kind(&self, kind: CardKind) -> impl Iterator<Item = &FlowCard> {
        self.cards.iter().filter(move |((of, _), _)| *of == kind).map(|(_, card)| card)
    }

    /// The global token of an owner: `homey:device:<id>`, `dim`.
    pub fn token(&self, owner: &str, token: &str) -> Option<&FlowToken> {
        self.tokens.as_ref()?.get(&format!("{owner}:{token}"))
    }
}

/// The tokens that a card gives to the cards behind it.
pub fn card_tokens(card: &FlowCard) -> impl Iterator<Item = &CardToken> {
    card.tokens.get().into_iter().flatten()
}
