//! The check of the rights: what the session may never do, whatever it calls.

use std::collections::BTreeSet;

use housekey::catalogue::{Dialect, operations, scope};
use serde_json::json;

use super::check::{Finding, Findings};
use super::subject::{Examined, Subject, Subjects};

/// How many scopes are named in the text.
const NAMED: usize = 4;

pub(super) async fn check(subjects: &Subjects) -> Findings {
    subjects.each(homey).await
}

async fn homey(subject: &Subject) -> Examined {
    let title = &subject.title;
    let session = match subject.homey.sessions().get_session_me().await {
        Ok(session) => session,
        Err(error) => return (vec![Finding::of_request(title, &error)], json!(null)),
    };
    let dialect = match subject.homey.dialect().await {
        Ok(dialect) => dialect,
        Err(error) => return (vec![Finding::of_request(title, &error)], json!(null)),
    };
    let granted = session.intersected_scopes.get().or_else(|| session.scopes.get());
    let Some(granted) = granted else {
        let finding = Finding::warning(format!("{title} does not list the scopes of the session"));
        return (vec![finding], json!(null));
    };
    let Lacking { scopes, refused, all } = lacking(granted, dialect);
    let about = json!({
        "scopes": granted, "missing_scopes": scopes, "operations": all, "refused_operations": refused,
    });
    let finding = match refused {
        0 => Finding::ok(format!("{title}: every operation")),
        _ => Finding::ok(format!(
            "{title}: {} of {all} operations, never those that need {}",
            all - refused,
            some(&scopes),
        )),
    };
    (vec![finding], about)
}

/// What a session lacks.
struct Lacking {
    /// The scopes that operations need and it does not have.
    scopes: BTreeSet<&'static str>,
    /// How many operations need one of them.
    refused: usize,
    /// How many there are.
    all: usize,
}

fn lacking(granted: &[String], dialect: Dialect) -> Lacking {
    let variants = operations().iter().filter_map(|operation| operation.on(dialect));
    let mut lacking = Lacking { scopes: BTreeSet::new(), refused: 0, all: 0 };
    for variant in variants {
        lacking.all += 1;
        let missing = |need: &&&str| scope::missing(granted, &[**need]).is_some();
        let missing: Vec<_> = variant.scopes.iter().filter(missing).copied().collect();
        lacking.refused += usize::from(!missing.is_empty());
        lacking.scopes.extend(missing);
    }
    lacking
}

/// The first of them, and how many more there are.
fn some(scopes: &BTreeSet<&str>) -> String {
    let named: Vec<_> = scopes.iter().take(NAMED).copied().collect();
    match scopes.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more scopes", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lacks_what_no_scope_of_it_contains() {
        let of = |granted: &[&str]| {
            let granted: Vec<_> = granted.iter().map(|scope| (*scope).to_owned()).collect();
            lacking(&granted, Dialect::Local)
        };
        assert_eq!(of(&["homey"]).refused, 0);
        let nothing = of(&[]);
        assert!(nothing.refused > 200 && nothing.refused < nothing.all, "some need no scope");
        let devices = of(&["homey.device"]);
        assert!(devices.refused < nothing.refused);
        assert!(!devices.scopes.contains("homey.device.readonly"));
        assert!(devices.scopes.contains("homey.zone"), "{:?}", devices.scopes);
        let shown = some(&BTreeSet::from(["a", "b", "c", "d", "e", "f"]));
        assert_eq!(shown, "a, b, c, d and 2 more scopes");
    }
}
