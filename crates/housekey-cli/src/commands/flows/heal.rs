//! `housekey flows heal`.

pub(in crate::commands) mod device_map;
mod shown;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use housekey_backup::heal::{self, HealInput, Match, Rule};
use housekey_backup::{KnownDevices, Part};
use serde_json::Value;

use self::shown::ShownHealing;
use super::whole_home::WholeHome;
use crate::commands::apply::{self, Made};
use crate::commands::backup::home_files::{self, Now};
use crate::commands::plan;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::prompt;

/// Give flows the device that was added again in place of the one that is gone
///
/// A device that is removed and added again has another id, and flows, moods and dashboards keep the old one.
/// It is found again by its driver and address; by driver, name and zone; by driver and name; by class and
/// name, where it has the capabilities that are used; or as --map says. What the old device was is known from
/// a backup, or from the names that earlier commands have kept. All changes are shown first; a card whose
/// capability the new device lacks stays as it is, and a mood sets it no more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows heal
  housekey flows heal --from home --dry-run
  housekey flows heal --map devices.toml --yes

A map has a line for each device that is gone, with its id or its last name:
  \"Kitchen/Lamp\" = \"Kitchen/New lamp\"

The exit code is 3 where a device was not found again or a card stays as it is.")]
pub(crate) struct Args {
    /// Take what devices were from this directory or archive of `housekey backup create`
    #[arg(long, value_name = "DIR|FILE")]
    from: Option<PathBuf>,
    /// Take which device is which from this file, before all rules
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    #[command(flatten)]
    sure: prompt::Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let whole = WholeHome::read_all(&target, context).await?;
    if let Some((_, why)) = whole.home.missing().find(|(part, _)| *part == Part::Devices) {
        return Err(Failure::failed(format!("the devices of the home cannot be read: {why}"))
            .hint("use a sign-in that may read them"));
    }
    let now = home_files::now_of(&whole.home, &target, context).await?;
    let known = known(args.from.as_deref(), &whole, &now, context)?;
    let map = match &args.map {
        Some(file) => device_map::read(file, &whole.home, &known)?,
        None => BTreeMap::new(),
    };
    let (home, snapshot, cards) = (&whole.home, &now.snapshot, &whole.cards);
    let input = HealInput { home, snapshot, cards, known: &known, map: &map };
    let (mut matches, unmatched) = heal::find(input);
    let found = matches.len();
    if !args.sure.is_given() && !target.dry_run.is_given() && prompt::can_ask() {
        keep_confirmed(&mut matches, &whole)?;
    }
    let healing = heal::heal(input, &matches);
    let shown =
        ShownHealing { whole: &whole, matches: &matches, unmatched: &unmatched, healing: &healing };
    if !context.out.is_json() {
        context.out.text(&shown.text())?;
    }
    let mut record = shown.record();
    let mut outcome = Ok(());
    let mut is_whole = unmatched.is_empty() && healing.left.is_empty() && matches.len() == found;
    if !healing.plan.steps.is_empty() && !target.dry_run.is_given() {
        apply::agree(&healing.plan, &args.sure, &target)?;
        let Made { applied, name } =
            apply::made(&healing.plan, &now, &now.secrets, None, &target, context).await?;
        apply::report(&applied, Some(&name), &target, context);
        is_whole &= applied.differing.is_empty();
        outcome = apply::whole(&applied);
        extend(&mut record, apply::record(&applied, Some(&name)));
    }
    if context.out.is_json() {
        context.out.json(&record)?;
    }
    outcome?;
    if is_whole { Ok(()) } else { Err(Failure::found()) }
}

fn extend(record: &mut Value, with: Value) {
    if let (Value::Object(record), Value::Object(with)) = (record, with) {
        record.extend(with);
    }
}

/// What is known of the devices that are gone.
fn known(
    from: Option<&Path>,
    whole: &WholeHome,
    now: &Now,
    context: &Context,
) -> Outcome<KnownDevices> {
    let Some(from) = from else { return Ok(KnownDevices::of_names(&whole.names)) };
    let backup = home_files::snapshot(from, context)?;
    plan::files::refuse_other_home(&backup.home.about, &now.snapshot.home.about)?;
    Ok(KnownDevices::of_backup(&backup.refs))
}

/// Leaves the matches that are not weak, and of the weak ones those that the person at the terminal confirms.
fn keep_confirmed(matches: &mut Vec<Match>, whole: &WholeHome) -> Outcome {
    let mut confirmed = Vec::with_capacity(matches.len());
    for one in matches.drain(..) {
        let is_sure = one.rule != Rule::Likeness;
        let question = || {
            format!("{} is gone. Is it {} now?", one.path, whole.home.path(Part::Devices, &one.new))
        };
        if is_sure || prompt::agree(&question())? {
            confirmed.push(one);
        }
    }
    *matches = confirmed;
    Ok(())
}
