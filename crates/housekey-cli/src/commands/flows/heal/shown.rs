//! What heals a home, for people and programs.

use housekey_backup::card::{self, CardUse};
use housekey_backup::graph::ItemRef;
use housekey_backup::heal::{DroppedState, Healing, LeftCard, Match, Unmatched, WhyUnmatched};
use housekey_backup::plan::{Action, Step};
use housekey_backup::words::outline_word;
use housekey_backup::{Part, label};
use serde_json::{Value, json};

use super::super::whole_home::WholeHome;

/// What was found and planned.
pub(super) struct ShownHealing<'a> {
    pub(super) whole: &'a WholeHome,
    pub(super) matches: &'a [Match],
    pub(super) unmatched: &'a [Unmatched],
    pub(super) healing: &'a Healing,
}

impl ShownHealing<'_> {
    pub(super) fn text(&self) -> String {
        if self.matches.is_empty() && self.unmatched.is_empty() {
            return "Nothing uses a device that is gone\n".to_owned();
        }
        let mut lines = Vec::new();
        for one in self.matches {
            heading(&mut lines);
            let new = self.device(&one.new);
            let (strength, reason) = (one.rule.strength(), one.rule.reason());
            lines.push(format!("~ {} → {new}  {strength}: {reason}", one.path));
            for (item, cards) in self.uses(&one.old) {
                let name = label::item(&self.whole.home, &item);
                lines.push(format!("    {} {name}", item.part.item()));
                lines.extend(cards.iter().map(|card| format!("      {card}")));
            }
        }
        self.section(&mut lines, "Stays as it is, since the new device cannot do that:", |lines| {
            for left in &self.healing.left {
                lines.push(format!(
                    "  flow {}: {}",
                    label::item(&self.whole.home, &left.flow),
                    self.card(left).unwrap_or_default()
                ));
            }
        });
        self.section(
            &mut lines,
            "Left out of moods, since the new device cannot do that:",
            |lines| {
                lines.extend(
                    self.healing.dropped.iter().map(|one| format!("  {}", self.dropped(one))),
                );
            },
        );
        self.section(&mut lines, "To be changed by hand:", |lines| {
            for (item, old) in &self.healing.by_hand {
                let (name, old) = (label::item(&self.whole.home, item), self.last_name(old));
                lines.push(format!("  {} {name} names {old}", item.part.item()));
            }
        });
        self.section(&mut lines, "Not found again:", |lines| {
            for one in self.unmatched {
                let name = one.path.as_deref().unwrap_or(&one.old);
                lines.push(format!("  {name}: {}", self.why(one)));
            }
        });
        heading(&mut lines);
        let (changes, left) = (self.healing.plan.steps.len(), self.healing.left.len());
        let cards = if left == 1 { "card" } else { "cards" };
        lines.push(match left {
            0 => format!("{changes} to change"),
            _ => format!("{changes} to change, {left} {cards} left as they are"),
        });
        lines.join("\n") + "\n"
    }

    pub(super) fn record(&self) -> Value {
        let step = |Step { part, id, path, .. }: &Step| json!({ "part": part.name(), "id": id, "path": path });
        let found = |one: &Match| {
            json!({ "old": one.old, "name": one.path, "new": one.new, "new_name": self.path(&one.new),
                "rule": one.rule.as_str(), "strength": one.rule.strength() })
        };
        let left = |one: &LeftCard| {
            json!({ "part": one.flow.part.name(), "id": one.flow.id, "path": label::item(&self.whole.home, &one.flow),
                "card": self.card(one), "old": one.old })
        };
        let dropped = |one: &DroppedState| {
            json!({ "part": Part::Moods.name(), "id": one.mood, "path": self.mood(&one.mood), "old": one.old,
                "capability": one.capability, "value": one.value })
        };
        let by_hand = |(item, old): &(ItemRef, String)| json!({ "part": item.part.name(), "id": item.id, "path": label::item(&self.whole.home, item), "old": old });
        let missing =
            |one: &Unmatched| json!({ "old": one.old, "name": one.path, "why": self.why(one) });
        json!({
            "matches": self.matches.iter().map(found).collect::<Value>(),
            "steps": self.healing.plan.steps.iter().map(step).collect::<Value>(),
            "left": self.healing.left.iter().map(left).collect::<Value>(),
            "dropped": self.healing.dropped.iter().map(dropped).collect::<Value>(),
            "by_hand": self.healing.by_hand.iter().map(by_hand).collect::<Value>(),
            "unmatched": self.unmatched.iter().map(missing).collect::<Value>(),
        })
    }

    fn section(&self, lines: &mut Vec<String>, title: &str, add: impl FnOnce(&mut Vec<String>)) {
        let mut body = Vec::new();
        add(&mut body);
        if !body.is_empty() {
            heading(lines);
            lines.push(title.to_owned());
            lines.extend(body);
        }
    }

    /// The items that get the device in place of `old`, each with its cards in words as they will be.
    fn uses<'s>(&'s self, old: &'s str) -> impl Iterator<Item = (ItemRef, Vec<String>)> + 's {
        self.healing.plan.steps.iter().filter_map(move |step| {
            let Action::Update { before, after } = &step.action else { return None };
            if !before.to_string().contains(old) {
                return None;
            }
            let item = ItemRef::new(step.part, &step.id);
            let cards = card::cards(before).into_iter().zip(card::cards(after));
            let changed = cards.filter(|(before, after)| {
                before.value != after.value && before.value.to_string().contains(old)
            });
            Some((item, changed.map(|(_, card)| self.words(after, &card)).collect()))
        })
    }

    fn words(&self, flow: &Value, card: &CardUse<'_>) -> String {
        format!("{}: {}", outline_word(card), self.whole.words().card(flow, card))
    }

    /// A card that stays, in words.
    fn card(&self, left: &LeftCard) -> Option<String> {
        let flow = self.whole.home.item(left.flow.part, &left.flow.id)?;
        let cards = card::cards(flow);
        let card = cards.iter().find(|card| card.slot == left.slot)?;
        Some(self.words(flow, card))
    }

    /// What a mood loses: `mood Hall/Cosy: dim 0.4 of Hall/Lamp`.
    fn dropped(&self, one: &DroppedState) -> String {
        let DroppedState { mood, old, capability, value } = one;
        format!("mood {}: {capability} {value} of {}", self.mood(mood), self.last_name(old))
    }

    fn mood(&self, id: &str) -> String {
        label::item(&self.whole.home, &ItemRef::new(Part::Moods, id))
    }

    /// Why a device was not found again.
    fn why(&self, one: &Unmatched) -> String {
        match &one.why {
            WhyUnmatched::Unknown => {
                "nothing is known of it; --from takes a backup that has it".to_owned()
            }
            WhyUnmatched::Nothing => {
                "no device is like it; add it again, or choose one with --map".to_owned()
            }
            WhyUnmatched::Several(ids) => {
                let names: Vec<_> =
                    ids.iter().map(|id| format!("{} ({id})", self.path(id))).collect();
                format!("several devices are like it: {}; choose one with --map", names.join(", "))
            }
            WhyUnmatched::Shared(other) => {
                format!("the device that is like it is as much like {other}; choose with --map")
            }
        }
    }

    /// What a device was called.
    fn last_name(&self, old: &str) -> String {
        let found = self.matches.iter().find(|one| one.old == old);
        found.map_or_else(|| old.to_owned(), |one| one.path.clone())
    }

    fn path(&self, id: &str) -> String {
        label::item(&self.whole.home, &ItemRef::new(Part::Devices, id))
    }

    /// A device that is there, with its id where another one is called the same.
    fn device(&self, id: &str) -> String {
        let path = self.path(id);
        let others =
            self.whole.home.items(Part::Devices).filter(|(other, _)| self.path(other) == path);
        if others.count() > 1 { format!("{path} ({id})") } else { path }
    }
}

fn heading(lines: &mut Vec<String>) {
    if !lines.is_empty() {
        lines.push(String::new());
    }
}
