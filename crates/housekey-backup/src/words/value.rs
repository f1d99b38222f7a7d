//! What was chosen for an argument.

use housekey::model::{Capability, CardArgument, Choice, FlowCard, Measure};
use serde_json::Value;

use super::Words;
use crate::capability_card::capability;
use crate::card::{CardUse, Owner};
use crate::{Part, label, token};

/// Longer texts are cut in a line.
const LONGEST_TEXT: usize = 160;

impl Words<'_> {
    /// An argument of a card in words: `40 %`, `“Good night”`, `Kitchen/Lamp`.
    pub(super) fn argument(
        &self,
        flow: &Value,
        card: &CardUse<'_>,
        known: Option<&FlowCard>,
        name: &str,
    ) -> String {
        let value = &card.value["args"][name];
        let arguments = known.and_then(|known| known.args.get()).into_iter().flatten();
        let definition = arguments.into_iter().find(|one| one.name.text() == Some(name));
        let kind = definition.and_then(|one| one.kind.text()).unwrap_or_default();
        match value {
            Value::Null => "…".to_owned(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::Number(number) => self
                .measured(card, definition, number.as_f64())
                .unwrap_or_else(|| number.to_string()),
            Value::String(text) => {
                let choice = definition.and_then(|one| choice(one, text));
                if let Some(choice) = choice {
                    return choice.to_owned();
                }
                let has_words = kind == "text" || (kind.is_empty() && text.contains(' '));
                self.text(flow, text, has_words)
            }
            Value::Array(values) => {
                let one = |value: &Value| match value.as_str() {
                    Some(text) => definition
                        .and_then(|one| choice(one, text))
                        .map_or_else(|| text.to_owned(), str::to_owned),
                    None => object(value),
                };
                values.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            Value::Object(_) => object(value),
        }
    }

    /// A text with the names of its tokens.
    fn text(&self, flow: &Value, text: &str, quoted: bool) -> String {
        let mut is_token_alone = false;
        let mut words = String::new();
        for (before, token) in token::pieces(text) {
            words.push_str(before);
            if let Some(token) = token {
                is_token_alone = words.is_empty();
                words.push_str(&format!("‹{}›", self.token(flow, token)));
            } else if !before.is_empty() {
                is_token_alone = false;
            }
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = match words.char_indices().nth(LONGEST_TEXT) {
            Some((place, _)) => format!("{}…", &words[..place]),
            None => words,
        };
        if quoted && !is_token_alone { format!("“{words}”") } else { words }
    }

    /// A number with its unit: that of the argument, else that of the capability it is for.
    fn measured(
        &self,
        card: &CardUse<'_>,
        definition: Option<&CardArgument>,
        number: Option<f64>,
    ) -> Option<String> {
        let (definition, number) = (definition?, number?);
        let other = |key: &str| definition.other.get(key);
        if let Some(unit) = other("units").or_else(|| other("label")).and_then(label::text) {
            let factor = other("labelMultiplier").and_then(Value::as_f64).unwrap_or(1.0);
            let number = housekey::model::number_text(number * factor, None);
            return Some(format!("{number} {}", unit.trim()));
        }
        let Some((Owner::Device(id), short)) = card.owner() else { return None };
        let device = self.home.item(Part::Devices, id)?;
        let capability = &device["capabilitiesObj"][capability(device, short)?];
        let capability: Capability = serde_json::from_value(capability.clone()).ok()?;
        Some(Measure::of_capability(&capability).text(number))
    }
}

/// The title of a choice.
fn choice<'c>(definition: &'c CardArgument, id: &str) -> Option<&'c str> {
    let choices = definition.values.get().into_iter().flatten();
    let is = |choice: &&Choice| choice.id == id;
    choices.into_iter().find(is).and_then(|choice| choice.title.label())
}

/// Of a whole object that was chosen its name.
fn object(value: &Value) -> String {
    let keys = ["name", "title", "label", "id"];
    let name = keys.into_iter().find_map(|key| label::text(&value[key]));
    name.map_or_else(|| value.to_string(), str::to_owned)
}
