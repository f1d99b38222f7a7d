//! A field that differs, for people.

use housekey_backup::diff::FieldChange;
use serde_json::Value;

/// The field with its values before and after, on one line.
pub(in crate::commands) fn change_text(
    FieldChange { place, before, after }: &FieldChange,
) -> String {
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
