//! An apply under way: what is done with each item.

use std::collections::BTreeSet;

use housekey::{Error, Homey};
use serde_json::Value;

use super::error::ApplyError;
use super::journal::{Entry, Journal};
use super::write;
use crate::plan::{Action, Ids, Noted, Plan, Step, names_any, translated, with_id};
use crate::secrets::{self, KnownSecrets, Secrets};
use crate::{Part, setup, writable};

/// What an apply has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Steps that are done.
    pub done: usize,
    /// Items that the Homey did not keep as they were written, with the fields that differ.
    pub differing: Vec<(Part, String, Vec<String>)>,
    /// Items that stay as they are, of a plan that leaves out what is refused.
    pub refused: Vec<Noted>,
    /// The ids that created items were given.
    pub ids: Ids,
}

/// A step that is done, for progress.
pub type Done<'a> = &'a (dyn Fn(&Step) + Sync);

/// The secrets of a home: those that stand for the marks of a plan, and what is known of where there are any.
#[derive(Debug, Clone, Copy)]
pub struct HomeSecrets<'a> {
    /// They replace the marks in what is written.
    pub values: &'a Secrets,
    /// With it, what is read is compared without its secrets.
    pub known: &'a KnownSecrets,
}

/// An apply under way.
pub(super) struct Run<'a> {
    pub(super) homey: &'a Homey,
    pub(super) secrets: HomeSecrets<'a>,
    pub(super) journal: &'a mut Journal,
    /// Whether flows are disabled until all of them are there.
    pub(super) disables: bool,
    /// Whether the other steps are made where one is refused.
    pub(super) skips_refused: bool,
    pub(super) ids: Ids,
    pub(super) applied: Applied,
}

