//! Who changed what, as far as writes were seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::Part;
use crate::diff::{Difference, DifferenceKind};

/// A write that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Who sent it, such as the name of a key.
    pub who: String,
    /// The method of the request: `PUT`.
    pub method: String,
    /// The path of the request: `/api/manager/flow/flow/<id>`.
    pub path: String,
}

/// Those who have written an item, by `<part>/<id>`.
pub type Authors = BTreeMap<String, BTreeSet<String>>;

/// The key of an item in [`Authors`].
pub fn key(part: Part, id: &str) -> String {
    format!("{}/{id}", part.name())
}

/// Who wrote the items that differ. An item without an author was changed in the vendor's app or by another program.
pub fn authors(differences: &[Difference], writes: &[Write]) -> Authors {
    let mut authors = Authors::new();
    for difference in differences {
        let wrote = writes.iter().filter(|write| is_about(write, difference));
        let who: BTreeSet<String> = wrote.map(|write| write.who.clone()).collect();
        if !who.is_empty() {
            authors.insert(key(difference.part, &difference.id), who);
        }
    }
    authors
}

fn is_about(write: &Write, Difference { part, id, kind, .. }: &Difference) -> bool {
    let mut segments = write.path.split('?').next().unwrap_or_default().rsplit('/');
    match kind {
        // The id of what is created is not in the path.
        DifferenceKind::Added => write.method == "POST" && segments.next() == collection(*part),
        DifferenceKind::Removed => {
            write.method == "DELETE" && segments.any(|segment| segment == id)
        }
        DifferenceKind::Changed(_) => {
            write.method != "DELETE" && segments.any(|segment| segment == id)
        }
    }
}

/// The last segment of the path at which items of a part are created.
const fn collection(part: Part) -> Option<&'static str> {
    Some(match part {
        Part::Zones => "zone",
        Part::Folders => "flowfolder",
        Part::Variables => "variable",
        Part::Moods => "mood",
        Part::Alarms => "alarm",
        Part::Flows => "flow",
        Part::AdvancedFlows => "advancedflow",
        Part::Dashboards => "dashboard",
        Part::Scripts => "script",
        Part::Users => "user",
        Part::Devices | Part::Apps | Part::Options => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_matched_by_id_and_creations_by_their_collection() {
        let write = |who: &str, method: &str, path: &str| {
            let (method, path) = (method.to_owned(), path.to_owned());
            Write { who: who.to_owned(), method, path }
        };
        let writes = [
            write("panel", "PUT", "/api/manager/flow/flow/f1"),
            write("panel", "PUT", "/api/manager/devices/device/d1/settings?x=/f2"),
            write("script", "POST", "/api/manager/flow/advancedflow"),
            write("script", "PUT", "/api/manager/flow/flow/f1"),
            write("other", "DELETE", "/api/manager/flow/flow/f1"),
            write("other", "PUT", "/api/manager/zones/zone/z1"),
        ];
        let difference = |part, id: &str, kind| {
            let (id, path) = (id.to_owned(), String::new());
            Difference { part, id, path, kind }
        };
        let changed = || DifferenceKind::Changed(Vec::new());
        let differences = [
            difference(Part::Flows, "f1", changed()),
            difference(Part::Flows, "f2", changed()),
            difference(Part::Flows, "f3", DifferenceKind::Added),
            difference(Part::AdvancedFlows, "a1", DifferenceKind::Added),
            difference(Part::Devices, "d1", changed()),
            difference(Part::Zones, "z1", DifferenceKind::Removed),
        ];
        let found = authors(&differences, &writes);
        let shown: Vec<String> =
            found.iter().map(|(item, who)| format!("{item} {who:?}")).collect();
        assert_eq!(
            shown,
            [
                r#"advanced-flows/a1 {"script"}"#,
                r#"devices/d1 {"panel"}"#,
                r#"flows/f1 {"panel", "script"}"#
            ]
        );
    }
}
