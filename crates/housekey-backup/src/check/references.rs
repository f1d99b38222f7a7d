//! References to what is not there, is unavailable or disabled; cards that are not offered.

use std::collections::BTreeSet;

use super::app_state::AppState;
use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use super::finding::Missing;
use crate::card::{CardKind, CardUse, Owner};
use crate::graph::{Access, Certainty, Edge, ItemRef};
use crate::{Home, Part, label, token};

/// The card that starts a flow.
pub(super) const START: &str = "homey:manager:flow:programmatic_trigger";

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    let enabled_by_flows = enabled_by_flows(checker);
    let mut edges = checker.graph.edges().iter().peekable();
    for flow in flows {
        let mut own = Vec::new();
        while let Some(edge) = edges.next_if(|edge| edge.from == flow.item) {
            own.push(edge);
        }
        for card in &flow.cards {
            let slot =
                |edge: &&&Edge| edge.place.as_ref().is_some_and(|place| place.slot == card.slot);
            let of_card: Vec<&Edge> = own.iter().filter(slot).copied().collect();
            check_card(checker, flow, card, &of_card, &enabled_by_flows);
        }
    }
    moods(checker);
}

fn check_card(
    checker: &mut Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    edges: &[&Edge],
    enabled_by_flows: &BTreeSet<ItemRef>,
) {
    let home = checker.home;
    let mut named = BTreeSet::new();
    for edge in edges {
        let Some(item) = edge.to.item() else { continue };
        let is_first = named.insert(item.clone());
        if edge.certainty == Certainty::Soft || !is_first {
            continue;
        }
        match home.item(item.part, &item.id) {
            None if is_script_app_missing(home, &item) || is_variable_token(checker, &item) => {}
            None => report_missing(checker, flow, card, &item, edge.name.as_deref()),
            Some(value) => match item.part {
                Part::Apps if AppState::of(value) == AppState::Stopped => {
                    let name = home.name(Part::Apps, &item.id);
                    let missing = checker.missing(&item, Some(name));
                    let message = format!("the app \"{name}\" does not run");
                    checker.flow(Fault::StoppedApp, flow, Some(card), Some(missing), message);
                }
                Part::Devices if value["available"] == false && flow.is_enabled() => {
                    let name = label::item(home, &item);
                    let why = value["unavailableMessage"].as_str().unwrap_or_default();
                    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
                    let missing =
                        Missing { name: Some(name.clone()), ..checker.missing(&item, None) };
                    let message = format!("the device \"{name}\" is unavailable{why}");
                    checker.flow(
                        Fault::UnavailableDevice,
                        flow,
                        Some(card),
                        Some(missing),
                        message,
                    );
                }
                Part::Flows | Part::AdvancedFlows
                    if edge.access == Access::Write
                        && *card.id == *START
                        && value["enabled"] == false
                        && flow.is_enabled()
                        && !enabled_by_flows.contains(&item) =>
                {
                    let name = label::item(home, &item);
                    let missing =
                        Missing { name: Some(name.clone()), ..checker.missing(&item, None) };
                    let message = format!("it starts the flow \"{name}\", which is disabled");
                    checker.flow(Fault::StartsDisabled, flow, Some(card), Some(missing), message);
                }
                _ => {}
            },
        }
    }
    ids_known_before(checker, flow, card, &named);
    offered(checker, flow, card);
}

/// Scripts belong to an app; where that is missing, its scripts are no news.
fn is_script_app_missing(home: &Home, item: &ItemRef) -> bool {
    item.part == Part::Scripts
        && home.has(Part::Apps)
        && home.item(Part::Apps, "com.athom.homeyscript").is_none()
}

/// The logic manager might have tokens besides its variables.
fn is_variable_token(checker: &Checker<'_>, item: &ItemRef) -> bool {
    item.part == Part::Variables && checker.cards.token("homey:manager:logic", &item.id).is_some()
}

fn report_missing(
    checker: &mut Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    item: &ItemRef,
    chosen: Option<&str>,
) {
    let Some(fault) = Fault::missing(item.part) else { return };
    let missing = checker.missing(item, chosen);
    let message = format!("{} is not there", missing.words());
    checker.flow(fault, flow, Some(card), Some(missing), message);
}

