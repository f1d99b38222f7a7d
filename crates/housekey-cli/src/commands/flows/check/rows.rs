//! Findings for people and for programs.

use housekey_backup::Part;
use housekey_backup::check::{CheckReport, Finding, Severity};
use serde_json::{Value, json};

use crate::output::ink::Ink;
use crate::output::terminal::one_line;

/// `{"findings": […], "left_out": […]}`.
pub(super) fn json(report: &CheckReport, ignored: usize) -> Value {
    let left_out =
        report.left_out.iter().map(|(fault, why)| json!({ "code": fault.code(), "why": why }));
    json!({
        "findings": report.findings.iter().map(finding).collect::<Value>(),
        "flows": report.flows,
        "ignored": ignored,
        "left_out": left_out.collect::<Value>(),
        "starting_apps": report.starting,
    })
}

fn finding(finding: &Finding) -> Value {
    let is_flow = matches!(finding.item.part, Part::Flows | Part::AdvancedFlows);
    let missing = finding
        .missing
        .as_ref()
        .map(|missing| json!({ "kind": missing.kind, "id": missing.id, "name": missing.name }));
    json!({
        "code": finding.fault.code(),
        "severity": finding.severity().as_str(),
        "title": finding.fault.title(),
        "flow": is_flow.then_some(&finding.name),
        "name": finding.name,
        "kind": finding.item.part.item(),
        "id": finding.item.id,
        "folder": finding.folder,
        "card": finding.card,
        "card_id": finding.place.as_ref().map(|place| &place.card),
        "missing": missing,
        "message": finding.message,
        "fix": finding.fault.fix(),
    })
}

/// A block for each flow, with its findings below, the worst flow first.
pub(super) fn text(report: &CheckReport) -> String {
    let mut blocks: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    for finding in &report.findings {
        match blocks.iter_mut().find(|(first, _)| first.item == finding.item) {
            Some((_, all)) => all.push(finding),
            None => blocks.push((finding, vec![finding])),
        }
    }
    let mut text = String::new();
    for (first, findings) in blocks {
        let (bold, dim) = (Ink::Bold, Ink::Dim);
        let name = one_line(&first.full_name());
        text += &format!("{bold}{name}{bold:#}  {}\n", first.item.part.item());
        for finding in findings {
            let ink = match finding.severity() {
                Severity::Error => Ink::BoldRed,
                Severity::Warning => Ink::BoldCyan,
                Severity::Info => Ink::BoldGrey,
            };
            let (severity, code) = (finding.severity().as_str(), finding.fault.code());
            let message = one_line(&finding.message);
            text += &format!("  {code} {ink}{severity:<7}{ink:#}  {message}\n");
            if let Some(card) = &finding.card {
                text += &format!("                 {dim}{}{dim:#}\n", one_line(card));
            }
        }
        text.push('\n');
    }
    let count = |severity| report.findings.iter().filter(|one| one.severity() == severity).count();
    let counts = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Info), "note"),
    ];
    let counts = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
    let counts = counts.collect::<Vec<_>>().join(", ");
    if !counts.is_empty() {
        text += &format!("{counts} in {} flows\n", report.flows);
    }
    text
}
