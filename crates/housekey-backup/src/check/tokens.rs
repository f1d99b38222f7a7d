//! Tokens that nothing gives.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::app_state::AppState;
use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use super::finding::Missing;
use crate::Part;
use crate::card::{CardKind, CardUse, Owner, Slot};
use crate::cards::card_tokens;
use crate::token::{self, TokenRef};

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    for flow in flows {
        let before = Before::of(flow.value);
        for card in &flow.cards {
            let mut tokens: Vec<&str> = card.droptoken().into_iter().collect();
            for (_, value) in card.args() {
                token::each_text(value, &mut |text| tokens.extend(token::in_text(text)));
            }
            for text in tokens {
                check_token(checker, flow, card, &before, text);
            }
        }
    }
}

fn check_token(
    checker: &mut Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    before: &Before<'_>,
    text: &str,
) {
    let wrong = match TokenRef::read(text) {
        TokenRef::Global { owner, token, has_colon: true } => {
            let name = checker.words.token(flow.value, text);
            let message =
                format!("the token \"{name}\" has a colon where `|` belongs: {owner}|{token}");
            let missing = Missing { kind: "token", id: text.to_owned(), name: Some(name) };
            return checker.flow(Fault::ColonInToken, flow, Some(card), Some(missing), message);
        }
        TokenRef::Global { owner, token, has_colon: false } => {
            is_global_missing(checker, owner, token).then_some("is not there")
        }
        TokenRef::Node { kind, node, token } => {
            wrong_node_token(checker, flow, card, before, (kind, node, token))
        }
        TokenRef::Own(token) => wrong_own_token(checker, flow, card, token),
    };
    if let Some(wrong) = wrong {
        let name = checker.words.token(flow.value, text);
        let message = format!("the token \"{name}\" {wrong}");
        let missing = Missing { kind: "token", id: text.to_owned(), name: Some(name) };
        checker.flow(Fault::MissingToken, flow, Some(card), Some(missing), message);
    }
}

/// Whether the home has no such token. Where its owner is missing, that is reported elsewhere.
fn is_global_missing(checker: &Checker<'_>, owner: &str, token: &str) -> bool {
    if checker.cards.token(owner, token).is_some() {
        return false;
    }
    let home = checker.home;
    match Owner::of(owner) {
        Some(Owner::Device(id)) => home.item(Part::Devices, id).is_some_and(|device| {
            let capabilities = device["capabilities"].as_array();
            let has = capabilities.is_some_and(|all| all.iter().any(|one| one == token));
            let app = device["ownerUri"].as_str().or_else(|| device["driverUri"].as_str());
            !has && app.is_none_or(|app| does_run(checker, app))
        }),
        Some(Owner::App(_)) => does_run(checker, owner),
        // A variable, which is reported as such.
        Some(Owner::Manager("logic")) => false,
        Some(Owner::Manager(_)) | None => true,
    }
}

/// Whether an app runs, so that what it lacks is missing.
fn does_run(checker: &Checker<'_>, uri: &str) -> bool {
    match Owner::of(uri) {
        Some(Owner::App(app)) if checker.home.has(Part::Apps) => {
            checker.app_state(app) == Some(AppState::Running)
        }
        Some(Owner::App(_)) => false,
        _ => true,
    }
}

fn wrong_node_token(
    checker: &Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    before: &Before<'_>,
    (kind, node, token): (&str, &str, &str),
) -> Option<&'static str> {
    let is_node = |card: &&CardUse<'_>| matches!(&card.slot, Slot::Node(key) if key == node);
    let Some(giver) = flow.cards.iter().find(is_node) else {
        return Some("is of a card that is not there");
    };
    let own = match &card.slot {
        Slot::Node(own) => own.as_str(),
        _ => return Some("is of a card that is not there"),
    };
    if own == node || !before.leads_to(node, own) {
        return Some("is of a card that is not before this one");
    }
    match (kind, token) {
        ("card", "error") => None,
        _ => (!gives(checker, giver, token)?).then_some("is not given by its card"),
    }
}

fn wrong_own_token(
    checker: &Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    token: &str,
) -> Option<&'static str> {
    // Two brackets may be a part of any text.
    let is_word = |letter: char| letter.is_alphanumeric() || "_-.:".contains(letter);
    if token.is_empty() || !token.chars().all(is_word) || card.kind == CardKind::Trigger {
        return None;
    }
    if flow.item.part == Part::AdvancedFlows {
        return Some("does not say which card gives it");
    }
    let trigger = flow.cards.iter().find(|card| card.kind == CardKind::Trigger)?;
    (!gives(checker, trigger, token)?).then_some("is not given by the trigger")
}

/// Whether a card gives a token; `None` where the card is unknown.
fn gives(checker: &Checker<'_>, card: &CardUse<'_>, token: &str) -> Option<bool> {
    let known = checker.cards.card(card.kind, &card.id)?;
    Some(card_tokens(known).any(|one| one.id.text() == Some(token)))
}

/// Which nodes of an advanced flow lead to which.
struct Before<'h>(HashMap<&'h str, Vec<&'h str>>);

impl<'h> Before<'h> {
    fn of(flow: &'h Value) -> Self {
        let mut sources = HashMap::<_, Vec<_>>::new();
        for (key, node) in flow["cards"].as_object().into_iter().flatten() {
            for target in crate::words::all_targets(node) {
                sources.entry(target).or_default().push(key.as_str());
            }
        }
        Self(sources)
    }

    fn leads_to(&self, from: &str, to: &str) -> bool {
        let mut waiting = vec![to];
        let mut seen = HashSet::new();
        while let Some(node) = waiting.pop() {
            for &source in self.0.get(node).into_iter().flatten() {
                if source == from {
                    return true;
                }
                if seen.insert(source) {
                    waiting.push(source);
                }
            }
        }
        false
    }
}
