//! `homey_flowcards`: search, description, choices of an argument.

use housekey::model::name::as_seen;
use housekey::model::{CardArgument, Choice, FlowCard};
use housekey_backup::card::CardKind;
use housekey_backup::cards::{Cards, card_tokens};
use serde_json::Value;

use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::lines::{MOST_TOKENS, Paging, USUAL_TOKENS, fitted, tokens};
use crate::quote::{quoted, quoted_to, word};

/// The cards of a search where the client wants no other number.
const USUAL: u64 = 10;

/// The most choices of a dropdown that are named.
const CHOICES: usize = 40;

/// The longest title.
const TITLE: usize = 100;

const KINDS: [CardKind; 3] = [CardKind::Trigger, CardKind::Condition, CardKind::Action];

/// Cards by words, owner and kind.
pub(crate) fn search(cards: &Cards, arguments: &Arguments) -> Outcome<Answer> {
    let mut paged = arguments.all().clone();
    paged.entry("limit").or_insert_with(|| USUAL.into());
    let paging = Paging::of(&paged)?;
    let words = as_seen(arguments.text("q").unwrap_or_default());
    let words: Vec<&str> = words.split_whitespace().collect();
    let owner = arguments.text("owner").map(as_seen);
    let mut found: Vec<(CardKind, &FlowCard)> = Vec::new();
    for kind in kinds(arguments) {
        found.extend(cards.of_kind(kind).map(|card| (kind, card)).filter(|(_, card)| {
            let name = as_seen(card.owner_name().unwrap_or_default());
            let title = as_seen(card.title.label().unwrap_or_default());
            let id = as_seen(&card.id());
            let is_owner = owner.as_ref().is_none_or(|owner| {
                name.contains(owner.as_str())
                    || card.owner().is_some_and(|uri| as_seen(uri).ends_with(owner.as_str()))
            });
            is_owner
                && card.deprecated.get() != Some(&true)
                && words
                    .iter()
                    .all(|word| title.contains(word) || name.contains(word) || id.contains(word))
        }));
    }
    found.sort_by_cached_key(|(kind, card)| {
        let owner = as_seen(card.owner_name().unwrap_or_default());
        (*kind, owner, as_seen(card.title.label().unwrap_or_default()), card.id().into_owned())
    });
    let head = match found.len() {
        0 => "No card fits".to_owned(),
        1 => "1 card".to_owned(),
        count => format!("{count} cards"),
    };
    Ok(paging.answer(&head, &found, |(kind, card)| line(*kind, card)))
}

fn kinds(arguments: &Arguments) -> impl Iterator<Item = CardKind> {
    let wanted = arguments.text("kind").map(str::to_owned);
    KINDS
        .into_iter()
        .filter(move |kind| wanted.as_deref().is_none_or(|wanted| wanted == kind.as_str()))
}

fn line(kind: CardKind, card: &FlowCard) -> String {
    let owner = quoted_to(card.owner_name().unwrap_or_default(), 60);
    let title = quoted_to(card.title.label().unwrap_or_default(), TITLE);
    format!("{} · {owner} · {title} · {}", kind.as_str(), id_text(&card.id()))
}

/// Ids of cards are longer than other words.
fn id_text(id: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.:".contains(letter);
    let is_id = !id.is_empty() && id.len() <= 160 && id.chars().all(is_plain);
    if is_id { id.to_owned() } else { quoted_to(id, 160) }
}

/// The card that is meant, of the kind that is meant.
pub(crate) fn find_card<'c>(
    cards: &'c Cards,
    arguments: &Arguments,
) -> Outcome<(CardKind, &'c FlowCard)> {
    let wanted = arguments.text("card").unwrap_or_default();
    let mut found = kinds(arguments).filter_map(|kind| Some((kind, cards.card(kind, wanted)?)));
    match (found.next(), found.next()) {
        (Some(card), None) => Ok(card),
        (Some(_), Some(_)) => {
            Err(Refused::new("Cards of several kinds have this id: give `kind`."))
        }
        (None, _) => Err(Refused::new(format!(
            "There is no card {}. Search with `q`; ids are as the search shows them.",
            quoted(wanted)
        ))),
    }
}

/// One card: its arguments, and what it gives.
pub(crate) fn describe(kind: CardKind, card: &FlowCard) -> Answer {
    let mut lines = vec![line(kind, card)];
    lines.extend(card.hint.label().map(|hint| format!("hint: {}", quoted(hint))));
    for argument in card.args.get().into_iter().flatten() {
        lines.push(argument_line(argument));
    }
    if card.args.get().is_none_or(Vec::is_empty) {
        lines.push("no arguments".to_owned());
    }
    if card.takes_droptoken() {
        lines.push("takes a token: droptoken".to_owned());
    }
    for token in card_tokens(card) {
        let title = quoted_to(token.title.label().unwrap_or_default(), 60);
        let kind = word(token.kind.text().unwrap_or("value"));
        lines.push(format!(
            "gives: {} · {kind} · {title}",
            word(token.id.text().unwrap_or_default())
        ));
    }
    Answer::text(fitted(lines.join("\n"), USUAL_TOKENS))
}

fn argument_line(argument: &CardArgument) -> String {
    let kind = argument.kind.text().unwrap_or("value");
    let mut parts =
        vec![format!("argument: {}", word(argument.name.text().unwrap_or_default())), word(kind)];
    let number =
        |name: &str, value: Option<&serde_json::Number>| value.map(|one| format!("{name} {one}"));
    let range = [
        number("from", argument.min.get()),
        number("to", argument.max.get()),
        number("step", argument.step.get()),
    ];
    parts.extend(range.into_iter().flatten());
    if let Some(values) = argument.values.get().filter(|values| !values.is_empty()) {
        let choice = |choice: &Choice| word(&choice.id);
        let choices: Vec<_> = values.iter().take(CHOICES).map(choice).collect();
        parts.push(format!("one of {}", choices.join(" ")));
    }
    if kind == "autocomplete" {
        parts.push("give `argument` for its choices".to_owned());
    }
    if !argument.is_required() {
        parts.push("optional".to_owned());
    }
    parts.join(" · ")
}

/// The choices of an argument, each as the whole object that a flow stores.
pub(crate) fn choices(choices: &Value, arguments: &Arguments) -> Answer {
    let limit = arguments.get("limit").and_then(Value::as_u64).unwrap_or(USUAL);
    let all: Vec<&Value> = choices.as_array().into_iter().flatten().collect();
    let mut text = format!("{} choices; store the object as it is", all.len());
    for choice in all.iter().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
        // JSON escapes quotes and control characters; what is invisible goes.
        let line = crate::quote::visible_json(choice);
        if tokens(&text) + tokens(&line) > MOST_TOKENS - 100 {
            text += "\nmore: narrow it with `q`";
            break;
        }
        text.push('\n');
        text.push_str(&line);
    }
    Answer::text(text)
}
