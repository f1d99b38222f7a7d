//! `housekey doctor`: checks what a working installation needs, and writes a report about the Homey.

mod agent;
mod check;
mod clock;
mod report;
mod rights;
mod routes;
mod sign_in;
mod store;
mod subject;
mod text;
mod versions;

use std::path::PathBuf;

use serde_json::json;

use self::check::{Check, Verdict};
use self::report::Destination;
use self::subject::Subjects;
use crate::context::Context;
use crate::error::{Exit, Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey doctor
  housekey doctor --homey cabin --json --jq '.checks[] | select(.verdict == \"failed\")'
  housekey doctor --report report.json")]
pub(crate) struct Args {
    /// Read everything that the Homey answers, and write how it differs from what is known to a file;
    /// `-` is standard output. It holds shapes and no value: no personal data
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Replace the file of the report if it is there
    #[arg(long, requires = "report")]
    force: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if let Some(path) = &args.report {
        return report::write(&Destination { path, force: args.force }, context).await;
    }
    let subjects = Subjects::of(context).await?;
    let checks = checks(&subjects, context).await;
    subjects.settle().await;
    let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Skipped);
    let value = json!({ "verdict": verdict, "checks": checks });
    context.out.value(&value, || text::of(&checks, &context.out))?;
    outcome(&checks)
}

/// All checks at the same time: none needs the outcome of another.
async fn checks(subjects: &Subjects, context: &Context) -> Vec<Check> {
    let (sign_in, rights, clock, routes, versions, store, agent) = tokio::join!(
        check::run("sign-in", sign_in::check(subjects, context)),
        check::run("rights", rights::check(subjects)),
        check::run("clock", clock::check(subjects, context)),
        check::run("routes", routes::check(subjects, context)),
        check::run("versions", versions::check(subjects)),
        check::run("store", async { store::check(context) }),
        check::run("agent", agent::check(context)),
    );
    vec![sign_in, rights, clock, routes, versions, store, agent]
}

/// A check that failed is a failure; one about the sign-in has the exit code for that.
fn outcome(checks: &[Check]) -> Outcome {
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Failed)
        .map(|check| check.name)
        .collect();
    let exit = match failed.as_slice() {
        [] => return Ok(()),
        ["sign-in", ..] => Exit::SignIn,
        _ => Exit::Failed,
    };
    Err(Failure::new(exit, format!("not everything works: {}", failed.join(", "))))
}
