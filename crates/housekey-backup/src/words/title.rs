//! The sentence of a card: its title with the arguments in it.

use housekey::model::FlowCard;
use serde_json::Value;

use super::Words;
use crate::card::CardUse;
use crate::{label, token};

impl Words<'_> {
    /// The title of a card, without what was filled in.
    pub(super) fn title(&self, card: &CardUse<'_>) -> String {
        let inverted = card.value["inverted"] == true;
        let (title, has_words_for_not) = chosen(&self.raw_title(card), inverted);
        let title = without_dots(&title).to_owned();
        if inverted && !has_words_for_not { format!("not: {title}") } else { title }
    }

    fn raw_title(&self, card: &CardUse<'_>) -> String {
        let short = card.owner().map_or(card.id.as_ref(), |(_, short)| short);
        let known = self.cards.card(card.kind, &card.id).and_then(|card| card.title.label());
        known.map_or_else(|| label::readable(short), str::to_owned)
    }

    /// The card as a sentence, without its owner.
    pub(super) fn sentence(&self, flow: &Value, card: &CardUse<'_>) -> String {
        let known = self.cards.card(card.kind, &card.id);
        let inverted = card.value["inverted"] == true;
        let formatted = known.and_then(|card| card.title_formatted.label());
        let dropped = card.droptoken().map(|text| format!("‹{}›", self.token(flow, text)));
        let Some(formatted) = formatted.filter(|text| !text.trim().is_empty()) else {
            let mut text = self.title(card);
            if let Some(dropped) = dropped {
                text = format!("{dropped} {}", uncapitalized(&text));
            }
            return text + &self.appended(flow, card, known);
        };
        let (template, has_words_for_not) = chosen(formatted, inverted);
        let text: String = token::pieces(&template)
            .map(|(before, name)| {
                let filled = name.map(|name| match name {
                    "droptoken" => dropped.clone().unwrap_or_else(|| "…".to_owned()),
                    "device" if card.value["args"][name].is_null() => self.device_word(card),
                    name => self.argument(flow, card, known, name),
                });
                format!("{before}{}", filled.unwrap_or_default())
            })
            .collect();
        let not = if inverted && !has_words_for_not { "not: " } else { "" };
        format!("{not}{}", text.trim())
    }

    /// A title speaks of the device that is named before it anyway.
    fn device_word(&self, card: &CardUse<'_>) -> String {
        match card.owner() {
            Some((crate::card::Owner::Device(_), _)) => "it".to_owned(),
            _ => "…".to_owned(),
        }
    }

    /// What was filled in, for a title that does not say where it belongs.
    fn appended(&self, flow: &Value, card: &CardUse<'_>, known: Option<&FlowCard>) -> String {
        let given: Vec<_> = card.args().filter(|(_, value)| !value.is_null()).collect();
        match given.as_slice() {
            [] => String::new(),
            [(name, _)] => format!(" {}", self.argument(flow, card, known, name)),
            several => {
                let part = |(name, _): &(&str, &Value)| {
                    let value = self.argument(flow, card, known, name);
                    format!("{} {value}", label::readable(name).to_lowercase())
                };
                format!(" ({})", several.iter().map(part).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A title with its words for the plain or the inverted condition: `It !{{is|is not}} dark`. Also whether it has
/// such words.
fn chosen(title: &str, inverted: bool) -> (String, bool) {
    let mut text = String::with_capacity(title.len());
    let (mut rest, mut has_choice) = (title, false);
    while let Some((before, after)) = rest.split_once("!{{") {
        let Some((words, after)) = after.split_once("}}") else { break };
        let (plain, other) = words.split_once('|').unwrap_or((words, words));
        text.push_str(before);
        text.push_str(if inverted { other } else { plain });
        has_choice |= plain != other;
        rest = after;
    }
    (text + rest, has_choice)
}

/// `Motion alarm is...`: what follows is shown elsewhere.
fn without_dots(title: &str) -> &str {
    title.trim().trim_end_matches(['.', '…']).trim_end()
}

/// `Is less than` becomes `is less than`; `TV is on` stays.
fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverted_card_has_words_of_its_own() {
        for (title, inverted, want) in [
            ("It !{{is|is not}} dark", false, ("It is dark", true)),
            ("It !{{is|is not}} dark", true, ("It is not dark", true)),
            ("!{{A|B}} and !{{c|d}}", true, ("B and d", true)),
            ("It is dark", true, ("It is dark", false)),
            ("It !{{is", true, ("It !{{is", false)),
        ] {
            let (text, has_words) = chosen(title, inverted);
            assert_eq!((text.as_str(), has_words), want, "{title}");
        }
    }
}
