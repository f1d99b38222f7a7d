//! Paths that are in no specification but in a widely copied list of endpoints: the roots of some
//! managers, and reminders.
//!
//! Inferred: that a manager's root answers an object with what the manager knows.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::options;
use crate::state::Home;

/// Answers such a path; `None` for any other.
pub(super) fn answer(home: &Home, path: &str) -> Option<Answer> {
    let values = |manager: &str, names: &[&str]| {
        let value =
            |name: &&str| ((*name).to_owned(), options::value(home, &format!("{manager}/{name}")));
        Value::Object(names.iter().map(value).collect::<Map<String, Value>>())
    };
    let answer = match path.trim_end_matches('/').strip_prefix("/api/manager/")? {
        "i18n" => values("i18n", &["language", "units"]),
        "geolocation" => values("geolocation", &["mode", "location"]),
        "mobile" => json!({}),
        "presence" => {
            let state = |user: &crate::state::user::User| {
                (user.id.clone(), json!({ "present": user.present, "asleep": user.asleep }))
            };
            Value::Object(home.users.values().map(state).collect())
        }
        // Which firmware still had them is not known; newer Homeys do not.
        "reminder/reminder" if home.dialect == Dialect::V2 => json!({}),
        _ => return None,
    };
    Some(answer.into())
}
