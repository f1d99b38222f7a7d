//! A check under way: what it knows, and what it has found.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::app_state::AppState;
use super::fault::{Fault, Need};
use super::finding::{Finding, Missing};
use crate::card::{self, CardUse};
use crate::cards::Cards;
use crate::graph::{EdgePlace, Graph, ItemRef};
use crate::last_names::LastNames;
use crate::words::Words;
use crate::{Home, Part, label};

/// What is checked, and what is known besides.
#[derive(Debug, Clone, Copy)]
pub struct CheckInput<'a> {
    /// The home.
    pub home: &'a Home,
    /// The cards and tokens that it offers.
    pub cards: &'a Cards,
    /// What was called how before.
    pub names: &'a LastNames,
}

/// What a check of all flows came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// Checks that were left out, each with the reason.
    pub left_out: Vec<(Fault, String)>,
    /// The names of apps that are still starting, whose cards could not be judged.
    pub starting: Vec<String>,
    /// The number of flows.
    pub flows: usize,
}

/// A flow with what all checks need of it.
pub(super) struct CheckedFlow<'h> {
    pub(super) item: ItemRef,
    pub(super) name: &'h str,
    pub(super) folder: Option<&'h str>,
    pub(super) value: &'h Value,
    pub(super) cards: Vec<CardUse<'h>>,
}

impl<'h> CheckedFlow<'h> {
    pub(super) fn new(home: &'h Home, part: Part, id: &'h str, value: &'h Value) -> Self {
        let folder = value["folder"].as_str().and_then(|folder| home.item(Part::Folders, folder));
        Self {
            item: ItemRef::new(part, id),
            name: home.name(part, id),
            folder: folder.and_then(|folder| folder["name"].as_str()),
            value,
            cards: card::cards(value),
        }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.value["enabled"] != false
    }

    /// `Folder/Name`.
    pub(super) fn full_name(&self) -> String {
        match self.folder {
            Some(folder) => format!("{folder}/{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// A check under way.
pub(super) struct Checker<'a> {
    pub(super) home: &'a Home,
    pub(super) cards: &'a Cards,
    pub(super) names: &'a LastNames,
    pub(super) graph: &'a Graph,
    pub(super) words: Words<'a>,
    pub(super) left_out: BTreeMap<Fault, String>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(input: CheckInput<'a>, graph: &'a Graph) -> Self {
        let CheckInput { home, cards, names } = input;
        let why_not = |fault: &Fault| {
            let missing = fault.needs().iter().find_map(|need| why_unknown(home, cards, *need));
            Some((*fault, missing?))
        };
        let left_out = Fault::ALL.iter().filter_map(why_not).collect();
        let words = Words::new(home, cards).with_names(names);
        Self { home, cards, names, graph, words, left_out, findings: Vec::new() }
    }

    /// Adds a finding about a flow.
    pub(super) fn flow(
        &mut self,
        fault: Fault,
        flow: &CheckedFlow<'_>,
        card: Option<&CardUse<'_>>,
        missing: Option<Missing>,
        message: String,
    ) {
        self.add(Finding {
            fault,
            item: flow.item.clone(),
            name: flow.name.to_owned(),
            folder: flow.folder.map(str::to_owned),
            card: card.map(|card| self.words.card(flow.value, card)),
            place: card.map(EdgePlace::of),
            missing,
            message,
        });
    }

    /// Adds a finding about another item.
    pub(super) fn item(
        &mut self,
        fault: Fault,
        item: ItemRef,
        missing: Option<Missing>,
        message: String,
    ) {
        let name = label::item(self.home, &item);
        self.add(Finding {
            fault,
            item,
            name,
            folder: None,
            card: None,
            place: None,
            missing,
            message,
        });
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if !self.left_out.contains_key(&finding.fault) {
            self.findings.push(finding);
        }
    }

    /// The item with its last known name; `chosen` is what it was called when it was chosen.
    pub(super) fn missing(&self, item: &ItemRef, chosen: Option<&str>) -> Missing {
        let known = self.names.name(item).or(chosen).map(str::to_owned);
        let elsewhere = || {
            let edges = self.graph.edges().iter();
            let mut named = edges.filter(|edge| edge.to.item().as_ref() == Some(item));
            named.find_map(|edge| edge.name.clone())
        };
        Missing { kind: item.part.item(), id: item.id.clone(), name: known.or_else(elsewhere) }
    }

    /// The state of an app; `None` where it is not installed or apps are unknown.
    pub(super) fn app_state(&self, app: &str) -> Option<AppState> {
        self.home.item(Part::Apps, app).map(AppState::of)
    }

    /// The findings, the worst first, each once.
    pub(super) fn sorted(&mut self) -> Vec<Finding> {
        let mut seen = HashSet::new();
        let mut findings = std::mem::take(&mut self.findings);
        findings.retain(|finding| {
            let place = finding.place.as_ref().map(|place| format!("{:?}", place.slot));
            let missing = finding.missing.as_ref().map(|missing| missing.id.clone());
            seen.insert((finding.fault, finding.item.clone(), place, missing))
        });
        findings.sort_by_cached_key(|finding| {
            (finding.fault, finding.full_name(), finding.item.id.clone())
        });
        findings
    }
}

/// Why something is not known, if it is not.
fn why_unknown(home: &Home, cards: &Cards, need: Need) -> Option<String> {
    let part = |part: Part| {
        let why = home.missing().find(|(missing, _)| *missing == part);
        let why = why.map_or("they were not read", |(_, why)| why);
        format!("{} are unknown: {why}", part.name().replace('-', " "))
    };
    match need {
        Need::Part(of) => (!home.has(of)).then(|| part(of)),
        Need::Cards(kind) => {
            (!cards.has(kind)).then(|| format!("the list of {} cards is unknown", kind.as_str()))
        }
        Need::Tokens => (!cards.has_tokens()).then(|| "the list of tokens is unknown".to_owned()),
    }
}
