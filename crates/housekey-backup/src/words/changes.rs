//! What differs between two states of a flow, in words.

use serde_json::Value;

use super::{OutlineLine, Words};
use crate::graph::ItemRef;
use crate::{Part, label};

/// Outlines with more lines than this are shown one after the other.
const MOST_LINES: usize = 1_000;

impl Words<'_> {
    /// The changes of a flow, a line each: what was renamed, moved or switched, then the cards that went, with `-`,
    /// and those that came, with `+`. Empty where nothing differs that can be said in words, such as a card that was
    /// moved on the canvas.
    pub fn changes(&self, before: &Value, after: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        let text = |flow: &Value, key: &str| flow[key].as_str().map(str::to_owned);
        if before["name"] != after["name"] {
            let [old, new] = [before, after].map(|flow| text(flow, "name").unwrap_or_default());
            lines.push(format!("name: {old} → {new}"));
        }
        if before["folder"] != after["folder"] {
            let [old, new] = [before, after].map(|flow| self.folder(text(flow, "folder")));
            lines.push(format!("folder: {old} → {new}"));
        }
        let is_enabled = |flow: &Value| flow["enabled"] != false;
        match (is_enabled(before), is_enabled(after)) {
            (true, false) => lines.push("is disabled".to_owned()),
            (false, true) => lines.push("is enabled".to_owned()),
            _ => {}
        }
        lines.extend(compared(&self.outline(before), &self.outline(after)));
        lines
    }

    fn folder(&self, id: Option<String>) -> String {
        let name = |id: String| label::item(self.home, &ItemRef::new(Part::Folders, id));
        id.map_or_else(|| "none".to_owned(), name)
    }
}

/// The lines that only one of two outlines has, in their order.
fn compared(before: &[OutlineLine], after: &[OutlineLine]) -> Vec<String> {
    let line = |sign: char, OutlineLine { depth, lead, text }: &OutlineLine| {
        let lead = if lead.is_empty() { String::new() } else { format!("{lead} ") };
        format!("{sign} {}{lead}{text}", "  ".repeat(*depth))
    };
    let is_same =
        |one: &OutlineLine, other: &OutlineLine| one.text == other.text && one.depth == other.depth;
    if before.len().max(after.len()) > MOST_LINES {
        let (old, new) =
            (before.iter().map(|one| line('-', one)), after.iter().map(|one| line('+', one)));
        return old.chain(new).collect();
    }
    // The longest common subsequence, from the end.
    let width = after.len() + 1;
    let mut common = vec![0_usize; (before.len() + 1) * width];
    for (place, one) in before.iter().enumerate().rev() {
        for (other_place, other) in after.iter().enumerate().rev() {
            common[place * width + other_place] = match is_same(one, other) {
                true => common[(place + 1) * width + other_place + 1] + 1,
                false => common[(place + 1) * width + other_place]
                    .max(common[place * width + other_place + 1]),
            };
        }
    }
    let (mut old, mut new) = (0, 0);
    let mut lines = Vec::new();
    while old < before.len() || new < after.len() {
        let goes = new == after.len()
            || old < before.len()
                && common[(old + 1) * width + new] >= common[old * width + new + 1];
        if old < before.len() && new < after.len() && is_same(&before[old], &after[new]) {
            (old, new) = (old + 1, new + 1);
        } else if goes {
            lines.push(line('-', &before[old]));
            old += 1;
        } else {
            lines.push(line('+', &after[new]));
            new += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cards::Cards;
    use crate::test_home::home;

    #[test]
    fn a_changed_flow_is_said_in_words() {
        let home = home(&json!({
            "folders": { "f": { "name": "Lights" } },
            "zones": { "z": { "name": "Kitchen", "parent": "r" }, "r": { "name": "Home", "parent": null } },
            "devices": { "lamp": { "name": "Lamp", "zone": "z" } },
        }));
        let cards = Cards::default();
        let words = Words::new(&home, &cards);
        let then = |card: &str, args: Value| json!({ "id": format!("homey:device:lamp:{card}"), "group": "then", "args": args });
        let before = json!({ "name": "Evening", "enabled": true, "trigger": { "id": "homey:device:lamp:onoff_true" },
            "actions": [then("on", json!({})), then("dim", json!({ "dim": 0.6 })), then("off", json!({}))] });
        let after = json!({ "name": "Night", "enabled": false, "folder": "f", "trigger": { "id": "homey:device:lamp:onoff_true" },
            "actions": [then("on", json!({})), then("dim", json!({ "dim": 0.4 })), then("off", json!({})), then("toggle", json!({}))] });
        assert_eq!(
            words.changes(&before, &after),
            [
                "name: Evening → Night",
                "folder: none → Lights",
                "is disabled",
                "- Kitchen/Lamp: Dim 0.6",
                "+ Kitchen/Lamp: Dim 0.4",
                "+ Kitchen/Lamp: Toggle",
            ]
        );
        assert_eq!(words.changes(&before, &before), <[String; 0]>::default());
        assert_eq!(
            words.changes(&after, &before).last().map(String::as_str),
            Some("- Kitchen/Lamp: Toggle")
        );
    }
}
