//! The page of one flow: its outline in words, what is wrong with it, what it uses.

use std::collections::BTreeMap;

use super::flows::FlowRow;
use housekey_backup::cards::Cards;
use housekey_backup::check::{self, CheckInput, CheckReport};
use housekey_backup::graph::{Access, EdgeTarget, Graph, ItemRef};
use housekey_backup::picture::flow_svg;
use housekey_backup::words::{OutlineLine, Words};
use housekey_backup::{Home, LastNames, Part, label};

/// The set-up of a home, with what follows from it for its flows.
pub struct FlowSetup {
    home: Home,
    cards: Cards,
    graph: Graph,
    report: CheckReport,
}

/// A flow, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The folder it is in.
    pub folder: Option<String>,
    /// Whether it is an advanced one.
    pub advanced: bool,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether it can be started by hand.
    pub can_run: bool,
    /// What it does, a line for each card.
    pub lines: Vec<OutlineLine>,
    /// What is wrong with it.
    pub findings: Vec<FindingRow>,
    /// What it reads and changes.
    pub uses: Vec<UseRow>,
    /// What starts it, or refers to it.
    pub used_by: Vec<UseRow>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// How bad it is.
    pub severity: &'static str,
    /// The code, by which it is described.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The card.
    pub card: Option<String>,
    /// What to do about it.
    pub fix: &'static str,
}

/// Another item that a flow uses, or that uses it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UseRow {
    /// What it is called.
    pub name: String,
    /// What it is: `device`.
    pub kind: &'static str,
    /// The page about it, if there is one.
    pub page: Option<LinkTo>,
    /// Whether it is changed, not only read.
    pub changes: bool,
}

/// A page that an item has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkTo {
    /// That of a device.
    Device(String),
    /// That of a flow.
    Flow {
        /// Whether it is an advanced one.
        advanced: bool,
        /// Its id.
        id: String,
    },
}

impl FlowSetup {
    /// Of a home that was read.
    pub fn new(home: Home, cards: Cards) -> Self {
        let graph = Graph::of(&home);
        let names = LastNames::default();
        let report = check::check(CheckInput { home: &home, cards: &cards, names: &names });
        Self { home, cards, graph, report }
    }

    fn part(advanced: bool) -> Part {
        if advanced { Part::AdvancedFlows } else { Part::Flows }
    }

    /// A flow.
    pub fn flow(&self, id: &str, advanced: bool) -> Option<FlowView> {
        let item = ItemRef::new(Self::part(advanced), id);
        let flow = self.home.item(item.part, id)?;
        let folder =
            flow["folder"].as_str().filter(|id| self.home.item(Part::Folders, id).is_some());
        let findings = self.report.findings.iter().filter(|finding| finding.item == item);
        let finding = |finding: &check::Finding| FindingRow {
            severity: finding.severity().as_str(),
            code: finding.fault.code(),
            message: finding.message.clone(),
            card: finding.card.clone(),
            fix: finding.fault.fix(),
        };
        Some(FlowView {
            id: id.to_owned(),
            name: self.home.name(item.part, id).to_owned(),
            folder: folder.map(|id| self.home.path_names(Part::Folders, id).join(" / ")),
            advanced,
            enabled: flow["enabled"] != false,
            can_run: flow["triggerable"] != false,
            lines: Words::new(&self.home, &self.cards).outline(flow),
            findings: findings.map(finding).collect(),
            uses: self.rows(self.graph.from(&item).map(|edge| (edge.to.clone(), edge.access))),
            used_by: self.rows(
                self.graph
                    .to(&EdgeTarget::Item(item.clone()))
                    .map(|edge| (EdgeTarget::Item(edge.from.clone()), edge.access)),
            ),
        })
    }

    /// The drawing of an advanced flow.
    pub fn picture(&self, id: &str) -> Option<String> {
        let flow = self.home.item(Part::AdvancedFlows, id)?;
        let words = Words::new(&self.home, &self.cards);
        flow_svg(&words, flow, self.home.name(Part::AdvancedFlows, id))
    }

    fn rows(&self, targets: impl Iterator<Item = (EdgeTarget, Access)>) -> Vec<UseRow> {
        let mut rows: BTreeMap<(String, &'static str, Option<LinkTo>), bool> = BTreeMap::new();
        for (target, access) in targets {
            let item = target.item();
            let kind = match (&item, &target) {
                (Some(item), _) => item.part.item(),
                (None, EdgeTarget::Manager(_)) => "part of the Homey",
                (None, EdgeTarget::Token { .. }) => "tag",
                (None, _) => "app",
            };
            let name = match &item {
                Some(item) => label::item(&self.home, item),
                None => label::target(&self.home, &target),
            };
            let page = item.filter(|item| self.home.item(item.part, &item.id).is_some());
            let page = page.and_then(|item| page_of(&item));
            *rows.entry((name, kind, page)).or_default() |= access == Access::Write;
        }
        let row = |((name, kind, page), changes)| UseRow { name, kind, page, changes };
        rows.into_iter().map(row).collect()
    }
}

impl FlowView {
    /// Whether it is on, and whether it can be run.
    pub fn row(&self) -> FlowRow {
        let Self { id, name, advanced, enabled, can_run, .. } = self.clone();
        FlowRow { id, name, advanced, enabled, broken: false, can_run }
    }
}

/// What has a page of its own.
fn page_of(item: &ItemRef) -> Option<LinkTo> {
    let id = item.id.clone();
    match item.part {
        Part::Devices => Some(LinkTo::Device(id)),
        Part::Flows => Some(LinkTo::Flow { advanced: false, id }),
        Part::AdvancedFlows => Some(LinkTo::Flow { advanced: true, id }),
        _ => None,
    }
}
