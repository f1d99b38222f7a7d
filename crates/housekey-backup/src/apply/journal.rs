//! The journal of an apply: what was begun, what was done, and how it can be undone.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Part;
use crate::plan::{Hashes, Ids, Plan, Step, Written};

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Entry {
    /// The apply began.
    Started {
        /// When.
        when: Timestamp,
        /// The cloud id of the Homey.
        homey: Option<String>,
        /// The steps of its plan.
        steps: usize,
    },
    /// An item is about to be written.
    Begin {
        /// What it is.
        part: Part,
        /// Its id; that in the files where it is created.
        id: String,
        /// The digest of its set-up as it will be.
        hash: String,
    },
    /// It is written.
    Done {
        /// The step.
        step: Step,
        /// The id of the item on the Homey.
        id: String,
    },
    /// Everything is written, and the files are about to get the ids that items have on the Homey.
    Files {
        /// Those of the files, with those of the Homey.
        ids: Ids,
    },
    /// The whole plan is done.
    Finished,
}

/// A journal cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} the journal {}", path.display())]
pub struct JournalError {
    doing: &'static str,
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// A journal as a file, a line of JSON for each entry, on disk before a write begins.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Begins the journal of an apply in that directory. Its name is the time.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn start(
        directory: &Path,
        when: Timestamp,
        homey: Option<&str>,
        plan: &Plan,
    ) -> Result<Self, JournalError> {
        let path = directory.join(format!("{}.jsonl", when.strftime("%Y%m%dT%H%M%S%.3fZ")));
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        let opened = made.and_then(|()| {
            OpenOptions::new().append(true).create_new(true).mode(0o600).open(&path)
        });
        let file =
            opened.map_err(|source| JournalError { doing: "write", path: path.clone(), source })?;
        let mut journal = Self { path, file };
        let homey = homey.map(str::to_owned);
        journal.add(&Entry::Started { when, homey, steps: plan.steps.len() })?;
        Ok(journal)
    }

    /// The name by which it can be undone.
    pub fn name(&self) -> String {
        name(&self.path)
    }

    /// Notes that the files are about to get these ids: cut off then, some of them have them and others do not.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn files(&mut self, ids: &Ids) -> Result<(), JournalError> {
        self.add(&Entry::Files { ids: ids.clone() })
    }

    /// Notes that the whole plan is done.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<(), JournalError> {
        self.add(&Entry::Finished)
    }

    pub(super) fn add(&mut self, entry: &Entry) -> Result<(), JournalError> {
        let line = serde_json::to_string(entry).map_err(io::Error::from);
        let written = line.and_then(|line| {
            self.file.write_all(format!("{line}\n").as_bytes())?;
            self.file.sync_data()
        });
        written.map_err(|source| JournalError { doing: "write", path: self.path.clone(), source })
    }
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The journals in a directory, the newest last, each with its name.
///
/// # Errors
/// One cannot be read.
pub fn journals(directory: &Path) -> Result<BTreeMap<String, Vec<Entry>>, JournalError> {
    let failed =
        |path: &Path, source| JournalError { doing: "read", path: path.to_path_buf(), source };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(failed(directory, source)),
    };
    let mut journals = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|source| failed(directory, source))?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let text = fs::read_to_string(&path).map_err(|source| failed(&path, source))?;
            // The last line may be cut off: what it would say was not begun.
            let lines = text.lines().map_while(|line| serde_json::from_str(line).ok());
            journals.insert(name(&path), lines.collect());
        }
    }
    Ok(journals)
}

/// What unfinished applies at that Homey have written: such items were changed by us, not by a person, and have
/// those ids in files that were not brought up to date.
pub fn unfinished(journals: &BTreeMap<String, Vec<Entry>>, homey: Option<&str>) -> Written {
    let mut all = Written::default();
    for entries in journals.values().filter(|entries| !entries.contains(&Entry::Finished)) {
        let is_here = entries.iter().any(
            |entry| matches!(entry, Entry::Started { homey: at, .. } if at.as_deref() == homey),
        );
        if is_here {
            for (item, hashes) in written(entries) {
                all.hashes.entry(item).or_default().extend(hashes);
            }
            for entry in entries {
                if let Entry::Files { ids } = entry {
                    all.ids.extend(ids.clone());
                }
            }
        }
    }
    all
}

/// The digests that an apply has given each item, by its id on the Homey.
pub(super) fn written(entries: &[Entry]) -> Hashes {
    let mut given: BTreeMap<(Part, &str), &str> = BTreeMap::new();
    for entry in entries {
        if let Entry::Done { step, id } = entry {
            given.insert((step.part, step.id.as_str()), id);
        }
    }
    let mut written = Hashes::new();
    for entry in entries {
        if let Entry::Begin { part, id, hash } = entry {
            let id = given.get(&(*part, id.as_str())).copied().unwrap_or(id);
            written.entry((*part, id.to_owned())).or_default().insert(hash.clone());
        }
    }
    written
}