impl Run<'_> {
    /// Creates or changes an item, a flow disabled. Returns its id, and the item as the Homey has it then.
    pub(super) async fn write_first(&mut self, step: &Step) -> Result<(String, Value), ApplyError> {
        match &step.action {
            Action::Create { after } => self.create(step, after).await,
            Action::Update { before, after } => {
                let present = self.unchanged(step, &step.id, before).await?;
                let wanted = self.final_form(step.part, after, &step.id);
                let first = self.first_form(step.part, wanted);
                let there = self.update(step, &step.id, present, &first).await?;
                Ok((step.id.clone(), there))
            }
            Action::Delete { .. } => Ok((step.id.clone(), Value::Null)),
        }
    }

    /// Writes the final form of an item: with the ids of what was created after it, and enabled. `before` is what
    /// the first write has left: a change of it since is a person's.
    pub(super) async fn write_last(
        &mut self,
        step: &Step,
        id: &str,
        before: &Value,
    ) -> Result<(), ApplyError> {
        let Some(after) = step.action.after() else { return Ok(()) };
        let wanted = self.final_form(step.part, after, id);
        let present = self.unchanged(step, id, before).await?;
        self.update(step, id, present, &wanted).await.map(drop)
    }

    /// What a step has come to; nothing where it is refused and the others are made all the same.
    pub(super) fn unless_refused<T>(
        &mut self,
        step: &Step,
        outcome: Result<T, ApplyError>,
    ) -> Result<Option<T>, ApplyError> {
        match outcome {
            Ok(done) => Ok(Some(done)),
            Err(error) if self.skips_refused && error.is_about_the_item() => {
                let Step { part, id, path, .. } = step.clone();
                self.applied.refused.push(Noted { part, id, path, why: error.why() });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Counts a step that is done.
    pub(super) fn is_done(&mut self, step: &Step, progress: Done<'_>) {
        progress(step);
        self.applied.done += 1;
    }

    /// An item that could not be changed, and so names the item of `step` still.
    pub(super) fn user<'p>(&self, plan: &'p Plan, step: &Step) -> Option<&'p Step> {
        let id = BTreeSet::from([step.id.as_str()]);
        plan.steps.iter().find(|other| {
            let is_other = |refused: &Noted| (refused.part, &refused.id) == (other.part, &other.id);
            matches!(&other.action, Action::Update { before, .. } if names_any(before, &id))
                && self.applied.refused.iter().any(is_other)
        })
    }

    async fn create(&mut self, step: &Step, after: &Value) -> Result<(String, Value), ApplyError> {
        let part = step.part;
        let wanted = self.first_form(part, self.final_form(part, after, &step.id));
        let body =
            secrets::restored(&wanted, None, self.secrets.values).ok_or_else(|| secret(step))?;
        self.begin(step, &wanted)?;
        let before = write::list(self.homey, part).await.map_err(|error| failed(step, error))?;
        let id = match write::create(self.homey, part, &body).await {
            Ok(Some(id)) => id,
            Ok(None) => return Err(ApplyError::NoId { part, path: step.path.clone() }),
            // The answer may be lost and the item there: made again, it would be there twice.
            Err(error) => match self.created_meanwhile(part, &body, &before).await {
                Some(id) => id,
                None => return Err(failed(step, error)),
            },
        };
        self.ids.insert(step.id.clone(), id.clone());
        self.done(step, &id)?;
        let there = self.compare(step, &id, &body).await?;
        Ok((id, there))
    }

    /// The item that is like `body` and was not there before.
    async fn created_meanwhile(
        &self,
        part: Part,
        body: &Value,
        before: &BTreeSet<String>,
    ) -> Option<String> {
        let items = write::items(self.homey, part).await.ok()?;
        let is_it = |(id, item): &(&String, &Value)| {
            !before.contains(*id)
                && writable::changes(part, body, &setup::of(part, id, item), true).is_empty()
        };
        items.iter().find(is_it).map(|(id, _)| id.clone())
    }

    /// Writes what of an item differs, and returns it as the Homey has it then.
    async fn update(
        &mut self,
        step: &Step,
        id: &str,
        present: Value,
        wanted: &Value,
    ) -> Result<Value, ApplyError> {
        let part = step.part;
        let wanted = secrets::restored(wanted, Some(&present), self.secrets.values)
            .ok_or_else(|| secret(step))?;
        let changes = writable::changes(part, &wanted, &present, true);
        if changes.is_empty() {
            return Ok(present);
        }
        self.begin(step, &wanted)?;
        if let Err(error) = write::update(self.homey, part, id, &wanted, &changes).await {
            // The answer may be lost and the change made.
            let there = self.read(step, id).await;
            if !there.is_ok_and(|there| writable::changes(part, &wanted, &there, true).is_empty()) {
                return Err(failed(step, error));
            }
        }
        self.done(step, id)?;
        self.compare(step, id, &wanted).await
    }

    pub(super) async fn delete(&mut self, step: &Step) -> Result<(), ApplyError> {
        let Action::Delete { before } = &step.action else { return Ok(()) };
        self.unchanged(step, &step.id, before).await?;
        self.begin(step, &Value::Null)?;
        write::delete(self.homey, step.part, &step.id)
            .await
            .map_err(|error| failed(step, error))?;
        self.done(step, &step.id)
    }

    /// The item as it is, if it is still like `before`, which may have its secrets or not.
    async fn unchanged(&self, step: &Step, id: &str, before: &Value) -> Result<Value, ApplyError> {
        let present = self.read(step, id).await?;
        match self.hash(step, id, &present) == self.hash(step, id, before) {
            true => Ok(present),
            false => Err(ApplyError::Stale { part: step.part, path: step.path.clone() }),
        }
    }

    async fn read(&self, step: &Step, id: &str) -> Result<Value, ApplyError> {
        let item =
            write::read(self.homey, step.part, id).await.map_err(|error| failed(step, error))?;
        Ok(setup::of(step.part, id, &item))
    }

    /// Notes the fields that the Homey did not keep as they were written.
    async fn compare(
        &mut self,
        step: &Step,
        id: &str,
        wanted: &Value,
    ) -> Result<Value, ApplyError> {
        let there = self.read(step, id).await?;
        let lost = writable::changes(step.part, wanted, &there, true);
        if !lost.is_empty() {
            let fields = lost.into_iter().map(|(field, _)| field).collect();
            self.applied.differing.push((step.part, step.path.clone(), fields));
        }
        Ok(there)
    }

    /// Notes that an item is about to become like `wanted`.
    fn begin(&mut self, step: &Step, wanted: &Value) -> Result<(), ApplyError> {
        let (part, id) = (step.part, step.id.clone());
        let hash = self.hash(step, &id, wanted);
        Ok(self.journal.add(&Entry::Begin { part, id, hash })?)
    }

    fn done(&mut self, step: &Step, id: &str) -> Result<(), ApplyError> {
        Ok(self.journal.add(&Entry::Done { step: step.clone(), id: id.to_owned() })?)
    }

    /// The digest of an item without its secrets.
    fn hash(&self, step: &Step, id: &str, item: &Value) -> String {
        let mut item = item.clone();
        secrets::redact(step.part, id, &mut item, self.secrets.known, &mut Secrets::new());
        writable::base_hash(step.part, &item)
    }

    /// An item as it is first written: a flow disabled, where that is needed.
    fn first_form(&self, part: Part, mut item: Value) -> Value {
        if self.disables
            && is_flow(part)
            && let Value::Object(fields) = &mut item
        {
            fields.insert("enabled".to_owned(), false.into());
        }
        item
    }

    /// The set-up of an item in the end: with the ids that are known by now, and a flow enabled unless it says
    /// otherwise.
    fn final_form(&self, part: Part, after: &Value, id: &str) -> Value {
        let mut item = with_id(&translated(after, &self.ids), id);
        if is_enabled_flow(part, after) {
            item["enabled"] = true.into();
        }
        item
    }
}

fn is_flow(part: Part) -> bool {
    matches!(part, Part::Flows | Part::AdvancedFlows)
}

/// Whether it is a flow that is enabled in the end; a new one is, unless its file says otherwise.
pub(super) fn is_enabled_flow(part: Part, item: &Value) -> bool {
    is_flow(part) && item["enabled"] != false
}

pub(super) fn without_id(item: &Value) -> Value {
    match item {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| *key != "id");
            Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        item => item.clone(),
    }
}

fn failed(step: &Step, error: Error) -> ApplyError {
    ApplyError::Write { part: step.part, path: step.path.clone(), source: Box::new(error) }
}

fn secret(step: &Step) -> ApplyError {
    ApplyError::Secret { part: step.part, path: step.path.clone() }
}
