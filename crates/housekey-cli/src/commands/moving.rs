//! Flows that are made in a home from elsewhere: shown, confirmed and made.

use std::collections::BTreeSet;

use housekey_backup::card::{self, Slot};
use housekey_backup::graph::ItemRef;
use housekey_backup::heal::{Match, WhyUnmatched};
use housekey_backup::plan::{Action, Step};
use housekey_backup::secrets::Secrets;
use housekey_backup::transfer::{Transfer, TransferFault, Trouble};
use housekey_backup::words::{Words, outline_word};
use housekey_backup::{Home, Part, label};
use serde_json::{Value, json};

use super::apply::{self, Made};
use super::backup::home_files::Now;
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::prompt::Sure;

/// Flows on their way into a home.
pub(super) struct Moving<'a> {
    pub(super) from: &'a Home,
    /// Puts the flows of `from` into words.
    pub(super) words: Words<'a>,
    pub(super) to: &'a Home,
    pub(super) transfer: Transfer,
}

impl Moving<'_> {
    /// Shows what would be made, and makes it, once it is confirmed where there is a `sure`.
    ///
    /// # Errors
    /// Found, where something will not work as it did.
    pub(super) async fn run(
        &self,
        now: &Now,
        secrets: &Secrets,
        sure: Option<&Sure>,
        (target, context): (&Target, &Context),
    ) -> Outcome {
        if !context.out.is_json() {
            context.out.text(&self.text())?;
        }
        let mut record = self.record();
        let plan = &self.transfer.plan;
        let mut is_kept = true;
        if !plan.steps.is_empty() && !target.dry_run.is_given() {
            if let Some(sure) = sure {
                apply::agree(plan, sure, target)?;
            }
            let Made { applied, name } =
                apply::made(plan, now, secrets, None, target, context).await?;
            apply::report(&applied, Some(&name), target, context);
            is_kept = applied.differing.is_empty();
            if let (Value::Object(record), Value::Object(done)) =
                (&mut record, apply::record(&applied, Some(&name)))
            {
                record.extend(done);
            }
        }
        if context.out.is_json() {
            context.out.json(&record)?;
        }
        match self.transfer.faults.is_empty() && is_kept {
            true => Ok(()),
            false => Err(Failure::found()),
        }
    }

    fn text(&self) -> String {
        let mut sections: Vec<Vec<String>> = Vec::new();
        let mut section = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                sections.push([vec![title.to_owned()], lines].concat());
            }
        };
        let devices = self.transfer.devices.iter().map(|one| {
            let new = label::item(self.to, &ItemRef::new(Part::Devices, &one.new));
            format!("  {} → {new}  {}: {}", one.path, one.rule.strength(), one.rule.reason())
        });
        section("Devices:", devices.collect());
        let missing = self.missing();
        let missing = missing.iter().map(|item| format!("  {}", self.missing_text(item)));
        section("Not there:", missing.collect());
        let steps = self.transfer.plan.steps.iter().flat_map(|step| {
            let faults = self.faults(step).map(|fault| format!("    ! {}", self.fault_text(fault)));
            let sign = if matches!(step.action, Action::Create { .. }) { '+' } else { '~' };
            [format!("  {sign} {} {}", step.part.item(), step.path)].into_iter().chain(faults)
        });
        section("Changes:", steps.collect());
        sections.push(vec![self.summary()]);
        sections.iter().map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>().join("\n")
    }

    fn summary(&self) -> String {
        let steps = &self.transfer.plan.steps;
        let is_new = |step: &Step| matches!(step.action, Action::Create { .. });
        let flows = steps.iter().filter(|step| is_flow(step.part) && is_new(step)).count();
        let faulty: BTreeSet<&ItemRef> =
            self.transfer.faults.iter().map(|fault| &fault.flow).collect();
        let mut text = match flows {
            1 => "1 flow to make".to_owned(),
            flows => format!("{flows} flows to make"),
        };
        match faulty.len() {
            0 => {}
            faulty => text += &format!(", {faulty} of which will not work as they are"),
        }
        match self.transfer.present.len() {
            0 => {}
            present => text += &format!("; {present} there already"),
        }
        match steps.iter().filter(|step| !is_new(step)).count() {
            0 => {}
            completed => text += &format!(", {completed} of which get what was missing"),
        }
        text
    }

    /// What the flows need and the home lacks.
    fn missing(&self) -> BTreeSet<&ItemRef> {
        let missing = self.transfer.faults.iter().filter_map(|fault| match &fault.trouble {
            Trouble::Missing(item) => Some(item),
            _ => None,
        });
        missing.collect()
    }

    fn missing_text(&self, item: &ItemRef) -> String {
        let name = format!("{} {}", item.part.item(), label::item(self.from, item));
        let uses: BTreeSet<&ItemRef> = self
            .transfer
            .faults
            .iter()
            .filter(|fault| fault.trouble == Trouble::Missing(item.clone()))
            .map(|fault| &fault.flow)
            .collect();
        let uses = match uses.len() {
            1 => "one flow uses it".to_owned(),
            count => format!("{count} flows use it"),
        };
        let advice = match item.part {
            Part::Apps => "; install it first",
            Part::Devices => match self.why(item) {
                Some(WhyUnmatched::Several(_) | WhyUnmatched::Shared(_)) => {
                    "; several fit, choose one with --map"
                }
                _ => "; add it first, or choose one with --map",
            },
            _ => "",
        };
        format!("{name}: {uses}{advice}")
    }

    fn why(&self, item: &ItemRef) -> Option<&WhyUnmatched> {
        let found = self.transfer.missing_devices.iter().find(|one| one.old == item.id);
        found.map(|one| &one.why)
    }

    fn faults<'s>(&'s self, step: &'s Step) -> impl Iterator<Item = &'s TransferFault> + 's {
        let is_of =
            |fault: &&TransferFault| fault.flow.part == step.part && fault.flow.id == step.id;
        self.transfer.faults.iter().filter(is_of)
    }

    fn fault_text(&self, fault: &TransferFault) -> String {
        let card = self.card(&fault.flow, &fault.slot).unwrap_or_default();
        format!("{card}: {}", self.trouble(&fault.trouble))
    }

    fn trouble(&self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::Missing(item) => {
                format!("the {} {} is not there", item.part.item(), label::item(self.from, item))
            }
            Trouble::NoCard(id) => format!("there is no card {id}"),
            Trouble::Secret => "the secret in it was left out".to_owned(),
            Trouble::Chosen(argument) => format!("choose `{argument}` again"),
        }
    }

    /// A card in words.
    fn card(&self, flow: &ItemRef, slot: &Slot) -> Option<String> {
        let flow = self.from.item(flow.part, &flow.id)?;
        let card = card::cards(flow).into_iter().find(|card| card.slot == *slot)?;
        Some(format!("{}: {}", outline_word(&card), self.words.card(flow, &card)))
    }

    fn record(&self) -> Value {
        let device = |one: &Match| json!({ "old": one.old, "name": one.path, "new": one.new, "rule": one.rule.as_str(), "strength": one.rule.strength() });
        let missing = |item: &&ItemRef| json!({ "kind": item.part.item(), "id": item.id, "name": label::item(self.from, item) });
        let fault = |fault: &TransferFault| json!({ "card": self.card(&fault.flow, &fault.slot), "why": self.trouble(&fault.trouble) });
        let step = |step: &Step| {
            let faults: Value = self.faults(step).map(fault).collect();
            json!({ "part": step.part.name(), "id": step.id, "path": step.path, "faults": faults })
        };
        let present = |item: &ItemRef| json!(label::item(self.from, item));
        json!({
            "devices": self.transfer.devices.iter().map(device).collect::<Value>(),
            "missing": self.missing().iter().map(missing).collect::<Value>(),
            "steps": self.transfer.plan.steps.iter().map(step).collect::<Value>(),
            "present": self.transfer.present.iter().map(present).collect::<Value>(),
        })
    }
}

fn is_flow(part: Part) -> bool {
    matches!(part, Part::Flows | Part::AdvancedFlows)
}
