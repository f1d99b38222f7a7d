//! `housekey apply`.

use std::path::PathBuf;

use housekey_backup::apply::{self, Applied, ApplyError, HomeSecrets, Journal};
use housekey_backup::archive;
use housekey_backup::plan::{Noted, Plan, Winner};
use housekey_backup::secrets::Secrets;
use serde_json::{Value, json};

use super::backup::home_files::{self, Now};
use super::plan::files::{Planned, Tree, journals};
use super::plan::{Choices, shown};
use crate::context::{Context, Purpose, Target};
use crate::dry_run::DryRun;
use crate::error::{Exit, Failure, Outcome};
use crate::output::steps::Mark;
use crate::prompt;

/// More deletions than this want `--yes`, also at a prompt.
const DELETES_WITHOUT_YES: usize = 10;

/// Change the home so that it is as its files say
///
/// Makes the changes that `housekey plan` shows, after a question, and after a backup. Each item is read
/// before and after it is written. Flows are written disabled and enabled at the end. When it is cut off, run
/// it again: it goes on where it was. --undo makes the home as it was before an apply.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey apply home
  housekey apply home --yes --prune
  housekey apply evening.hkplan --yes
  housekey apply --undo last")]
pub(crate) struct Args {
    /// The directory or archive of `housekey backup create`, or a plan of `housekey plan --out`
    #[arg(value_name = "DIR|PLAN", required_unless_present = "undo", conflicts_with = "undo")]
    from: Option<PathBuf>,
    #[command(flatten)]
    sure: prompt::Sure,
    /// Undo an apply, by the name that it printed, or the `last` one
    #[arg(long, value_name = "NAME")]
    undo: Option<String>,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let planned = match (&args.from, &args.undo) {
        (Some(from), _) if from.is_file() && !archive::is_archive(from) => {
            Planned::from_saved(from, &target, context).await?
        }
        (Some(from), _) => {
            Planned::from_backup(from, args.choices.options(), &target, context).await?
        }
        (None, undo) => {
            let name = undo.as_deref().unwrap_or("last");
            undoing(name, args.choices.options().winner, &target, context).await?
        }
    };
    carry_out(planned, &args.sure, &target, context).await
}

/// Shows a plan, and makes its changes after a question.
pub(super) async fn carry_out(
    planned: Planned,
    sure: &prompt::Sure,
    target: &Target,
    context: &Context,
) -> Outcome {
    if !context.out.is_json() {
        context.out.text(&shown::text(&planned.plan, &planned.now.snapshot.home))?;
    }
    if !planned.plan.conflicts.is_empty() {
        return Err(Failure::failed(match planned.plan.conflicts.len() {
            1 => "one item was changed on both sides".to_owned(),
            count => format!("{count} items were changed on both sides"),
        })
        .hint(match planned.undoes.is_some() {
            true => "nothing was changed; --ours undoes that too, --theirs leaves it as it is",
            false => "nothing was changed; --ours lets the files win, --theirs the Homey",
        }));
    }
    if target.dry_run.is_given() {
        return match context.out.is_json() {
            true => context.out.json(&shown::record(&planned.plan)),
            false => Ok(()),
        };
    }
    match (planned.plan.steps.is_empty(), planned.plan.ids.is_empty()) {
        (true, true) => return end(&Applied::default(), None, target, context),
        // The files alone are brought up to date.
        (true, false) => {}
        (false, _) => agree(&planned.plan, sure, target)?,
    }
    let Planned { plan, now, secrets, tree, undoes } = planned;
    // Its own journal is the last one by now.
    let go_on = |failure: Failure| match &undoes {
        Some(name) if failure.exit() == Exit::Failed => {
            failure.hint(format!("`housekey apply --undo {name}` goes on"))
        }
        _ => failure,
    };
    let made = made(&plan, &now, &secrets, tree, target, context).await;
    let Made { applied, name } = made.map_err(go_on)?;
    let is_changed = applied.done > 0;
    end(&applied, is_changed.then_some(&*name), target, context).map_err(go_on)
}

/// The plan that undoes an apply.
async fn undoing(
    name: &str,
    winner: Winner,
    target: &Target,
    context: &Context,
) -> Outcome<Planned> {
    let all = apply::journals(&journals(context)).map_err(home_files::journal_failure)?;
    let found = match name {
        "last" => all.last_key_value(),
        name => all.get_key_value(name),
    };
    let (name, entries) = found.ok_or_else(|| {
        Failure::usage(format!("there is no apply {name}")).hint(match all.last_key_value() {
            Some((last, _)) => format!("the last one is {last}"),
            None => "nothing was applied with this state directory".to_owned(),
        })
    })?;
    let now = home_files::now(target, context).await?;
    let plan = apply::undo(entries, &all, &now.snapshot, winner);
    let undoes = Some(name.clone());
    Ok(Planned { plan, secrets: now.secrets.clone(), now, tree: None, undoes })
}

