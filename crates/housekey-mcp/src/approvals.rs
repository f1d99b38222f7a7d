//! Calls that wait for a person, as files: the program that serves an assistant writes one for each call,
//! `housekey mcp approve` answers it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The directory in that of the state.
const DIRECTORY: &str = "mcp-approvals";

/// The most bytes of a file.
const LARGEST: u64 = 64 * 1024;

/// The most calls that wait at once.
const MOST: usize = 32;

/// A call that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Eight hexadecimal digits.
    pub id: String,
    /// When it began to wait.
    pub time: Timestamp,
    /// Until when it waits.
    pub expires: Timestamp,
    /// The key of the client.
    pub key: String,
    /// What the client calls itself.
    pub client: String,
    /// The tool.
    pub tool: String,
    /// What it would do, with the devices.
    pub call: String,
}

/// The calls that wait on this machine.
#[derive(Debug, Clone)]
pub struct Approvals {
    directory: PathBuf,
}

impl Approvals {
    /// Those of a state directory.
    pub fn of(state: &Path) -> Self {
        Self { directory: state.join(DIRECTORY) }
    }

    /// Those that wait at a time, the oldest first. What no program waits for any more is removed.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn waiting(&self, now: Timestamp) -> io::Result<Vec<Approval>> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut waiting = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            match read(&path) {
                Some(approval) if now < approval.expires => waiting.push(approval),
                _ => self.forget(&path),
            }
        }
        waiting.sort_by_key(|approval| approval.time);
        Ok(waiting)
    }

    /// Answers a call. Whether it still waited.
    ///
    /// # Errors
    /// When the answer cannot be written.
    pub fn answer(&self, id: &str, allow: bool, now: Timestamp) -> io::Result<bool> {
        let is_waiting = self.waiting(now)?.iter().any(|approval| approval.id == id);
        if is_waiting {
            let text: &[u8] = if allow { b"allow" } else { b"deny" };
            match write_new(&self.path(id, "answer"), text) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                result => result?,
            }
        }
        Ok(is_waiting)
    }

    /// Begins to wait: for the answer see [`Approvals::answered`].
    pub(crate) fn request(&self, approval: &Approval) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        if self.waiting(approval.time)?.len() >= MOST {
            return Err(io::Error::other("too many calls are waiting"));
        }
        let text = serde_json::to_vec(approval)?;
        // Under another name until it is whole, so that no half of it is read.
        let (part, whole) = (self.path(&approval.id, "part"), self.path(&approval.id, "json"));
        write_new(&part, &text)?;
        fs::rename(part, whole)
    }

    /// The answer, if there is one.
    pub(crate) fn answered(&self, id: &str) -> Option<bool> {
        match fs::read(self.path(id, "answer")).ok()?.as_slice() {
            b"allow" => Some(true),
            b"deny" => Some(false),
            _ => None,
        }
    }

    /// Ends the wait.
    pub(crate) fn end(&self, id: &str) {
        self.forget(&self.path(id, "json"));
    }

    fn forget(&self, path: &Path) {
        let _ = fs::remove_file(path);
        let _ = fs::remove_file(path.with_extension("answer"));
    }

    fn path(&self, id: &str, end: &str) -> PathBuf {
        self.directory.join(format!("{id}.{end}"))
    }
}

impl Approval {
    /// One that waits from now for a length of time, with an id of its own.
    pub(crate) fn new(
        now: Timestamp,
        wait: SignedDuration,
        who: (&str, &str),
        tool: &str,
        call: String,
    ) -> Self {
        Self {
            id: format!("{:08x}", rand::random::<u32>()),
            time: now,
            expires: now + wait,
            key: who.0.to_owned(),
            client: who.1.to_owned(),
            tool: tool.to_owned(),
            call,
        }
    }
}

fn read(path: &Path) -> Option<Approval> {
    let is_small = fs::metadata(path).is_ok_and(|about| about.len() <= LARGEST);
    let text = if is_small { fs::read(path).ok()? } else { return None };
    serde_json::from_slice(&text).ok()
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_call_waits_for_its_answer() {
        let directory = tempfile::tempdir().unwrap();
        let approvals = Approvals::of(directory.path());
        assert_eq!(approvals.waiting(at(0)).unwrap(), []);
        let wait = SignedDuration::from_secs(60);
        let call = || "locked=false of \"Front door\"".to_owned();
        let one = Approval::new(at(100), wait, ("stdio", "test"), "homey_device_set", call());
        approvals.request(&one).unwrap();
        assert_eq!(approvals.waiting(at(101)).unwrap(), std::slice::from_ref(&one));
        assert_eq!(approvals.answered(&one.id), None);
        assert!(!approvals.answer("../../etc", true, at(102)).unwrap());
        assert!(approvals.answer(&one.id, true, at(102)).unwrap());
        assert!(!approvals.answer(&one.id, false, at(103)).unwrap(), "answered once");
        assert_eq!(approvals.answered(&one.id), Some(true));
        approvals.end(&one.id);
        assert_eq!(
            (approvals.waiting(at(104)).unwrap().len(), approvals.answered(&one.id)),
            (0, None)
        );
    }

    #[test]
    fn what_is_too_late_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let approvals = Approvals::of(directory.path());
        let wait = SignedDuration::from_secs(60);
        let one = Approval::new(at(100), wait, ("stdio", "test"), "homey_mood_set", String::new());
        approvals.request(&one).unwrap();
        assert!(!approvals.answer(&one.id, true, at(160)).unwrap());
        assert_eq!(approvals.answered(&one.id), None);
        assert_eq!(fs::read_dir(directory.path().join(DIRECTORY)).unwrap().count(), 0);
    }
}
