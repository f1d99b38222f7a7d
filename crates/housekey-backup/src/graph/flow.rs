//! The references of one card of a flow.

use serde_json::Value;

use super::edge::{Access, Certainty, Edge, EdgePlace, EdgeTarget, ItemRef};
use super::known::KnownIds;
use crate::capability_card::capability;
use crate::card::{CardUse, Owner};
use crate::token::{self, TokenRef};
use crate::{Home, Part};

/// The app whose cards run scripts.
pub(super) const SCRIPT_APP: &str = "com.athom.homeyscript";

/// Apps with variables of their own, which their cards name by their names.
const VARIABLE_APPS: [&str; 2] = ["net.i-dev.betterlogic", "com.flow.utilities"];

/// Arguments of the cards of managers that hold an item of the home, by their names.
const ITEM_ARGUMENTS: &[(&str, Part)] = &[
    ("alarm", Part::Alarms),
    ("device", Part::Devices),
    ("flow", Part::Flows),
    ("mood", Part::Moods),
    ("user", Part::Users),
    ("variable", Part::Variables),
    ("zone", Part::Zones),
];

/// Adds the references of a card.
pub(super) fn edges(
    home: &Home,
    known: &KnownIds<'_>,
    from: &ItemRef,
    card: &CardUse<'_>,
    edges: &mut Vec<Edge>,
) {
    let start = edges.len();
    let mut card_edges = CardEdges { home, from, card, edges };
    card_edges.owner();
    card_edges.arguments();
    card_edges.tokens();
    let sure = edges[start..].to_vec();
    let is_new = |item: &ItemRef| sure.iter().all(|edge| edge.to.item().as_ref() != Some(item));
    let mut soft = Vec::new();
    for (_, value) in card.args() {
        token::each_text(value, &mut |text| {
            let ids = token::uuids(text).filter_map(|id| known.item(id));
            soft.extend(ids.filter(|item| is_new(item)));
        });
    }
    soft.dedup();
    let mut card_edges = CardEdges { home, from, card, edges };
    for item in soft {
        card_edges.add(EdgeTarget::Item(item), Certainty::Soft, Access::of(card.kind), None);
    }
}

struct CardEdges<'c, 'h> {
    home: &'h Home,
    from: &'c ItemRef,
    card: &'c CardUse<'h>,
    edges: &'c mut Vec<Edge>,
}

impl CardEdges<'_, '_> {
    fn add(&mut self, to: EdgeTarget, certainty: Certainty, access: Access, name: Option<&str>) {
        let (from, place) = (self.from.clone(), Some(EdgePlace::of(self.card)));
        let name = name.map(str::to_owned);
        self.edges.push(Edge { from, to, access, certainty, place, name });
    }

    fn sure(&mut self, to: EdgeTarget, name: Option<&str>) {
        self.add(to, Certainty::Sure, Access::of(self.card.kind), name);
    }

    /// Who brings the card.
    fn owner(&mut self) {
        let Some((owner, short)) = self.card.owner() else { return };
        let to = match owner {
            Owner::Device(id) => device(self.home, id, short),
            Owner::App(id) => EdgeTarget::of(Part::Apps, id),
            Owner::Manager(name) => EdgeTarget::Manager(name.to_owned()),
        };
        self.sure(to, None);
    }

    /// What was chosen for its arguments.
    fn arguments(&mut self) {
        let Some((owner, _)) = self.card.owner() else { return };
        for (name, value) in self.card.args() {
            match (owner, name) {
                (Owner::Manager("ledring"), "screensaver") => self.screensaver(value),
                (Owner::Manager(_), _) => {
                    if let Some((_, part)) = ITEM_ARGUMENTS.iter().find(|(key, _)| *key == name) {
                        self.item(*part, value);
                    }
                }
                (Owner::App(SCRIPT_APP), "script") => self.script(value),
                (Owner::App(app), "variable") if VARIABLE_APPS.contains(&app) => {
                    if let Some(name) = value["name"].as_str().or_else(|| value.as_str()) {
                        let (app, name) = (app.to_owned(), name.to_owned());
                        self.sure(EdgeTarget::OfApp { app, kind: "variable", name }, None);
                    }
                }
                (Owner::App(_) | Owner::Device(_), "device") => {
                    let id = value["id"].as_str();
                    if let Some(id) = id.filter(|id| self.home.item(Part::Devices, id).is_some()) {
                        self.sure(EdgeTarget::of(Part::Devices, id), value["name"].as_str());
                    }
                }
                _ => {}
            }
        }
    }

    fn item(&mut self, part: Part, value: &Value) {
        let Some(id) = value["id"].as_str().filter(|id| !id.is_empty()) else { return };
        let is_advanced = || self.home.item(Part::AdvancedFlows, id).is_some();
        let part = if part == Part::Flows && is_advanced() { Part::AdvancedFlows } else { part };
        self.sure(EdgeTarget::of(part, id), value["name"].as_str());
    }

    /// `{"uri": "homey:app:<id>", "id": "<name>"}`.
    fn screensaver(&mut self, value: &Value) {
        let owner = value["uri"].as_str().and_then(Owner::of);
        if let (Some(Owner::App(app)), Some(id)) = (owner, value["id"].as_str()) {
            let (app, name) = (app.to_owned(), id.to_owned());
            let kind = "screensaver";
            self.sure(EdgeTarget::OfApp { app, kind, name }, value["name"].as_str());
        }
    }

    /// By its id, else by its name.
    fn script(&mut self, value: &Value) {
        let name = value["name"].as_str().or_else(|| value.as_str());
        let id = value["id"].as_str().or(name);
        let is = |id: &&str| self.home.item(Part::Scripts, id).is_some();
        let named = || self.home.items(Part::Scripts).find(|(_, one)| one["name"].as_str() == name);
        let found = id.filter(is).or_else(|| name.and_then(|_| named()).map(|(id, _)| id));
        if let Some(id) = found.or(id) {
            self.sure(EdgeTarget::of(Part::Scripts, id), name);
        }
    }

    /// The tokens in its arguments, and the one that was dropped on it.
    fn tokens(&mut self) {
        let mut tokens: Vec<&str> = self.card.droptoken().into_iter().collect();
        for (_, value) in self.card.args() {
            token::each_text(value, &mut |text| tokens.extend(token::in_text(text)));
        }
        for text in tokens {
            let TokenRef::Global { owner, token, .. } = TokenRef::read(text) else { continue };
            let to = match Owner::of(owner) {
                Some(Owner::Device(device)) => {
                    let (device, capability) = (device.to_owned(), token.to_owned());
                    EdgeTarget::Capability { device, capability }
                }
                Some(Owner::Manager("logic")) => EdgeTarget::of(Part::Variables, token),
                Some(Owner::App(_) | Owner::Manager(_)) => {
                    EdgeTarget::Token { owner: owner.to_owned(), token: token.to_owned() }
                }
                None => continue,
            };
            self.add(to, Certainty::Sure, Access::Read, None);
        }
    }
}

/// The capability that a card of a device is about; the device where that is not known.
fn device(home: &Home, id: &str, card: &str) -> EdgeTarget {
    let of_card = home.item(Part::Devices, id).and_then(|device| capability(device, card));
    match of_card {
        Some(capability) => {
            EdgeTarget::Capability { device: id.to_owned(), capability: capability.to_owned() }
        }
        None => EdgeTarget::of(Part::Devices, id),
    }
}
