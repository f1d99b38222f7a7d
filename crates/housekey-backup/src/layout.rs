//! The files of a snapshot: which there are, what stands in each, and how they are read again.
//!
//! The same snapshot gives the same bytes, so that version control shows what was changed and nothing else.

mod json;
mod manifest;
mod path;
mod read;

use std::collections::BTreeMap;

use serde_json::Value;

use self::path::Paths;
pub(crate) use self::read::part_from_files;
pub use crate::file_names::{MANIFEST, REFS, SECRETS};
use crate::{Part, Snapshot};

/// Files by path, with `/` between its parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// How the items of a part are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All in one file.
    List(&'static str),
    /// Each in a file of its own, with that extension, in the directory of its zone or folder.
    Each { directory: &'static str, extension: &'static str },
}

const fn form(part: Part) -> Form {
    match part {
        Part::Zones => Form::List("zones.json"),
        Part::Folders => Form::List("folders.json"),
        Part::Variables => Form::List("variables.json"),
        Part::Alarms => Form::List("alarms.json"),
        Part::Apps => Form::List("apps.json"),
        Part::Users => Form::List("users.json"),
        Part::Options => Form::List("options.json"),
        Part::Devices => Form::Each { directory: "devices", extension: ".json" },
        Part::Moods => Form::Each { directory: "moods", extension: ".json" },
        Part::Flows => Form::Each { directory: "flows", extension: ".json" },
        Part::AdvancedFlows => Form::Each { directory: "flows", extension: ".adv.json" },
        Part::Scripts => Form::Each { directory: "scripts", extension: ".js" },
        Part::Dashboards => Form::Each { directory: "dashboards", extension: ".json" },
    }
}

/// Whether a path is one that a snapshot may have.
pub(crate) fn is_ours(path: &str) -> bool {
    let is_item = |part: &Part| may_hold(*part, path);
    path == MANIFEST || path == REFS || path == SECRETS || Part::ALL.iter().any(is_item)
}

/// Whether a path is one of a file that may hold items of a part.
pub(crate) fn may_hold(part: Part, path: &str) -> bool {
    match form(part) {
        Form::List(list) => path == list,
        Form::Each { directory, extension } => {
            path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
                && path.ends_with(extension)
        }
    }
}

/// The id of the item in a file of its own.
pub(crate) fn item_id(path: &str, bytes: &[u8]) -> Option<String> {
    let is_item = |part: &Part| matches!(form(*part), Form::Each { .. }) && may_hold(*part, path);
    Part::ALL.iter().any(is_item).then_some(())?;
    let text = std::str::from_utf8(bytes).ok()?;
    let head = text.strip_prefix(SCRIPT_HEAD).and_then(|rest| rest.lines().next());
    let item: Value = serde_json::from_str(head.unwrap_or(text)).ok()?;
    item["id"].as_str().map(str::to_owned)
}

/// Whether files of a snapshot may be below a directory.
pub(crate) fn may_hold_items(path: &str) -> bool {
    let top = path.split('/').next().unwrap_or_default();
    Part::ALL
        .iter()
        .any(|part| matches!(form(*part), Form::Each { directory, .. } if directory == top))
}

/// Before the fields of a script, which stand in a comment on its first line.
const SCRIPT_HEAD: &str = "// housekey: ";

impl Snapshot {
    /// The files of this snapshot.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        files.insert(MANIFEST.to_owned(), manifest::text(self).into_bytes());
        files.insert(REFS.to_owned(), json::text(&self.refs.to_json()).into_bytes());
        for (path, text) in self.items_in_files() {
            files.insert(path, text.into_bytes());
        }
        files
    }

    /// The files of the items.
    fn items_in_files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (part, items) in self.home.parts() {
            // In the order of their paths, so that which of two equal names gets the plain one is always the same.
            let mut ids: Vec<&str> = items.keys().map(String::as_str).collect();
            ids.sort_by_cached_key(|id| (self.home.path(part, id), (*id).to_owned()));
            let item = |id: &str| self.home.item(part, id).cloned().unwrap_or_default();
            match form(part) {
                Form::List(path) => {
                    let items: Value = ids.iter().map(|id| item(id)).collect();
                    files.push((path.to_owned(), json::text(&items)));
                }
                Form::Each { directory, extension } => {
                    let mut paths = Paths::default();
                    for id in ids {
                        let names = self.home.path_names(part, id);
                        let path = paths.unique(directory, &names, id, extension);
                        let text = if part == Part::Scripts {
                            script(&item(id))
                        } else {
                            json::text(&item(id))
                        };
                        files.push((path, text));
                    }
                }
            }
        }
        files
    }
}

