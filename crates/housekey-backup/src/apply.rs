//! Makes the changes of a plan on a Homey.
//!
//! Each item is read before it is written, so that a change made meanwhile is never overwritten, and read again
//! after, so that what a Homey does not keep is reported. Flows are written disabled and enabled at the end, so that
//! none starts while half of them are there, unless the changes of a plan do not depend on each other. What is done is
//! noted in a journal before and after each write; an apply that was cut off is finished by planning and applying again.

mod error;
mod journal;
mod run;
mod undo;
mod write;

use std::collections::BTreeSet;

use housekey::Homey;
use serde_json::Value;

pub use self::error::ApplyError;
pub use self::journal::{Entry, Journal, JournalError, journals, unfinished};
use self::run::Run;
pub use self::run::{Applied, Done, HomeSecrets};
pub use self::undo::undo;
use crate::plan::{Action, Plan, Step, names_any};

/// Makes the changes of a plan.
///
/// # Errors
/// The first write that failed; what was done before stands in the journal, and planning again finishes it. Of a plan
/// that leaves out what is refused, only what prevents every other write too.
pub async fn apply(
    plan: &Plan,
    homey: &Homey,
    secrets: HomeSecrets<'_>,
    journal: &mut Journal,
    progress: Done<'_>,
) -> Result<Applied, ApplyError> {
    let mut run = Run {
        homey,
        secrets,
        journal,
        disables: !plan.is_independent,
        skips_refused: plan.skips_refused,
        ids: plan.ids.clone(),
        applied: Applied::default(),
    };
    // The ids in files of what is created, until a Homey has given them others.
    let created = plan.steps.iter().filter(|step| matches!(step.action, Action::Create { .. }));
    let mut pending: BTreeSet<&str> = created.map(|step| step.id.as_str()).collect();
    let mut unfinished: Vec<(&Step, String, Value)> = Vec::new();
    for step in &plan.steps {
        let Some(after) = step.action.after() else { continue };
        let outcome = run.write_first(step).await;
        // It may name itself.
        let names_pending = names_any(&run::without_id(after), &pending);
        pending.remove(step.id.as_str());
        let Some((id, there)) = run.unless_refused(step, outcome)? else { continue };
        if names_pending || run.disables && run::is_enabled_flow(step.part, after) {
            unfinished.push((step, id, there));
        } else {
            run.is_done(step, progress);
        }
    }
    for step in plan.steps.iter().filter(|step| step.action.after().is_none()) {
        let outcome = match run.user(plan, step) {
            Some(user) => Err(ApplyError::Used {
                part: step.part,
                path: step.path.clone(),
                by: format!("{} {}", user.part.item(), user.path),
            }),
            None => run.delete(step).await,
        };
        if run.unless_refused(step, outcome)?.is_some() {
            run.is_done(step, progress);
        }
    }
    for (step, id, there) in unfinished {
        let outcome = run.write_last(step, &id, &there).await;
        if run.unless_refused(step, outcome)?.is_some() {
            run.is_done(step, progress);
        }
    }
    run.applied.ids = run.ids;
    Ok(run.applied)
}
