//! `homey_change`, `homey_flow_save`, `homey_flow_enable`: planned, kept as they were, made, read again.

use std::collections::BTreeSet;

use housekey_backup::apply::{self, Applied, HomeSecrets, Journal};
use housekey_backup::{Part, Snapshot, read};
use serde_json::Map;
use tokio::time::timeout;

use super::intent::{Act, Call, Intent, Present, ReadyEdit, WRITE};
use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::backups::Backups;
use crate::edit::{self, Edit, EditInput};
use crate::homes::HomeState;
use crate::lines::{USUAL_TOKENS, fitted};
use crate::quote::{quoted, word};
use crate::server::plans::StoredPlan;
use crate::server::state::Server;
use crate::view::View;

impl Server {
    pub(super) async fn edit_intent(
        &self,
        home: &HomeState,
        view: &View,
        call: &Call<'_>,
    ) -> Outcome<Intent> {
        self.backups()?;
        if call.tool.name == "homey_flow_enable" {
            let (edit, present) = self.derive(home, view, call.tool.name, call.arguments).await?;
            if edit.plan.steps.is_empty() {
                return Ok(Intent::said(Answer::text("unchanged: it is so already")));
            }
            return Ok(intent(edit, present, None));
        }
        let of = format!("{} {} {}", self.grant.who, home.source.name, call.tool.name);
        let Some(id) = call.arguments.text("plan") else {
            let (edit, _) = self.derive(home, view, call.tool.name, call.arguments).await?;
            if edit.plan.steps.is_empty() {
                return Ok(Intent::said(Answer::text("Nothing to change: it is so already.")));
            }
            let arguments = call.arguments.all().clone();
            let plan = StoredPlan { of, arguments, fingerprint: edit.fingerprint() };
            let id = self.plans.keep(plan);
            return Ok(Intent::said(shown(&edit, &id)));
        };
        let stored = self
            .plans
            .get(id, &of)
            .ok_or_else(|| stale("there is no such plan, or it is older than 10 minutes"))?;
        let others: Map<_, _> = call
            .arguments
            .all()
            .iter()
            .filter(|(key, _)| *key != "plan")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !others.is_empty() && others != stored.arguments {
            return Err(Refused::new(
                "The other arguments are not those of the plan. Send `plan` alone, or leave it out for a new one.",
            ));
        }
        let arguments = Arguments::of(call.tool, stored.arguments)?;
        let derived = self.derive(home, view, call.tool.name, &arguments).await;
        let (edit, present) = derived.map_err(|Refused(why)| stale(&why))?;
        if edit.fingerprint() != stored.fingerprint {
            return Err(stale("the home was changed since it was made"));
        }
        Ok(intent(edit, present, Some(id.to_owned())))
    }

    /// The edit that a call is about, from the home as it is now.
    async fn derive(
        &self,
        home: &HomeState,
        view: &View,
        tool: &str,
        arguments: &Arguments,
    ) -> Outcome<(Edit, Present)> {
        let facts = home.facts(view).await?;
        let parts = match tool {
            "homey_change" => edit::parts_of(arguments),
            _ => BTreeSet::from([Part::Flows, Part::AdvancedFlows]),
        };
        let parts: Vec<_> = parts.into_iter().collect();
        let present = self.present(home, &parts).await?;
        let setups = &present.snapshot.home;
        let input = EditInput { view, facts: &facts, setups, guard: &self.options.guarded };
        let edit = match tool {
            "homey_change" => edit::change(&input, arguments),
            "homey_flow_save" => edit::save(&input, arguments),
            _ => edit::enable(&input, arguments),
        }?;
        Ok((edit, present))
    }

