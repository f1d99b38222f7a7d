//! Flows as one file for other people: without ids of the home, with what they need.
//!
//! Each id is replaced by a mark, `ref-device-1`, which stands wherever the id stood: alone, in the id of a card, in
//! a token. A table says what each mark stands for. Read again, the file is a home of its own, with the marks as
//! ids, whose flows are moved as those of any other home, see [`crate::transfer`].

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use self::read::{PortableError, is_portable, read};
use crate::card::{Owner, cards};
use crate::cards::Cards;
use crate::graph::ItemRef;
use crate::heal::Fitting;
use crate::plan::{Ids, each_word, translated};
use crate::transfer::with_whole_ids;
use crate::{DeviceRef, Home, Part, Snapshot, label, token};

/// The format of these files.
pub const FORMAT: u64 = 1;

/// The parts whose ids are replaced, with the word for each in the file.
const PARTS: [(Part, &str); 9] = [
    (Part::Users, "user"),
    (Part::Zones, "zone"),
    (Part::Variables, "variable"),
    (Part::Devices, "device"),
    (Part::Moods, "mood"),
    (Part::Scripts, "script"),
    (Part::Flows, "flow"),
    (Part::AdvancedFlows, "advanced-flow"),
    (Part::Alarms, "alarm"),
];

/// Flows of a home as a portable file. `home` is the home as it was read, `snapshot` the same without secrets.
pub fn portable(home: &Home, snapshot: &Snapshot, flows: &[ItemRef]) -> Value {
    let mut marks = Marks { home, ids: Ids::new(), counts: BTreeMap::new() };
    let mut apps = Map::new();
    let mut whole = Vec::new();
    for item in flows {
        let Some(flow) = snapshot.home.item(item.part, &item.id) else { continue };
        marks.give(item.part, &item.id);
        let mut flow = with_whole_ids(flow);
        let names = home.path_names(Part::Folders, flow["folder"].as_str().unwrap_or_default());
        let folder = flow["folder"].is_string().then(|| names.join("/"));
        flow["folder"] = folder.map_or(Value::Null, Value::from);
        each_word(&flow, &mut |word| marks.see(word));
        apps.extend(apps_of(home, &flow));
        whole.push(flow);
    }
    let shared: Value = whole.iter().map(|flow| translated(flow, &marks.ids)).collect();
    json!({
        "housekey": "flows",
        "format": FORMAT,
        "apps": apps,
        "refs": marks.table(),
        "flows": shared,
    })
}

/// The marks that ids were given.
struct Marks<'h> {
    home: &'h Home,
    ids: Ids,
    counts: BTreeMap<&'static str, usize>,
}

impl Marks<'_> {
    /// Gives a mark to the item that a word is the id of.
    fn see(&mut self, word: &str) {
        let is_there = |(part, _): &&(Part, &str)| self.home.item(*part, word).is_some();
        if let Some((part, _)) = PARTS.iter().find(is_there) {
            self.give(*part, word);
        }
    }

    fn give(&mut self, part: Part, id: &str) {
        let Some((_, kind)) = PARTS.iter().find(|(one, _)| *one == part) else { return };
        if !self.ids.contains_key(id) {
            let count = self.counts.entry(kind).or_default();
            *count += 1;
            self.ids.insert(id.to_owned(), format!("ref-{kind}-{count}"));
        }
    }

    /// What each mark stands for.
    fn table(&self) -> Value {
        let cards = Cards::default();
        let fitting = Fitting::new(self.home, self.home, &cards);
        let mut table: Vec<(&String, Value)> = Vec::new();
        for (part, kind) in PARTS {
            let of_part = |(id, _): &(&str, &Value)| self.ids.contains_key(*id);
            for (id, item) in self.home.items(part).filter(of_part) {
                let mut entry = json!({ "$ref": kind, "path": self.home.path(part, id) });
                match part {
                    Part::Devices => {
                        let DeviceRef { driver, class, .. } = DeviceRef::of(item);
                        entry["class"] = class.into();
                        entry["driver"] = driver.into();
                        entry["needs"] = fitting.capabilities(id).into_iter().collect();
                    }
                    Part::Variables => entry["type"] = item["type"].clone(),
                    _ => {}
                }
                table.push((&self.ids[id], entry));
            }
        }
        table.sort_by_key(|(mark, _)| natural(mark));
        table.into_iter().map(|(mark, entry)| (mark.clone(), entry)).collect::<Map<_, _>>().into()
    }
}

/// `ref-device-2` comes before `ref-device-10`.
fn natural(mark: &str) -> (&str, usize) {
    let (kind, number) = mark.rsplit_once('-').unwrap_or((mark, ""));
    (kind, number.parse().unwrap_or_default())
}

/// The apps that a flow uses, by id with their names.
fn apps_of(home: &Home, flow: &Value) -> Map<String, Value> {
    let mut apps = Map::new();
    let mut add = |id: &str| {
        let name = label::item(home, &ItemRef::new(Part::Apps, id));
        apps.insert(id.to_owned(), name.into());
    };
    for card in cards(flow) {
        if let Some((Owner::App(id), _)) = card.owner() {
            add(id);
        }
        let mut tokens: Vec<&str> = card.droptoken().into_iter().collect();
        for (_, value) in card.args() {
            token::each_text(value, &mut |text| tokens.extend(token::in_text(text)));
        }
        for token in tokens {
            let owner = token.split_once('|').and_then(|(owner, _)| Owner::of(owner));
            if let Some(Owner::App(id)) = owner {
                add(id);
            }
        }
    }
    apps
}
