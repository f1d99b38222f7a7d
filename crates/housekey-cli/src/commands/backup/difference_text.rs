//! What differs of an item, for people: flows in words, all others by field.

use housekey_backup::cards::Cards;
use housekey_backup::diff::{self, Difference, DifferenceKind, FieldChange};
use housekey_backup::words::Words;
use housekey_backup::{Home, Part};
use serde_json::Value;

/// An item that differs between two homes, with how it differs below it; `remark` ends its first line.
pub(super) fn item(
    Difference { part, id, path, kind }: &Difference,
    [old, new]: [&Home; 2],
    remark: &str,
) -> String {
    let sign = match kind {
        DifferenceKind::Added => '+',
        DifferenceKind::Removed => '-',
        DifferenceKind::Changed(_) => '~',
    };
    let mut text = format!("{sign} {} {path}{remark}\n", part.item());
    if let (DifferenceKind::Changed(_), Some(before), Some(after)) =
        (kind, old.item(*part, id), new.item(*part, id))
    {
        for change in lines(*part, before, after, new) {
            text += &format!("    {change}\n");
        }
    }
    text
}

/// The lines that say how an item differs. The names in flows are those of `home`.
pub(in crate::commands) fn lines(
    part: Part,
    before: &Value,
    after: &Value,
    home: &Home,
) -> Vec<String> {
    if matches!(part, Part::Flows | Part::AdvancedFlows) {
        let lines = Words::new(home, &Cards::default()).changes(before, after);
        if !lines.is_empty() {
            return lines;
        }
    }
    diff::fields(before, after).iter().map(change_text).collect()
}

/// The field with its values before and after, on one line.
fn change_text(FieldChange { place, before, after }: &FieldChange) -> String {
    match (before.as_ref().map(shown), after.as_ref().map(shown)) {
        (None, Some(after)) => format!("{place}: + {after}"),
        (Some(before), None) => format!("{place}: - {before}"),
        (before, after) => {
            format!("{place}: {} → {}", before.unwrap_or_default(), after.unwrap_or_default())
        }
    }
}

/// A value as far as it fits.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Longer values are cut; `--json` has all of them.
const VALUE_CHARS: usize = 100;