/// Ids in the arguments of apps of items that were there before.
fn ids_known_before(
    checker: &mut Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: &CardUse<'_>,
    named: &BTreeSet<ItemRef>,
) {
    let mut ids = BTreeSet::new();
    for (_, value) in card.args() {
        token::each_text(value, &mut |text| ids.extend(token::uuids(text)));
    }
    for id in ids {
        let Some(item) = checker.names.item(id) else { continue };
        let is_known = checker.home.parts().any(|(_, items)| items.contains_key(id));
        if !is_known && named.iter().all(|one| one.id != id) && checker.home.has(item.part) {
            report_missing(checker, flow, card, &item, None);
        }
    }
}

/// Whether the home offers the card.
fn offered(checker: &mut Checker<'_>, flow: &CheckedFlow<'_>, card: &CardUse<'_>) {
    let home = checker.home;
    if !checker.cards.has(card.kind) {
        return;
    }
    if let Some(known) = checker.cards.card(card.kind, &card.id) {
        if known.deprecated.is_true() {
            let message = "the card is deprecated".to_owned();
            checker.flow(Fault::DeprecatedCard, flow, Some(card), None, message);
        }
        return;
    }
    let app = match card.owner().map(|(owner, _)| owner) {
        // That is reported as a missing device.
        Some(Owner::Device(id)) if home.has(Part::Devices) => {
            let Some(device) = home.item(Part::Devices, id) else { return };
            device["ownerUri"].as_str().or_else(|| device["driverUri"].as_str())
        }
        Some(Owner::App(id)) if home.has(Part::Apps) => {
            let Some(state) = checker.app_state(id) else { return };
            if state != AppState::Running {
                return;
            }
            None
        }
        Some(Owner::Manager(_)) | None => None,
        // Whether the owner is there is not known.
        Some(_) => return,
    };
    let app = app.and_then(Owner::of).and_then(|owner| match owner {
        Owner::App(app) => Some(app),
        Owner::Device(_) | Owner::Manager(_) => None,
    });
    match app.and_then(|app| Some((app, checker.app_state(app)?))) {
        Some((_, AppState::Starting)) => {}
        Some((app, AppState::Stopped)) => {
            let item = ItemRef::new(Part::Apps, app);
            let name = home.name(Part::Apps, app);
            let missing = checker.missing(&item, Some(name));
            let message = format!("the app \"{name}\" of the device does not run");
            checker.flow(Fault::StoppedApp, flow, Some(card), Some(missing), message);
        }
        _ => {
            let kind = "card";
            let missing = Missing { kind, id: card.id.clone().into_owned(), name: None };
            let message = format!("there is no {} card {}", card.kind.as_str(), card.id);
            checker.flow(Fault::MissingCard, flow, Some(card), Some(missing), message);
        }
    }
}

/// The flows that a card of another flow may enable.
fn enabled_by_flows(checker: &Checker<'_>) -> BTreeSet<ItemRef> {
    let enables = |edge: &&Edge| {
        edge.access == Access::Write
            && edge.place.as_ref().is_some_and(|place| {
                place.kind == CardKind::Action
                    && place.card.starts_with("homey:manager:flow:")
                    && place.card != START
            })
    };
    checker.graph.edges().iter().filter(enables).filter_map(|edge| edge.to.item()).collect()
}

/// Devices of moods that are not there.
fn moods(checker: &mut Checker<'_>) {
    let edges = checker.graph.edges().iter().filter(|edge| edge.from.part == Part::Moods);
    for edge in edges.cloned().collect::<Vec<_>>() {
        let Some(item) = edge.to.item() else { continue };
        if checker.home.item(item.part, &item.id).is_none()
            && let Some(fault) = Fault::missing(item.part)
        {
            let missing = checker.missing(&item, None);
            let message = format!("{} is not there", missing.words());
            checker.item(fault, edge.from, Some(missing), message);
        }
    }
}
