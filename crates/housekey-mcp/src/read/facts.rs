//! What is known of flows: the home as the reference graph, the outlines and the checks need it.

use std::sync::Arc;

use housekey::mirror::{self, ItemKind};
use housekey::model::name::Called;
use housekey_backup::cards::Cards;
use housekey_backup::graph::ItemRef;
use housekey_backup::words::Words;
use housekey_backup::{Home, Items, LastNames, Part};
use serde_json::Value;

use crate::answer::Outcome;
use crate::find::find;
use crate::quote::{quoted, short_id};

/// The parts of a home that the mirror holds.
const MIRRORED: [(ItemKind, Part); 7] = [
    (ItemKind::Device, Part::Devices),
    (ItemKind::Zone, Part::Zones),
    (ItemKind::Flow, Part::Flows),
    (ItemKind::AdvancedFlow, Part::AdvancedFlows),
    (ItemKind::Variable, Part::Variables),
    (ItemKind::Mood, Part::Moods),
    (ItemKind::User, Part::Users),
];

/// A home with its flow cards.
#[derive(Debug)]
pub(crate) struct FlowFacts {
    pub(crate) home: Home,
    pub(crate) cards: Arc<Cards>,
    pub(crate) names: LastNames,
}

impl FlowFacts {
    /// The items of the mirror, and the parts that it does not hold.
    pub(crate) fn of(mirror: &mirror::Home, others: &Home, cards: Arc<Cards>) -> Self {
        let mut home = others.clone();
        for (kind, part) in MIRRORED {
            let items = mirror.items(kind).map(|(id, item)| (id.to_string(), item.value()));
            home.insert(part, items.collect::<Items>());
        }
        Self { home, cards, names: LastNames::default() }
    }

    /// The same home with an item in place of the one of its id.
    pub(crate) fn with(&self, part: Part, id: &str, item: Value) -> Self {
        let mut home = self.home.clone();
        let items = home.items(part).map(|(id, item)| (id.to_owned(), item.clone()));
        let mut items: Items = items.collect();
        items.insert(id.to_owned(), item);
        home.insert(part, items);
        Self { home, cards: self.cards.clone(), names: self.names.clone() }
    }

    /// The item of a part that is meant.
    pub(crate) fn find_in(&self, part: Part, wanted: &str) -> Outcome<String> {
        let items: Vec<_> = self.home.items(part).collect();
        let things = items.iter().map(|(id, value)| {
            let outer = part.container().filter(|_| part != Part::Zones);
            let group = outer.and_then(|(key, container)| {
                let id = value[key].as_str()?;
                self.home.item(container, id).map(|_| self.home.name(container, id))
            });
            Called { id, name: self.home.name(part, id), group }
        });
        find(part.item(), things, wanted).map(|place| items[place].0.to_owned())
    }

    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(&self.home, &self.cards).with_names(&self.names)
    }

    /// The flows of both kinds.
    pub(crate) fn flows(&self) -> impl Iterator<Item = (ItemRef, &Value)> {
        housekey_backup::card::flows(&self.home)
            .map(|(part, id, value)| (ItemRef::new(part, id), value))
    }

    /// Whether a flow starts by its trigger.
    pub(crate) fn is_enabled(&self, flow: &ItemRef) -> bool {
        self.home.item(flow.part, &flow.id).is_some_and(|flow| flow["enabled"] != false)
    }

    /// The name of the folder of a flow.
    pub(crate) fn folder<'f>(&'f self, flow: &'f Value) -> Option<&'f str> {
        let id = flow["folder"].as_str()?;
        self.home.item(Part::Folders, id)?;
        Some(self.home.name(Part::Folders, id))
    }

    /// `"Evening" / "Good night"`.
    pub(crate) fn label(&self, item: &ItemRef) -> String {
        let outer = match item.part {
            Part::Zones | Part::Folders => None,
            part => part.container().and_then(|(key, container)| {
                let id = self.home.item(part, &item.id)?[key].as_str()?;
                self.home.item(container, id)?;
                Some(self.home.name(container, id))
            }),
        };
        let name = quoted(self.home.name(item.part, &item.id));
        outer.map_or_else(|| name.clone(), |outer| format!("{} / {name}", quoted(outer)))
    }

    /// `"Evening" / "Good night" · f1e2d3c4`.
    pub(crate) fn flow_name(&self, item: &ItemRef) -> String {
        format!("{} · {}", self.label(item), short_id(&item.id))
    }

    /// The flow that is meant.
    pub(crate) fn find_flow(&self, wanted: &str) -> Outcome<(ItemRef, &Value)> {
        let flows: Vec<_> = self.flows().collect();
        let things = flows.iter().map(|(item, value)| Called {
            id: &item.id,
            name: self.home.name(item.part, &item.id),
            group: self.folder(value),
        });
        let place = find("flow", things, wanted)?;
        flows.into_iter().nth(place).ok_or_else(|| crate::answer::Refused::new("no such flow"))
    }

    /// The item of any kind that is meant.
    pub(crate) fn find_item(&self, wanted: &str) -> Outcome<ItemRef> {
        const PARTS: [Part; 9] = [
            Part::Devices,
            Part::Variables,
            Part::Zones,
            Part::Moods,
            Part::Users,
            Part::Apps,
            Part::Flows,
            Part::AdvancedFlows,
            Part::Scripts,
        ];
        let items: Vec<_> = PARTS
            .iter()
            .flat_map(|part| self.home.items(*part).map(|(id, value)| (*part, id, value)))
            .collect();
        let things = items.iter().map(|(part, id, value)| {
            let outer = part.container().filter(|_| *part != Part::Zones);
            let group = outer.and_then(|(key, container)| {
                let id = value[key].as_str()?;
                self.home.item(container, id).map(|_| self.home.name(container, id))
            });
            Called { id, name: self.home.name(*part, id), group }
        });
        let place = find("item", things, wanted)?;
        Ok(ItemRef::new(items[place].0, items[place].1))
    }
}
