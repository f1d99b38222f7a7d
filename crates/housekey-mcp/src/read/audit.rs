//! `homey_flow_audit`.

use std::collections::BTreeMap;

use housekey_backup::check::{self, CheckInput, CheckReport, Fault, Finding};

use super::facts::FlowFacts;
use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::lines::Paging;
use crate::quote::{quoted, quoted_to, short_id};

/// The findings of an answer where the client wants no other number.
const WORST: u64 = 10;

/// The most letters of what is wrong.
const MESSAGE: usize = 200;

pub(crate) fn audit(facts: &FlowFacts, arguments: &Arguments) -> Outcome<Answer> {
    let mut paged = arguments.all().clone();
    paged.entry("limit").or_insert_with(|| WORST.into());
    let paging = Paging::of(&paged)?;
    let checks = arguments.texts("checks");
    if let Some(unknown) = checks.iter().find(|check| !is_check(check)) {
        return Err(Refused::new(format!(
            "There is no check {}: give codes such as HK101, or error, warning, info.",
            quoted(unknown)
        )));
    }
    let flow = arguments.text("flow").map(|flow| facts.find_flow(flow)).transpose()?;
    let input = CheckInput { home: &facts.home, cards: &facts.cards, names: &facts.names };
    let mut report = check::check(input);
    report.findings.retain(|finding| {
        let is_of_flow = flow.as_ref().is_none_or(|(item, _)| *item == finding.item);
        let is_check = checks.is_empty()
            || checks.iter().any(|check| {
                check.eq_ignore_ascii_case(finding.fault.code())
                    || *check == finding.severity().as_str()
            });
        is_of_flow && is_check
    });
    Ok(paging.answer(&head(&report, flow.is_some()), &report.findings, line))
}

fn is_check(check: &str) -> bool {
    matches!(check, "error" | "warning" | "info")
        || Fault::ALL.iter().any(|fault| fault.code().eq_ignore_ascii_case(check))
}

/// The counts, and what could not be checked.
fn head(report: &CheckReport, is_one: bool) -> String {
    let flows = if is_one { "1 flow".to_owned() } else { format!("{} flows", report.flows) };
    if report.findings.is_empty() {
        return format!("Nothing found in {flows}{}", not_checked(report));
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry((finding.fault.code(), finding.fault.title())).or_default() += 1;
    }
    let counts: Vec<_> =
        counts.iter().map(|((code, title), count)| format!("{count} × {code} {title}")).collect();
    let total = report.findings.len();
    let word = if total == 1 { "finding" } else { "findings" };
    format!(
        "{flows}: {}{}\n{total} {word}, the worst first",
        counts.join(", "),
        not_checked(report)
    )
}

fn not_checked(report: &CheckReport) -> String {
    let codes: Vec<_> = report.left_out.iter().map(|(fault, _)| fault.code()).collect();
    match codes.is_empty() {
        true => String::new(),
        false => format!(" (not checked: {})", codes.join(", ")),
    }
}

/// `error HK101 · "Evening/Good night" · f1e2d3c4 · "what is wrong" · what to do`.
fn line(finding: &Finding) -> String {
    format!(
        "{} {} · {} · {} · {} · {}",
        finding.severity().as_str(),
        finding.fault.code(),
        quoted(&finding.full_name()),
        short_id(&finding.item.id),
        quoted_to(&finding.message, MESSAGE),
        finding.fault.fix()
    )
}
