//! The page of flows: by folder, each with whether it is on and whether it can be run.

use std::collections::{BTreeMap, HashMap};

use housekey::mirror::Home;
use housekey::model::name::as_seen;
use housekey::model::{AdvancedFlow, Flow, FlowFolder};

/// A flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is an advanced one.
    pub advanced: bool,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether the Homey says that a card is missing.
    pub broken: bool,
    /// Whether it can be started by hand.
    pub can_run: bool,
}

/// A folder with its flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name with those it is in: `Lights / Evening`; empty for flows in none.
    pub name: String,
    /// Its flows, by name.
    pub flows: Vec<FlowRow>,
}

/// The most folders in one another.
const DEPTH: usize = 16;

/// The flows of a home. The mirror holds no folders: they are read beside it.
pub fn folders(home: &Home, folders: &[FlowFolder]) -> Vec<Folder> {
    let known: HashMap<&str, &FlowFolder> =
        folders.iter().map(|folder| (folder.id.as_str(), folder)).collect();
    let path = |id: Option<&str>| {
        let mut names = Vec::new();
        let mut next = id;
        while let Some(folder) = next.and_then(|id| known.get(id)).filter(|_| names.len() < DEPTH) {
            names.push(folder.name());
            next = folder.parent.text();
        }
        names.reverse();
        names.join(" / ")
    };
    let standard = home.all::<Flow>().map(|flow| {
        let row = FlowRow {
            name: flow.name().to_owned(),
            advanced: false,
            enabled: flow.enabled.get() != Some(&false),
            broken: flow.broken.get() == Some(&true),
            can_run: flow.triggerable.get() != Some(&false),
            id: flow.id.clone(),
        };
        (path(flow.folder.text()), row)
    });
    let advanced = home.all::<AdvancedFlow>().map(|flow| {
        let row = FlowRow {
            name: flow.name().to_owned(),
            advanced: true,
            enabled: flow.enabled.get() != Some(&false),
            broken: flow.broken.get() == Some(&true),
            can_run: flow.triggerable.get() != Some(&false),
            id: flow.id.clone(),
        };
        (path(flow.folder.text()), row)
    });
    let mut by_folder: BTreeMap<(bool, String, String), Vec<FlowRow>> = BTreeMap::new();
    for (folder, row) in standard.chain(advanced) {
        let key = (folder.is_empty(), as_seen(&folder), folder);
        by_folder.entry(key).or_default().push(row);
    }
    by_folder
        .into_iter()
        .map(|((_, _, name), mut flows)| {
            flows.sort_by_cached_key(|flow| (as_seen(&flow.name), flow.id.clone()));
            Folder { name, flows }
        })
        .collect()
}