/// Confirms the plan with the person at the terminal.
pub(super) fn agree(plan: &Plan, sure: &prompt::Sure, target: &Target) -> Outcome {
    let deletes = plan.deletes();
    if !sure.is_given() && deletes > DELETES_WITHOUT_YES {
        return Err(Failure::usage(format!("this would delete {deletes} items"))
            .hint("nothing was changed; --yes does it"));
    }
    let changes = match plan.steps.len() {
        1 => "this change".to_owned(),
        count => format!("these {count} changes"),
    };
    sure.check(&format!("Make {changes} on \"{}\"?", target.title))
}

/// Keeps the home as it is before it is changed.
fn keep(now: &Now, context: &Context) -> Outcome {
    let when = now.snapshot.when;
    let name = format!("before-apply-{}.tar.zst", when.strftime("%Y-%m-%dT%H%M%SZ"));
    let path = home_files::directory(context).join(name);
    let when_s = u64::try_from(when.as_second()).unwrap_or_default();
    archive::write(&path, &now.snapshot.files(), when_s)?;
    context.out.note(&format!("The home as it was is kept in {}", path.display()));
    Ok(())
}

/// An apply that is done.
pub(super) struct Made {
    pub(super) applied: Applied,
    /// The name by which it can be undone.
    pub(super) name: String,
}

/// Makes the changes of a plan, with a journal, after the home as it is was kept; and then brings the files up to
/// date that it was made from: what was created has other ids.
pub(super) async fn made(
    plan: &Plan,
    now: &Now,
    secrets: &Secrets,
    tree: Option<Tree>,
    target: &Target,
    context: &Context,
) -> Outcome<Made> {
    if !plan.steps.is_empty() {
        keep(now, context)?;
    }
    let homey = now.snapshot.home.about.id.as_deref();
    let mut journal = Journal::start(&journals(context), context.clock.now(), homey, plan)
        .map_err(home_files::journal_failure)?;
    let name = journal.name();
    let steps = context.out.steps();
    let bar = context.waiting.count("Changing the home", plan.steps.len());
    let home_secrets = HomeSecrets { values: secrets, known: &now.known };
    let applied = apply::apply(plan, &target.homey, home_secrets, &mut journal, &|step| {
        bar.step();
        steps.done(Mark::Tick, &format!("{} {}", step.part.item(), step.path), "");
    })
    .await
    .map_err(|error| failure(&error, &name))?;
    drop(bar);
    if let Some(tree) = tree {
        journal.files(&applied.ids).map_err(home_files::journal_failure)?;
        let after = home_files::now(target, context).await?;
        tree.update(&after.snapshot, &applied.ids)?;
    }
    journal.finish().map_err(home_files::journal_failure)?;
    Ok(Made { applied, name })
}

/// Says what was done.
pub(super) fn report(applied: &Applied, name: Option<&str>, target: &Target, context: &Context) {
    for (part, path, fields) in &applied.differing {
        let (item, fields) = (part.item(), fields.join(", "));
        context
            .out
            .note(&format!("The Homey did not keep the {item} {path} as it was written: {fields}"));
    }
    match name {
        None => context.out.note("Nothing was changed"),
        Some(name) => {
            let changes = if applied.done == 1 { "change is" } else { "changes are" };
            target.report(&format!("{} {changes} made", applied.done), context);
            context.out.note(&format!("`housekey apply --undo {name}` makes it as it was"));
        }
    }
}

/// What was done, for programs.
pub(super) fn record(applied: &Applied, name: Option<&str>) -> Value {
    let differing = applied
        .differing
        .iter()
        .map(|(part, path, fields)| json!({ "part": part.name(), "path": path, "fields": fields }));
    let refused = |Noted { part, id, path, why }: &Noted| json!({ "part": part.name(), "id": id, "path": path, "why": why });
    json!({ "done": applied.done, "ids": applied.ids, "undo": name,
        "differing": differing.collect::<Value>(),
        "refused": applied.refused.iter().map(refused).collect::<Value>() })
}

/// The end of an apply: the exit code says whether the Homey has made everything, and kept it as it was written.
fn end(applied: &Applied, name: Option<&str>, target: &Target, context: &Context) -> Outcome {
    report(applied, name, target, context);
    if context.out.is_json() {
        context.out.json(&record(applied, name))?;
    }
    whole(applied)?;
    if applied.differing.is_empty() { Ok(()) } else { Err(Failure::found()) }
}

/// Fails where the Homey has refused some of the changes, and names them.
pub(super) fn whole(applied: &Applied) -> Outcome {
    let count = applied.refused.len();
    if count == 0 {
        return Ok(());
    }
    let lines = applied
        .refused
        .iter()
        .map(|Noted { part, path, why, .. }| format!("{} {path}: {why}", part.item()));
    let were = if count == 1 { "change was" } else { "changes were" };
    Err(Failure::failed(format!("{count} {were} not made; everything else is as planned"))
        .because_of(&lines.collect::<Vec<_>>().join("\n")))
}

/// Why it ended, and how to go on.
fn failure(error: &ApplyError, name: &str) -> Failure {
    let failure = Failure::failed(error.to_string());
    let failure = match std::error::Error::source(error) {
        Some(cause) => failure.because(cause),
        None => failure,
    };
    failure.hint(format!(
        "what was done before stays; run it again to go on, or `housekey apply --undo {name}` to go back"
    ))
}
