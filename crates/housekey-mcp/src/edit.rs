//! What an edit would change, as a plan of `housekey-backup`, and what of it needs a person.

mod change;
mod flow;

use std::collections::BTreeSet;

use housekey_backup::diff::{self, FieldChange};
use housekey_backup::graph::{EdgeTarget, Graph, ItemRef};
use housekey_backup::plan::{Action, Plan, Step};
use housekey_backup::{Home, Part, setup};
use serde_json::{Value, json};

pub(crate) use self::change::{change, parts_of};
pub(crate) use self::flow::{enable, save};
use crate::guard::Guarded;
use crate::quote::{quoted, quoted_to, short_id};
use crate::read::FlowFacts;
use crate::view::View;

/// The most flows that are named behind an item.
const FLOWS: usize = 5;

/// What an edit is made of.
pub(crate) struct EditInput<'e> {
    pub(crate) view: &'e View,
    pub(crate) facts: &'e FlowFacts,
    /// The set-up of the parts that are edited, as the Homey has them now, without its secrets.
    pub(crate) setups: &'e Home,
    pub(crate) guard: &'e Guarded,
}

/// An edit that is ready to be made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edit {
    pub(crate) plan: Plan,
    /// What it does, a line for each step and what it touches.
    pub(crate) lines: Vec<String>,
    /// What of it needs a person.
    pub(crate) guarded: BTreeSet<String>,
}

impl Edit {
    /// A digest of what it was made from and of what it makes, without values of variables that change meanwhile.
    pub(crate) fn fingerprint(&self) -> String {
        let steps: Vec<_> = self.plan.steps.iter().map(fingerprint).collect();
        setup::hash(&steps.into())
    }

    fn add(&mut self, step: Step, line: String) {
        self.plan.is_independent = true;
        self.plan.steps.push(step);
        self.lines.push(line);
    }

    /// Adds the change of an item; nothing where it is so already.
    fn update(&mut self, facts: &FlowFacts, item: &ItemRef, before: &Value, after: Value) {
        let fields = diff::fields(before, &after);
        if fields.is_empty() {
            return;
        }
        let fields: Vec<_> = fields.iter().take(12).map(field).collect();
        let line = format!("change {}: {}", named(facts, item), fields.join("; "));
        let action = Action::Update { before: before.clone(), after };
        self.add(step(facts, item, action), line);
    }
}

fn fingerprint(step: &Step) -> Value {
    let mut action = serde_json::to_value(&step.action).unwrap_or_default();
    if step.part == Part::Variables
        && let Some(update) = action.get_mut("update")
    {
        let value = update["after"]["value"].clone();
        let is_set = value != update["before"]["value"];
        update["before"]["value"] = Value::Null;
        update["after"]["value"] = if is_set { value } else { Value::Null };
    }
    json!([step.part.name(), step.id, action])
}

fn step(facts: &FlowFacts, item: &ItemRef, action: Action) -> Step {
    let path = facts.home.path(item.part, &item.id);
    Step { part: item.part, id: item.id.clone(), path, action }
}

/// `zone "Home" / "Kitchen" · e98fe6a3`.
fn named(facts: &FlowFacts, item: &ItemRef) -> String {
    format!("{} {} · {}", item.part.item(), facts.label(item), short_id(&item.id))
}

/// `name "Lamp" → "Desk lamp"`.
fn field(FieldChange { place, before, after }: &FieldChange) -> String {
    let shown = |value: &Option<Value>| match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => quoted_to(text, 80),
        Some(value) => quoted_to(&value.to_string(), 80),
    };
    format!("{} {} → {}", crate::quote::word(place), shown(before), shown(after))
}

/// The flows that use an item, as a line below its change.
fn users(facts: &FlowFacts, item: &ItemRef) -> Option<String> {
    let graph = Graph::of(&facts.home);
    let is_it = |target: &EdgeTarget| target.item().as_ref() == Some(item);
    let flows: BTreeSet<_> = graph
        .edges()
        .iter()
        .filter(|edge| is_it(&edge.to) && edge.from != *item)
        .filter(|edge| matches!(edge.from.part, Part::Flows | Part::AdvancedFlows))
        .map(|edge| edge.from.clone())
        .collect();
    if flows.is_empty() {
        return None;
    }
    let count =
        if flows.len() == 1 { "1 flow".to_owned() } else { format!("{} flows", flows.len()) };
    let names: Vec<_> = flows.iter().take(FLOWS).map(|flow| facts.flow_name(flow)).collect();
    let more = if flows.len() > FLOWS { " and more" } else { "" };
    Some(format!("  used by {count}: {}{more}", names.join(", ")))
}

/// A text of the client in a refusal.
fn given(text: &str) -> String {
    quoted(text)
}