/// A script as the file of its code.
fn script(item: &Value) -> String {
    let mut head = item.clone();
    let code = head.as_object_mut().and_then(|fields| fields.remove("code"));
    format!("{SCRIPT_HEAD}{head}\n{}", code.as_ref().and_then(Value::as_str).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::error::BackupError;
    use crate::secrets::{KnownSecrets, Secrets};
    use crate::{About, Home, Items};

    fn items(items: Vec<Value>) -> Items {
        let of = |item: Value| (item["id"].as_str().unwrap_or_default().to_owned(), item);
        items.into_iter().map(of).collect()
    }

    fn snapshot() -> Snapshot {
        let about = About {
            id: Some("5a8d0c77aa0f3b2d00c4e1f2".to_owned()),
            name: "Home".to_owned(),
            model: Some("Homey Pro (Early 2023)".to_owned()),
            firmware: Some("13.2.4".to_owned()),
            dialect: "local".to_owned(),
        };
        let mut home = Home::new(about);
        home.insert(
            Part::Zones,
            items(vec![
                json!({ "id": "z0", "name": "Home", "parent": null, "active": true }),
                json!({ "id": "z1", "name": "Kitchen", "parent": "z0" }),
            ]),
        );
        home.insert(Part::Folders, items(vec![json!({ "id": "f1", "name": "Lights" })]));
        home.insert(
            Part::Devices,
            items(vec![
                json!({ "id": "d1", "name": "Lamp", "zone": "z1", "class": "light", "driverId": "homey:app:a:bulb",
                    "capabilities": ["onoff", "dim"], "data": { "id": "1" }, "settings": { "password": "hunter2" } }),
                json!({ "id": "d2", "name": "lamp", "zone": "z1" }),
            ]),
        );
        home.insert(
            Part::Flows,
            items(vec![json!({ "id": "1", "name": "Evening", "folder": "f1", "enabled": true, "broken": false,
                "trigger": { "id": "homey:manager:cron:time_exactly", "args": { "time": "20:00" } },
                "conditions": [], "actions": [{ "id": "homey:device:d1:dim", "group": "then",
                "args": { "dim": 0.4 }, "delay": null }] })]),
        );
        home.insert(
            Part::AdvancedFlows,
            items(vec![json!({ "id": "2", "name": "Evening", "folder": "f1", "cards": {} })]),
        );
        home.insert(
            Part::Scripts,
            items(vec![json!({ "id": "s", "name": "a/b", "code": "// hi\nlog(1);" })]),
        );
        home.miss(Part::Moods, "the sign-in lacks the scope homey.mood.readonly");
        let when = "2026-11-30T10:00:00Z".parse().expect("a time");
        Snapshot::of(&home, &KnownSecrets::default(), when).0
    }

    #[test]
    fn a_snapshot_as_files() {
        let files = snapshot().files();
        let text: String = files
            .iter()
            .map(|(path, bytes)| format!("--- {path}\n{}", String::from_utf8_lossy(bytes)))
            .collect();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn files_are_read_as_the_snapshot_they_were_written_from() {
        let snapshot = snapshot();
        let files = snapshot.files();
        let read = Snapshot::from_files(&files).expect("what was just written");
        assert_eq!(read.files(), files);
        assert_eq!(read.refs, snapshot.refs);
        assert_eq!(read.home.about, snapshot.home.about);
        assert!(!read.home.has(Part::Moods), "a part that was not read is still unknown");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_named() {
        type Change = fn(&mut Files);
        let error_after = |change: Change| {
            let mut files = snapshot().files();
            change(&mut files);
            Snapshot::from_files(&files).expect_err("a wrong file").to_string()
        };
        let rows: [(Change, &str); 8] = [
            (|files| drop(files.remove(MANIFEST)), "there is no housekey.toml"),
            (
                |files| drop(files.insert("zones.json".into(), b"[\n  {\n]".to_vec())),
                "zones.json, line 3: key must be a string",
            ),
            (
                |files| {
                    drop(files.insert(
                        "flows/Other.json".into(),
                        files["flows/Lights/Evening.json"].clone(),
                    ))
                },
                "flows/Lights/Evening.json and flows/Other.json hold the same flow, with the id 1",
            ),
            (|files| drop(files.remove("zones.json")), "zones.json is missing"),
            (
                |files| drop(files.insert("flows/X.json".into(), b"[]".to_vec())),
                "flows/X.json: a flow is an object",
            ),
            (
                |files| drop(files.insert("flows/X.json".into(), b"{\"name\": \"X\"}".to_vec())),
                "flows/X.json: a flow has a `trigger`",
            ),
            (
                |files| drop(files.insert("scripts/x.js".into(), b"log(1)".to_vec())),
                "scripts/x.js, line 1: the first line of a script is",
            ),
            (
                |files| {
                    let text = String::from_utf8_lossy(&files[MANIFEST])
                        .replace("format = 1", "format = 7");
                    files.insert(MANIFEST.into(), text.into_bytes());
                },
                "housekey.toml has the format 7; this version reads up to 1",
            ),
        ];
        for (wrong, want) in rows {
            let got = error_after(wrong);
            assert!(got.starts_with(want), "{got}");
        }
    }

    #[test]
    fn a_new_item_needs_no_id() {
        let mut files = snapshot().files();
        let flow =
            br#"{ "name": "New", "trigger": { "id": "x" }, "conditions": [], "actions": [] }"#;
        files.insert("flows/New.json".into(), flow.to_vec());
        let read = Snapshot::from_files(&files).expect("a flow without an id");
        assert_eq!(read.home.name(Part::Flows, "new:flows/New.json"), "New");
    }

    proptest! {
        #[test]
        fn any_home_is_read_as_it_was_written(
            names in prop::collection::vec(".{0,20}", 1..6),
            field in crate::home::tests::any_json(),
        ) {
            let mut home = Home::new(About { dialect: "v2".to_owned(), ..About::default() });
            for part in [Part::Zones, Part::Devices, Part::Flows, Part::Scripts, Part::Variables] {
                let item = |(index, name): (usize, &String)| json!({ "id": format!("{index}"), "name": name,
                    "zone": "0", "parent": "0", "folder": "0", "new": field, "trigger": {}, "code": "x" });
                home.insert(part, items(names.iter().enumerate().map(item).collect()));
            }
            let (snapshot, _): (Snapshot, Secrets) =
                Snapshot::of(&home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
            let files = snapshot.files();
            let read: Result<Snapshot, BackupError> = Snapshot::from_files(&files);
            prop_assert_eq!(read.expect("own files").files(), files);
        }
    }
}
