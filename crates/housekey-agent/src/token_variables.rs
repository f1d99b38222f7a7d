//! The variables that hold tokens, kept across restarts: the ids of those that sinks have written. A token
//! may still be in a variable after it was renamed, or after its sink was removed.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use housekey::redaction::TokenVariables;
use serde::{Deserialize, Serialize};

use crate::mutex::lock_unpoisoned;

/// The name of the file in the directory of the stored tokens.
const NAME: &str = "token-variables.json";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The file.
#[derive(Debug, Clone)]
pub struct VariableFile {
    path: PathBuf,
    /// Its content.
    ids: Arc<Mutex<VariableIds>>,
}

/// The ids by the short name of the Homey.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct VariableIds {
    homeys: BTreeMap<String, Vec<String>>,
}

/// The variables of one Homey, and where they are written down.
#[derive(Debug, Clone)]
pub(crate) struct HomeyVariables {
    homey: String,
    pub(crate) variables: TokenVariables,
    file: VariableFile,
}

impl VariableFile {
    /// The one in that directory. One that cannot be read counts as empty: names are enough for most.
    pub fn of(state: &Path) -> Self {
        let path = state.join(NAME);
        let pages = read(&path).unwrap_or_else(|error| {
            tracing::warn!(file = %path.display(), %error, "renamed token variables are not known");
            VariableIds::default()
        });
        Self { path, ids: Arc::new(Mutex::new(pages)) }
    }

    /// The variables of a Homey: those of these names, and those that were written before.
    pub fn of_homey<'a>(
        &self,
        homey: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> TokenVariables {
        let variables = TokenVariables::named(names);
        let ids = lock_unpoisoned(&self.ids);
        let ids = ids.homeys.get(homey).into_iter().flatten();
        ids.for_each(|id| variables.add_id(id));
        variables
    }

    pub(crate) fn with(&self, homey: &str, variables: TokenVariables) -> HomeyVariables {
        HomeyVariables { homey: homey.to_owned(), variables, file: self.clone() }
    }
}

impl HomeyVariables {
    /// Writes down what was learned since, if anything was.
    pub(crate) fn save(&self) {
        let ids = self.variables.ids();
        let mut stored = lock_unpoisoned(&self.file.ids);
        if ids.is_empty() || stored.homeys.get(&self.homey) == Some(&ids) {
            return;
        }
        stored.homeys.insert(self.homey.clone(), ids);
        let text = serde_json::to_string(&*stored).unwrap_or_default();
        if let Err(error) = write(&self.file.path, &text) {
            let file = self.file.path.display();
            tracing::warn!(%file, %error, "after a restart, renamed token variables will not be known");
        }
    }
}

/// Replaces the file as a whole: a crash leaves the old one or the new one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("json.new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn read(path: &Path) -> io::Result<VariableIds> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(VariableIds::default()),
        Err(error) => return Err(error),
        Ok(about) if about.len() > LARGEST => return Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => {}
    }
    serde_json::from_str(&fs::read_to_string(path)?).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_variable_is_known_after_a_restart_under_every_name() {
        let directory = tempfile::tempdir().unwrap();
        let file = VariableFile::of(directory.path());
        let known = file.with("home", file.of_homey("home", ["accesstoken"]));
        known.save();
        assert!(!directory.path().join(NAME).exists(), "nothing is known yet");
        known.variables.add_id("v1");
        known.save();
        let mode = fs::metadata(directory.path().join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // Its sink is gone as well.
        let again = VariableFile::of(directory.path());
        assert!(again.of_homey("home", []).contains("v1", "renamed"));
        assert!(again.of_homey("cabin", []).is_empty());
    }

    #[test]
    fn a_file_that_cannot_be_read_counts_as_empty() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(NAME), "no JSON").unwrap();
        let variables = VariableFile::of(directory.path()).of_homey("home", ["accesstoken"]);
        assert!(variables.contains("v1", "accesstoken") && variables.ids().is_empty());
    }
}
