//! `housekey flows check`.

mod app_wait;
mod rows;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use housekey::whole_file::{self, INPUT_LIMIT_BYTES};
use housekey_backup::check::{self, CheckInput, CheckReport, IgnoreList, Severity};
use jiff::SignedDuration;

use super::whole_home::WholeHome;
use crate::context::{Context, Purpose};
use crate::duration;
use crate::error::{Failure, Outcome};

/// Check all flows: what is missing, what does not work, what is probably not meant
///
/// Ends with exit code 3 when there are errors. Each finding has a code; docs/flows.md lists them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows check
  housekey flows check --severity warning
  housekey flows check --format sarif > flows.sarif
  housekey flows check --json --jq '.findings[] | select(.code == \"HK101\") | .flow'

A file for --ignore holds for each finding to leave out:
  [[ignore]]
  code = \"HK101\"
  flow = \"Evening/Good night\"
  reason = \"the lamp comes back in winter\"
A note `housekey: ignore HK203` in an advanced flow does the same.")]
pub(crate) struct Args {
    /// In which form
    #[arg(long, value_name = "FORM")]
    format: Option<CheckForm>,
    /// Leave out what this file lists; without it `audit.toml` beside the configuration is read, if it is there
    #[arg(long, value_name = "FILE")]
    ignore: Option<PathBuf>,
    /// Leave out what is less severe
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    severity: Least,
    /// How long to wait for apps that are starting, whose cards are missing until then
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = duration::parse)]
    wait: SignedDuration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckForm {
    /// For people.
    Table,
    /// As `--json` does.
    Json,
    /// SARIF 2.1.0, for services that show the findings of checks.
    Sarif,
}

/// The least severity that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Least {
    Error,
    Warning,
    Info,
}

impl Least {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if args.format.is_some_and(|form| form != CheckForm::Json) && context.out.is_json() {
        return Err(Failure::usage("--json and --jq go with `--format json` alone"));
    }
    let ignore = ignore_list(args.ignore.as_deref(), context)?;
    let target = context.homey(Purpose::Read).await?;
    app_wait::until_started(&target, args.wait, context).await?;
    let whole = WholeHome::read(&target, context).await?;
    let input = CheckInput { home: &whole.home, cards: &whole.cards, names: &whole.names };
    let mut report = check::check(input);
    let before = report.findings.len();
    report.findings.retain(|finding| !ignore.has(&whole.home, finding));
    let ignored = before - report.findings.len();
    report.findings.retain(|finding| finding.severity() <= args.severity.severity());
    match args.format {
        Some(CheckForm::Sarif) => context.out.json(&check::sarif(&report))?,
        Some(CheckForm::Json) => context.out.json(&rows::json(&report, ignored))?,
        Some(CheckForm::Table) | None => {
            context.out.value(&rows::json(&report, ignored), || rows::text(&report))?;
            if !context.out.is_json() {
                notes(&report, ignored, context);
            }
        }
    }
    match report.findings.iter().any(|one| one.severity() == Severity::Error) {
        true => Err(Failure::found()),
        false => Ok(()),
    }
}

/// What else there is to know of a check.
fn notes(report: &CheckReport, ignored: usize, context: &Context) {
    let flows = report.flows;
    if report.findings.is_empty() {
        context.out.note(&format!("Nothing is wrong with {flows} flows"));
    }
    if ignored > 0 {
        context.out.note(&format!("{ignored} left out, as the list or a note says"));
    }
    for app in &report.starting {
        context.out.note(&format!("The app {app} is still starting: its cards were not checked"));
    }
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (fault, why) in &report.left_out {
        match reasons.iter_mut().find(|(reason, _)| reason == why) {
            Some((_, codes)) => codes.push(fault.code()),
            None => reasons.push((why, vec![fault.code()])),
        }
    }
    for (why, codes) in reasons {
        context.out.note(&format!("Not checked: {} ({why})", codes.join(", ")));
    }
}

fn ignore_list(named: Option<&Path>, context: &Context) -> Outcome<IgnoreList> {
    let usual = context.settings.path().with_file_name("audit.toml");
    let path = match named {
        Some(path) => path,
        None if usual.is_file() => &usual,
        None => return Ok(IgnoreList::default()),
    };
    let text = whole_file::read_text(path, INPUT_LIMIT_BYTES).map_err(|error| {
        Failure::usage(format!("cannot read {}", path.display())).because(&error)
    })?;
    IgnoreList::read(&text).map_err(|error| {
        Failure::usage(format!("{} is no list of findings to leave out", path.display()))
            .because(&error)
            .hint("`housekey flows check --help` shows one")
    })
}
