//! Findings as SARIF 2.1.0, which services for code review read.

use serde_json::{Value, json};

use super::checker::CheckReport;
use super::fault::{Fault, Severity};
use super::finding::Finding;

/// A report as a SARIF log.
pub fn sarif(report: &CheckReport) -> Value {
    let rules: Vec<Value> = Fault::ALL
        .iter()
        .map(|fault| {
            json!({
                "id": fault.code(),
                "name": format!("{fault:?}"),
                "shortDescription": { "text": fault.title() },
                "help": { "text": fault.fix() },
                "defaultConfiguration": { "level": level(fault.severity()) },
            })
        })
        .collect();
    let driver = json!({
        "name": "housekey",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let results: Vec<Value> = report.findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    })
}

fn result(finding: &Finding) -> Value {
    let card = finding.card.as_deref().map(|card| format!(" ({card})")).unwrap_or_default();
    let text = format!("{}: {}{card}", finding.full_name(), finding.message);
    let rule = Fault::ALL.iter().position(|fault| *fault == finding.fault);
    let missing = finding.missing.as_ref().map_or("", |missing| missing.id.as_str());
    let slot = finding.place.as_ref().map(|place| format!("{:?}", place.slot)).unwrap_or_default();
    let fingerprint = [finding.fault.code(), &finding.item.id, missing, &slot].join("/");
    json!({
        "ruleId": finding.fault.code(),
        "ruleIndex": rule,
        "level": level(finding.severity()),
        "message": { "text": text },
        "locations": [{ "logicalLocations": [{
            "name": finding.name,
            "fullyQualifiedName": format!("{}/{}", finding.item.part.name(), finding.full_name()),
            "kind": "object",
        }] }],
        "partialFingerprints": { "housekey/v1": fingerprint },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
