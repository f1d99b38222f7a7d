//! The log of what assistants did: a JSON object on each line of `mcp.log`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The file in the directory of the state.
const NAME: &str = "mcp.log";

/// A longer file becomes `mcp.log.1`.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The most bytes of the arguments and of the result.
const LONGEST: usize = 2_000;

/// A write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedWrite {
    /// When it was answered.
    pub time: Timestamp,
    /// The key of the client.
    pub key: String,
    /// What the client calls itself.
    pub client: String,
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// What came of it.
    pub result: String,
}

/// The log of a state directory.
#[derive(Debug, Clone)]
pub struct WriteLog {
    path: PathBuf,
}

impl WriteLog {
    /// The log of that state directory.
    pub fn of(state: &Path) -> Self {
        Self { path: state.join(NAME) }
    }

    /// All writes that are kept, the oldest first. Lines that cannot be read are left out.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(&self) -> io::Result<Vec<LoggedWrite>> {
        let mut writes = Vec::new();
        for path in [self.older(), self.path.clone()] {
            match fs::File::open(&path) {
                Ok(file) => {
                    for line in BufReader::new(file).split(b'\n') {
                        writes.extend(serde_json::from_slice::<LoggedWrite>(&line?).ok());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(writes)
    }

    /// Adds a write. Where that fails, it is in the log of the program at least.
    pub(crate) fn add(&self, mut write: LoggedWrite) {
        if write.arguments.to_string().len() > LONGEST {
            write.arguments = crate::quote::plain(&write.arguments.to_string(), LONGEST).into();
        }
        write.result = crate::quote::plain(&write.result, LONGEST);
        if let Err(error) = self.append(&write) {
            tracing::warn!(%error, file = %self.path.display(), tool = write.tool, "not logged");
        }
    }

    fn append(&self, write: &LoggedWrite) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|about| about.len() > LARGEST) {
            fs::rename(&self.path, self.older())?;
        }
        let mut line = serde_json::to_vec(write)?;
        line.push(b'\n');
        if let Some(state) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(state)?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600).open(&self.path)?.write_all(&line)
    }

    fn older(&self) -> PathBuf {
        self.path.with_extension("log.1")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_are_kept_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let log = WriteLog::of(&directory.path().join("state"));
        assert_eq!(log.read().unwrap(), []);
        let write = |result: &str| LoggedWrite {
            time: Timestamp::UNIX_EPOCH,
            key: "stdio".to_owned(),
            client: "test".to_owned(),
            tool: "homey_device_set".to_owned(),
            arguments: json!({ "device": "Lamp" }),
            result: result.to_owned(),
        };
        log.add(write("done"));
        fs::OpenOptions::new().append(true).open(&log.path).unwrap().write_all(b"torn\n").unwrap();
        log.add(write("a\nb"));
        assert_eq!(log.read().unwrap(), [write("done"), write("a b")]);
    }
}
