//! `housekey plan`.

pub(super) mod files;
pub(super) mod shown;

use std::path::PathBuf;

use housekey_backup::plan::{PlanOptions, Winner};

use self::files::Planned;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};

// What plan and apply have in common. A doc comment would replace the help of the command that takes it.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Choices {
    /// Delete what was in the backup and is not in the files any more
    #[arg(long)]
    prune: bool,
    /// Set the values of variables that are there already, too
    #[arg(long)]
    values: bool,
    /// Let the files win where the Homey was changed since
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,
    /// Let the Homey win where both were changed
    #[arg(long)]
    theirs: bool,
}

impl Choices {
    pub(super) fn options(self) -> PlanOptions {
        let winner = match (self.ours, self.theirs) {
            (true, _) => Winner::Files,
            (_, true) => Winner::Homey,
            _ => Winner::Neither,
        };
        PlanOptions { prune: self.prune, values: self.values, winner }
    }
}

/// Show what `apply` would change so that the home is as its files say
///
/// Compares three sides: the home when it was backed up, the files as they are now, and the Homey. Edits of
/// the files are planned. What was changed on the Homey alone stays. What was changed on both sides is a
/// conflict, which --ours or --theirs decides. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey plan home
  housekey plan home --out evening.hkplan
  housekey plan home --exit-code

With --exit-code the exit code is 3 where there is something to change or to decide.")]
pub(crate) struct Args {
    /// The directory or archive of `housekey backup create`
    #[arg(value_name = "DIR")]
    files: PathBuf,
    /// Keep the plan in this file; `housekey apply FILE` makes exactly these changes
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// End with exit code 3 where there is something to change or to decide
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    choices: Choices,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let planned =
        Planned::from_backup(&args.files, args.choices.options(), &target, context).await?;
    if let Some(out) = &args.out {
        planned.save(out, context)?;
    }
    context.out.value(&shown::record(&planned.plan), || {
        shown::text(&planned.plan, &planned.now.snapshot.home)
    })?;
    if args.exit_code && !planned.plan.is_empty() {
        return Err(Failure::found());
    }
    Ok(())
}
