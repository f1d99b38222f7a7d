//! `homey_flow_get`.

use housekey_backup::graph::ItemRef;
use housekey_backup::secrets::KnownSecrets;
use housekey_backup::words::OutlineLine;
use serde_json::Value;

use super::facts::FlowFacts;
use super::flows::{is_broken, is_enabled, kind};
use super::secret_free::{in_words, secret_free};
use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::lines::{MOST_TOKENS, USUAL_TOKENS, fitted, tokens};
use crate::quote::{quoted, quoted_to};

/// The most letters of a card in an outline.
const CARD: usize = 240;

pub(crate) fn flow(facts: &FlowFacts, arguments: &Arguments) -> Outcome<Answer> {
    let (item, flow) = facts.find_flow(arguments.text("flow").unwrap_or_default())?;
    let flow = secret_free(item.part, &item.id, flow, &KnownSecrets::default());
    match arguments.text("format") {
        Some("json") => json(facts, &item, &flow),
        _ => Ok(Answer::text(fitted(outline(facts, &item, &flow), USUAL_TOKENS))),
    }
}

/// The flow in words. Cards are texts of the home and of apps, so each stands in quotes.
fn outline(facts: &FlowFacts, item: &ItemRef, flow: &Value) -> String {
    let mut lines = vec![head(facts, item, flow)];
    let words = in_words(flow.clone());
    let outline = facts.words().outline(&words);
    if outline.is_empty() {
        lines.push("It has no cards.".to_owned());
    }
    lines.extend(outline.iter().map(line));
    lines.join("\n")
}

/// `"Evening" / "Good night" · standard · on · f1e2d3c4-…`.
fn head(facts: &FlowFacts, item: &ItemRef, flow: &Value) -> String {
    let state = if is_enabled(flow) { "on" } else { "off" };
    let stored = facts.home.item(item.part, &item.id).unwrap_or(&Value::Null);
    let broken = if is_broken(stored) { " · broken: see homey_flow_audit" } else { "" };
    let id = crate::quote::word(&item.id);
    format!("{} · {} · {state}{broken} · {id}", facts.label(item), kind(item))
}

fn line(line: &OutlineLine) -> String {
    let lead = if line.lead.is_empty() { "and" } else { line.lead };
    format!("{}{lead} {}", "  ".repeat(line.depth.min(20)), quoted_to(&line.text, CARD))
}

fn json(facts: &FlowFacts, item: &ItemRef, flow: &Value) -> Outcome<Answer> {
    let text = format!("{}\n{flow}", head(facts, item, flow));
    let size = tokens(&text);
    if size > MOST_TOKENS {
        return Err(Refused::new(format!(
            "The JSON of {} is about {size} tokens, more than the {MOST_TOKENS} of an answer. Read its outline.",
            quoted(facts.home.name(item.part, &item.id))
        )));
    }
    Ok(Answer::text(text))
}
