//! A plan, for people and programs.

use housekey_backup::plan::{Action, Noted, Plan, Step};
use housekey_backup::{Home, diff};
use serde_json::{Value, json};

use super::super::backup::difference_text;

/// The plan for programs.
pub(in crate::commands) fn record(plan: &Plan) -> Value {
    let steps = plan.steps.iter().map(|Step { part, id, path, action }| {
        let mut record = json!({ "part": part.name(), "id": id, "path": path, "action": word(action) });
        if let Action::Update { before, after } = action {
            let change = |change: diff::FieldChange| json!({ "place": change.place, "before": change.before, "after": change.after });
            record["changes"] = diff::fields(before, after).into_iter().map(change).collect();
        }
        record
    });
    let noted = |notes: &[Noted]| -> Value {
        let note = |Noted { part, id, path, why }: &Noted| json!({ "part": part.name(), "id": id, "path": path, "why": why });
        notes.iter().map(note).collect()
    };
    let skipped = plan.not_compared.iter().map(|(part, why)| json!({ "part": part, "why": why }));
    json!({
        "steps": steps.collect::<Value>(),
        "conflicts": noted(&plan.conflicts),
        "drift": noted(&plan.drift),
        "kept": noted(&plan.kept),
        "refused": noted(&plan.refused),
        "not_compared": skipped.collect::<Value>(),
    })
}

/// The plan for people. The names in flows are those of `home`.
pub(in crate::commands) fn text(plan: &Plan, home: &Home) -> String {
    let mut lines = Vec::new();
    for Step { part, path, action, .. } in &plan.steps {
        let sign = match action {
            Action::Create { .. } => '+',
            Action::Update { .. } => '~',
            Action::Delete { .. } => '-',
        };
        lines.push(format!("{sign} {} {path}", part.item()));
        if let Action::Update { before, after } = action {
            let changes = difference_text::lines(*part, before, after, home);
            lines.extend(changes.iter().map(|change| format!("    {change}")));
        }
    }
    section(&mut lines, "Changed on both sides (--ours or --theirs decides):", &plan.conflicts);
    section(&mut lines, "Cannot be written:", &plan.refused);
    section(&mut lines, "Stays as it is on the Homey:", &plan.drift);
    section(&mut lines, "Not in the files any more (--prune deletes it):", &plan.kept);
    if !plan.not_compared.is_empty() {
        heading(&mut lines, "Not compared:");
        lines.extend(plan.not_compared.iter().map(|(part, why)| format!("  {part}: {why}")));
    }
    let count =
        |word: &str| plan.steps.iter().filter(|step| self::word(&step.action) == word).count();
    heading(
        &mut lines,
        &match plan.steps.len() {
            0 => "Nothing to change".to_owned(),
            _ => format!(
                "{} to create, {} to change, {} to delete",
                count("create"),
                count("update"),
                count("delete")
            ),
        },
    );
    lines.join("\n") + "\n"
}

fn word(action: &Action) -> &'static str {
    match action {
        Action::Create { .. } => "create",
        Action::Update { .. } => "update",
        Action::Delete { .. } => "delete",
    }
}

fn section(lines: &mut Vec<String>, title: &str, notes: &[Noted]) {
    if notes.is_empty() {
        return;
    }
    heading(lines, title);
    let note = |Noted { part, path, why, .. }: &Noted| format!("  {} {path}: {why}", part.item());
    lines.extend(notes.iter().map(note));
}

fn heading(lines: &mut Vec<String>, title: &str) {
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(title.to_owned());
}
