//! Reads the files of a snapshot.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Files, Form, MANIFEST, REFS, SCRIPT_HEAD, form, manifest};
use crate::error::BackupError;
use crate::{Home, Items, Part, Refs, Snapshot, setup};

/// Before the path of the file of an item that has no id, where an id is needed.
const NEW: &str = "new:";

/// Whether an id was made up for an item that a file describes and no Homey has given an id yet.
pub(crate) fn is_new(id: &str) -> bool {
    id.starts_with(NEW)
}

impl Snapshot {
    /// Reads the files of a snapshot. Files that are none of a snapshot are passed over.
    ///
    /// # Errors
    /// What is wrong with a file.
    pub fn from_files(files: &Files) -> Result<Self, BackupError> {
        let (when, mut home, parts) = manifest(files)?;
        let refs = match files.get(REFS) {
            Some(refs) => {
                Refs::from_json(text(REFS, refs)?).map_err(|error| syntax(REFS, &error))?
            }
            None => Refs::default(),
        };
        for part in parts {
            home.insert(part, items(part, files)?);
        }
        Ok(Self { when, home, refs })
    }
}

/// The items of one part, of which alone the files are needed besides the manifest; `None` where it was not read.
///
/// # Errors
/// What is wrong with a file.
pub(crate) fn part_from_files(part: Part, files: &Files) -> Result<Option<Items>, BackupError> {
    let (_, _, parts) = manifest(files)?;
    parts.contains(&part).then(|| items(part, files)).transpose()
}

fn manifest(files: &Files) -> Result<(Timestamp, Home, Vec<Part>), BackupError> {
    let manifest =
        files.get(MANIFEST).ok_or_else(|| BackupError::NoBackup("this directory".to_owned()))?;
    manifest::read(text(MANIFEST, manifest)?)
}

fn items(part: Part, files: &Files) -> Result<Items, BackupError> {
    match form(part) {
        Form::List(path) => list(part, path, files),
        Form::Each { directory, extension } => each(part, directory, extension, files),
    }
}

fn list(part: Part, path: &str, files: &Files) -> Result<Items, BackupError> {
    let bytes = files.get(path).ok_or_else(|| BackupError::Content {
        path: path.to_owned(),
        what: "is missing, and the manifest says that this part was read",
    })?;
    let value: Value =
        serde_json::from_str(text(path, bytes)?).map_err(|error| syntax(path, &error))?;
    let Value::Array(list) = value else {
        return Err(BackupError::file(path, None, "expected an array"));
    };
    let mut items = Items::new();
    for (index, item) in list.into_iter().enumerate() {
        let place = format!("{path}#{index}");
        let (id, item) = one(part, path, &place, item)?;
        if items.insert(id.clone(), item).is_some() {
            let (first, second) = (path.to_owned(), "the same file".to_owned());
            return Err(BackupError::SameId { first, second, item: part.item(), id });
        }
    }
    Ok(items)
}

fn each(part: Part, directory: &str, extension: &str, files: &Files) -> Result<Items, BackupError> {
    let mut items = Items::new();
    let mut paths: BTreeMap<String, &str> = BTreeMap::new();
    let is_here = |path: &str| {
        path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
            && path.ends_with(extension)
            && (part != Part::Flows || !path.ends_with(".adv.json"))
    };
    for (path, bytes) in files.iter().filter(|(path, _)| is_here(path)) {
        let text = text(path, bytes)?;
        let item = if part == Part::Scripts { script(path, text)? } else { json(path, text)? };
        let (id, item) = one(part, path, path, item)?;
        if let Some(first) = paths.insert(id.clone(), path) {
            let (first, second) = (first.to_owned(), path.clone());
            return Err(BackupError::SameId { first, second, item: part.item(), id });
        }
        items.insert(id, item);
    }
    Ok(items)
}

/// An item with its id, checked as far as is possible without a Homey.
fn one(part: Part, path: &str, place: &str, item: Value) -> Result<(String, Value), BackupError> {
    let wrong = |what: String| Err(BackupError::file(path, None, what));
    let an = match part.item().starts_with(['a', 'o']) {
        true => format!("an {}", part.item()),
        false => format!("a {}", part.item()),
    };
    if !item.is_object() {
        return wrong(format!("{an} is an object"));
    }
    let id = match &item["id"] {
        Value::Null => format!("{NEW}{place}"),
        Value::String(id) if !id.is_empty() && !is_new(id) => id.clone(),
        _ => return wrong(format!("the `id` of {an} is text")),
    };
    let is_text =
        |key: &str| item.get(key).is_none_or(|value| value.is_null() || value.is_string());
    for key in ["name", "folder", "zone", "parent"] {
        if !is_text(key) {
            return wrong(format!("`{key}` of {an} is text"));
        }
    }
    let takes = |key: &str, is: fn(&Value) -> bool| item.get(key).is_some_and(is);
    match part {
        Part::Flows if !takes("trigger", Value::is_object) && is_new(&id) => {
            return wrong(format!("{an} has a `trigger`, an object"));
        }
        Part::Flows => {
            for key in ["conditions", "actions"] {
                if item.get(key).is_some_and(|value| !value.is_array()) {
                    return wrong(format!("`{key}` of {an} is an array"));
                }
            }
        }
        Part::AdvancedFlows if !takes("cards", Value::is_object) => {
            return wrong(format!("{an} has `cards`, an object"));
        }
        _ => {}
    }
    // A person may have written the fields in any order, and left some out.
    Ok((id.clone(), setup::of(part, &id, &item)))
}

/// The fields of a script from its first line, and its code.
fn script(path: &str, text: &str) -> Result<Value, BackupError> {
    let (head, code) = text.split_once('\n').unwrap_or((text, ""));
    let head = head.trim_end_matches('\r').strip_prefix(SCRIPT_HEAD).ok_or_else(|| {
        let what =
            format!("the first line of a script is `{SCRIPT_HEAD}{{\"id\": …, \"name\": …}}`");
        BackupError::file(path, Some(1), what)
    })?;
    let mut item = json(path, head)?;
    if let Value::Object(fields) = &mut item {
        fields.insert("code".to_owned(), code.into());
    }
    Ok(item)
}

fn json(path: &str, text: &str) -> Result<Value, BackupError> {
    serde_json::from_str(text).map_err(|error| syntax(path, &error))
}

fn text<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, BackupError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| BackupError::file(path, None, "expected text in UTF-8"))
}

fn syntax(path: &str, error: &serde_json::Error) -> BackupError {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    BackupError::file(path, Some(error.line()), format!("{what}, column {}", error.column()))
}