    /// Parts of a home as the Homey has them now, without their secrets.
    pub(super) async fn present(&self, home: &HomeState, parts: &[Part]) -> Outcome<Present> {
        let (homey, title) = (&home.source.homey, &home.source.title);
        let read = async {
            let home = read::parts(homey, title, parts, |_| ()).await?;
            let known = read::known_secrets(homey, &home).await?;
            Ok::<_, housekey::Error>((home, known))
        };
        let (home, known) = match timeout(WRITE, read).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) => {
                let why = quoted(&error.to_string());
                return Err(Refused::new(format!("The home cannot be read: {why}.")));
            }
            Err(_) => return Err(Refused::new("The home was not read within 20 s. Try again.")),
        };
        let (snapshot, secrets) = Snapshot::of(&home, &known, self.clock.now());
        Ok(Present { snapshot, secrets, known })
    }

    pub(super) fn backups(&self) -> Outcome<Backups<'_>> {
        let state = self.options.state.as_deref();
        state.map(Backups).ok_or_else(|| {
            Refused::new("Nothing can be edited here: there is no place for backups.")
        })
    }

    pub(super) async fn edit(&self, home: &HomeState, ready: ReadyEdit) -> Outcome {
        let ReadyEdit { edit, present, plan } = ready;
        if plan.is_some_and(|plan| !self.plans.take(&plan)) {
            return Err(stale("it was used already"));
        }
        for step in &edit.plan.steps {
            self.take(&step.id)?;
        }
        let backups = self.backups()?;
        let backup = backups.keep(&present.snapshot)?;
        let homey = present.snapshot.home.about.id.as_deref();
        let journal = Journal::start(&backups.journals(), self.clock.now(), homey, &edit.plan);
        let mut journal = journal.map_err(|error| {
            tracing::warn!(%error, "an edit has no journal");
            Refused::new("Nothing was changed: the journal cannot be written.")
        })?;
        let name = journal.name();
        let secrets = HomeSecrets { values: &present.secrets, known: &present.known };
        let homey = &home.source.homey;
        let applied = apply::apply(&edit.plan, homey, secrets, &mut journal, &|_| {}).await;
        home.forget_others().await;
        let applied = applied.map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let cause = cause.map(|cause| format!(" ({})", quoted(&cause))).unwrap_or_default();
            Refused::new(format!(
                "Not all of it was done: {}{cause}. As it was before: backup {backup}.",
                quoted(&error.to_string())
            ))
        })?;
        if let Err(error) = journal.finish() {
            tracing::warn!(%error, "a journal has no end");
        }
        Ok(done(&edit, &applied, &backup, &name))
    }
}

fn intent(edit: Edit, present: Present, plan: Option<String>) -> Intent {
    let text = edit.lines.join("; ");
    let guarded = edit.guarded.iter().cloned().collect();
    Intent { text, guarded, act: Act::Edit(Box::new(ReadyEdit { edit, present, plan })) }
}

fn stale(why: &str) -> Refused {
    Refused::new(format!("stale plan: {why}. Call without `plan` for a new one."))
}

/// What a plan would do, and how to have it made.
fn shown(edit: &Edit, id: &str) -> Answer {
    let mut text = fitted(edit.lines.join("\n"), USUAL_TOKENS);
    if !edit.guarded.is_empty() {
        let guarded: Vec<_> = edit.guarded.iter().cloned().collect();
        text += &format!("\nthe user will have to agree: {}", guarded.join(", "));
    }
    text += &format!(
        "\nNothing is changed yet. Call again with plan \"{id}\" alone within 10 minutes."
    );
    Answer::text(text).with("plan", id)
}

fn done(edit: &Edit, applied: &Applied, backup: &str, journal: &str) -> Answer {
    let lines: Vec<_> = edit.lines.iter().filter(|line| !line.starts_with(' ')).collect();
    let mut text: Vec<String> = lines.iter().map(|line| format!("done: {line}")).collect();
    for (part, path, fields) in &applied.differing {
        let fields: Vec<_> = fields.iter().map(|field| word(field)).collect();
        let fields = fields.join(", ");
        text.push(format!("not confirmed: {} {} differs in {fields}", part.item(), quoted(path)));
    }
    for (of_plan, id) in &applied.ids {
        let step = edit.plan.steps.iter().find(|step| step.id == *of_plan);
        text.extend(step.map(|step| {
            format!("the {} {} is {}", step.part.item(), quoted(&step.path), word(id))
        }));
    }
    text.push(format!(
        "as it was before: backup {backup}; the user can undo it with `housekey apply --undo {journal}`"
    ));
    Answer::text(fitted(text.join("\n"), USUAL_TOKENS)).with("backup", backup)
}
