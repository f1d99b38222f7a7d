//! Paths that are in no specification but in a widely copied list of endpoints: the roots of some
//! managers, and reminders.
//!
//! Inferred: that a manager's root answers an object with what the manager knows.

use housekey::catalogue::Dialect;
use serde_json::json;

use super::call::Answer;
use super::options::values;
use super::states;
use crate::state::Home;

/// Answers such a path; `None` for any other.
pub(super) fn answer(home: &Home, path: &str) -> Option<Answer> {
    let answer = match path.trim_end_matches('/').strip_prefix("/api/manager/")? {
        "i18n" => values(home, "i18n", &["language", "units"]),
        "geolocation" => values(home, "geolocation", &["mode", "location"]),
        "mobile" => json!({}),
        "presence" => states::presence(home),
        // It is not known which firmware still had them; newer Homeys do not.
        "reminder/reminder" if home.dialect == Dialect::V2 => json!({}),
        _ => return None,
    };
    Some(answer.into())
}
