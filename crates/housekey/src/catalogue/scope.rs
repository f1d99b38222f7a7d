//! Scopes: which grant contains which need.
//!
//! A scope is a dotted name with an optional qualifier after a colon: `homey`, `homey.device.control`,
//! `homey.app.control:com.example`.

/// The scope that contains all others.
pub const ROOT: &str = "homey";

/// Whether a grant contains a scope that is needed.
///
/// Names contain what is below them: `homey` contains all, `homey.device` contains
/// `homey.device.control`. A grant without a qualifier contains the scope with any; a grant with one
/// contains only what has the same.
///
/// This is meant for the side that guards. The vendor's client, which only guesses what it will be
/// refused, compares plain text prefixes and looks at qualifiers the other way round; the rows where
/// that lets too much through, or refuses what was granted, are in the test below.
pub fn contains(granted: &str, needed: &str) -> bool {
    let (grant, grant_qualifier) = split(granted);
    let (need, need_qualifier) = split(needed);
    let below = need
        .strip_prefix(grant)
        .is_some_and(|rest| !grant.is_empty() && (rest.is_empty() || rest.starts_with('.')));
    below && (grant_qualifier.is_none() || grant_qualifier == need_qualifier)
}

/// The first of the needed scopes that no grant contains; `None` when all are granted.
pub fn missing<'n, G: AsRef<str>>(granted: &[G], needed: &[&'n str]) -> Option<&'n str> {
    let held = |need: &str| granted.iter().any(|grant| contains(grant.as_ref(), need));
    needed.iter().copied().find(|need| !held(need))
}

fn split(scope: &str) -> (&str, Option<&str>) {
    scope.split_once(':').map_or((scope, None), |(name, qualifier)| (name, Some(qualifier)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// needed, granted, ours, the vendor's client's (each row was run against it).
    const ROWS: [(&str, &str, bool, bool); 11] = [
        ("homey.device.readonly", "homey", true, true),
        ("homey.device.readonly", "homey.device", true, true),
        ("homey.device.control", "homey.device", true, true),
        ("homey.device.control", "homey.device.readonly", false, false),
        ("homey.device", "homey.device.readonly", false, false),
        ("homey", "homey.device", false, false),
        ("homey.app.control:com.x", "homey.app.control:com.x", true, true),
        // First difference: a name ends at a dot, so a grant is no text prefix.
        ("homey.devicex.readonly", "homey.device", false, true),
        ("homey.device.readonly", "", false, true),
        // Second difference: the unqualified grant contains the qualified one, never the reverse.
        ("homey.app.control:com.x", "homey.app.control", true, false),
        ("homey.app.control", "homey.app.control:com.x", false, true),
    ];

    #[test]
    fn contains_as_the_table_says() {
        for (needed, granted, ours, _) in ROWS {
            assert_eq!(contains(granted, needed), ours, "{granted:?} contains {needed:?}");
        }
        assert!(!contains("homey.app.control:com.x", "homey.app.control:com.y"));
        assert!(contains("homey.app:com.x", "homey.app.control:com.x"));
        assert!(!contains("", ""));
    }

    #[test]
    fn differs_from_the_vendors_client_in_four_rows_only() {
        /// The vendor's test in our words, to keep the last column honest.
        fn theirs(granted: &str, needed: &str) -> bool {
            let (grant, grant_qualifier) = split(granted);
            let (_, need_qualifier) = split(needed);
            needed.starts_with(grant)
                && (need_qualifier.is_none() || need_qualifier == grant_qualifier)
        }
        for (needed, granted, _, vendors) in ROWS {
            assert_eq!(theirs(granted, needed), vendors, "{granted:?} contains {needed:?}");
        }
        assert_eq!(ROWS.iter().filter(|row| row.2 != row.3).count(), 4);
    }

    #[test]
    fn all_needed_scopes_have_to_be_granted() {
        let needed = ["homey.device.readonly", "homey.flow.readonly"];
        assert_eq!(missing(&["homey.flow", "homey.device"], &needed), None);
        assert_eq!(missing(&["homey.device"], &needed), Some("homey.flow.readonly"));
        assert_eq!(missing::<&str>(&[], &needed), Some("homey.device.readonly"));
        assert_eq!(missing::<&str>(&[], &[]), None);
    }
}
