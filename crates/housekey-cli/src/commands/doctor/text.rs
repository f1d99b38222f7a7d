//! The checks as people read them: a line for each finding, and the next step below it.

use super::check::{Check, Verdict};
use crate::output::Output;
use crate::output::ink::Ink;
use crate::output::table::folded;
use crate::output::terminal::one_line;

/// The columns before the text of a finding: mark, word, name of the check.
const BEFORE: usize = 2 + 9 + 10;

/// The lines, and a summary.
pub(super) fn of(checks: &[Check], out: &Output) -> String {
    let width = out.is_terminal().then(|| out.width().saturating_sub(BEFORE).max(20));
    let mut text = String::new();
    for check in checks {
        let mut name = check.name;
        for finding in &check.findings {
            let (mark, word, ink) = look(finding.verdict);
            let lines = lines(&finding.text, width);
            text.push_str(&format!("{ink}{mark} {word:9}{ink:#}{name:10}{lines}\n"));
            if let Some(next) = &finding.next {
                let lines = self::lines(&format!("→ {next}"), width);
                let ink = Ink::Cyan;
                text.push_str(&format!("{:BEFORE$}{ink}{lines}{ink:#}\n", ""));
            }
            name = "";
        }
    }
    format!("{text}\n{}\n", summary(checks))
}

/// A text, broken between words on a terminal.
fn lines(text: &str, width: Option<usize>) -> String {
    let text = one_line(text);
    match width {
        Some(width) => folded(&text, width).join(&format!("\n{:BEFORE$}", "")),
        None => text,
    }
}

fn look(verdict: Verdict) -> (char, &'static str, Ink) {
    match verdict {
        Verdict::Ok => ('✓', "ok", Ink::Green),
        Verdict::Warning => ('!', "warning", Ink::Yellow),
        Verdict::Failed => ('✗', "failed", Ink::Red),
        Verdict::Skipped => ('–', "skipped", Ink::Grey),
    }
}

/// How many checks have which verdict.
fn summary(checks: &[Check]) -> String {
    let of = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let counts = [Verdict::Failed, Verdict::Warning, Verdict::Skipped, Verdict::Ok]
        .map(|verdict| (of(verdict), look(verdict).1));
    let words: Vec<_> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("{} checks: {}", checks.len(), words.join(", "))
}
