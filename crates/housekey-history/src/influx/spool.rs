//! Lines that wait for a server, in files: they survive an outage and a restart.
//!
//! Lines are appended to the newest file; the oldest file is sent as one batch, and deleted then. What is
//! above the limit is dropped, the oldest first, and counted.

use std::collections::VecDeque;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use housekey::whole_file;

/// The size from which on a new file is begun: a batch of some thousand lines.
const SEGMENT_BYTES: u64 = 256 * 1024;

/// The largest file that is read: one that is larger is none of ours.
const MAX_SEGMENT_BYTES: u64 = 16 << 20;

/// The end of the names of its files.
const ENDING: &str = ".lines";

/// Lines on disk.
#[derive(Debug)]
pub struct Spool {
    directory: PathBuf,
    max_bytes: u64,
    /// The oldest first.
    segments: VecDeque<Segment>,
    /// The file of the newest segment, as long as lines are added to it.
    open: Option<File>,
    next: u64,
    dropped_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    number: u64,
    bytes: u64,
}

/// The lines of the oldest file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpooledBatch {
    number: u64,
    /// Whole lines.
    pub lines: String,
}

impl Spool {
    /// The lines that wait in a directory, which is made if it does not exist.
    ///
    /// # Errors
    /// When the directory cannot be made or read.
    pub fn open(directory: &Path, max_bytes: u64) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let mut segments = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(ENDING)?.parse().ok());
            if let Some(number) = number {
                segments.push(Segment { number, bytes: entry.metadata()?.len() });
            }
        }
        segments.sort_unstable_by_key(|segment| segment.number);
        let next = segments.last().map_or(0, |segment| segment.number + 1);
        let (directory, segments) = (directory.to_owned(), segments.into());
        Ok(Self { directory, max_bytes, segments, open: None, next, dropped_bytes: 0 })
    }

    /// Appends lines, each with its line feed.
    ///
    /// # Errors
    /// When they cannot be written; lines that were written before stay.
    pub fn append(&mut self, lines: &str) -> io::Result<()> {
        let full = |segment: &Segment| segment.bytes >= SEGMENT_BYTES;
        let mut file = match self.open.take() {
            Some(file) if !self.segments.back().is_none_or(full) => file,
            _ => {
                let path = self.path(self.next);
                let file =
                    OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)?;
                self.segments.push_back(Segment { number: self.next, bytes: 0 });
                self.next += 1;
                file
            }
        };
        // A file that was written in part only is not added to: its last line is dropped.
        let written = file.write_all(lines.as_bytes());
        if let Some(segment) = self.segments.back_mut() {
            segment.bytes += lines.len() as u64;
        }
        written?;
        self.open = Some(file);
        while self.bytes() > self.max_bytes && self.segments.len() > 1 {
            self.drop_oldest()?;
        }
        Ok(())
    }

    fn drop_oldest(&mut self) -> io::Result<()> {
        if let Some(oldest) = self.segments.pop_front() {
            self.dropped_bytes += oldest.bytes;
            remove(&self.path(oldest.number))?;
        }
        Ok(())
    }

    /// The oldest lines, to which no more are added; `None` if there are none.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn oldest(&mut self) -> io::Result<Option<SpooledBatch>> {
        while let Some(&Segment { number, .. }) = self.segments.front() {
            if self.segments.len() == 1 {
                self.open = None;
            }
            let read = whole_file::read(&self.path(number), MAX_SEGMENT_BYTES);
            let lines = match read {
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                read => String::from_utf8_lossy(&read?).into_owned(),
            };
            // A line without an end was being written when the program was killed.
            let whole = lines.rfind('\n').map_or(0, |last| last + 1);
            match &lines[..whole] {
                "" => self.forget(number)?,
                lines => return Ok(Some(SpooledBatch { number, lines: lines.to_owned() })),
            }
        }
        Ok(None)
    }

    /// Deletes the lines of a batch.
    ///
    /// # Errors
    /// When the file cannot be deleted.
    pub fn finish(&mut self, batch: &SpooledBatch) -> io::Result<()> {
        self.forget(batch.number)
    }

    /// Replaces the lines of a batch by those of them that were not sent.
    ///
    /// # Errors
    /// When they cannot be written; the batch stays as it was.
    pub fn keep_rest(&mut self, batch: &SpooledBatch, rest: &str) -> io::Result<()> {
        let path = self.path(batch.number);
        let new = path.with_extension("new");
        fs::write(&new, rest)?;
        fs::rename(&new, &path)?;
        let segment = self.segments.iter_mut().find(|segment| segment.number == batch.number);
        if let Some(segment) = segment {
            segment.bytes = rest.len() as u64;
        }
        Ok(())
    }

    fn forget(&mut self, number: u64) -> io::Result<()> {
        self.segments.retain(|segment| segment.number != number);
        remove(&self.path(number))
    }

    /// The number of files.
    pub fn batches(&self) -> usize {
        self.segments.len()
    }

    /// The size of all lines that wait.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// The size of the lines that were dropped since it was opened, because there were too many.
    pub fn dropped_bytes(&self) -> u64 {
        self.dropped_bytes
    }

    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:012}{ENDING}"))
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(spool: &mut Spool) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(batch) = spool.oldest().unwrap() {
            spool.finish(&batch).unwrap();
            all.push(batch.lines);
        }
        all
    }

    #[test]
    fn lines_survive_a_restart_in_their_order() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b");
        let mut spool = Spool::open(&path, 1 << 20).unwrap();
        spool.append("1\n").unwrap();
        spool.append("2\n").unwrap();
        assert_eq!((spool.batches(), spool.bytes()), (1, 4));
        drop(spool);
        let mut spool = Spool::open(&path, 1 << 20).unwrap();
        spool.append("3\n").unwrap();
        assert_eq!(spool.oldest().unwrap().unwrap().lines, "1\n2\n", "what is not finished stays");
        assert_eq!(lines_of(&mut spool), ["1\n2\n", "3\n"]);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    }

    #[test]
    fn nothing_is_added_to_a_batch_that_is_being_sent() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(directory.path(), 1 << 20).unwrap();
        spool.append("1\n").unwrap();
        let batch = spool.oldest().unwrap().unwrap();
        spool.append("2\n").unwrap();
        spool.finish(&batch).unwrap();
        assert_eq!(lines_of(&mut spool), ["2\n"]);
    }

    #[test]
    fn a_line_that_was_torn_by_the_end_of_the_process_is_left_out() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("000000000004.lines"), "1\n2").unwrap();
        fs::write(directory.path().join("000000000005.lines"), "torn").unwrap();
        fs::write(directory.path().join("other.txt"), "not ours").unwrap();
        let mut spool = Spool::open(directory.path(), 1 << 20).unwrap();
        spool.append("3\n").unwrap();
        assert_eq!(lines_of(&mut spool), ["1\n", "3\n"]);
    }

    #[test]
    fn above_the_limit_the_oldest_are_dropped_and_counted() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(directory.path(), 3 * SEGMENT_BYTES).unwrap();
        let line = |first: char| format!("{first}{}\n", "x".repeat(SEGMENT_BYTES as usize));
        for first in ['1', '2', '3', '4', '5'] {
            spool.append(&line(first)).unwrap();
        }
        assert_eq!(spool.dropped_bytes(), 3 * (SEGMENT_BYTES + 2));
        let firsts: String =
            lines_of(&mut spool).iter().filter_map(|lines| lines.chars().next()).collect();
        assert_eq!(firsts, "45");
    }

    #[test]
    fn the_rest_of_a_batch_takes_its_place() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(directory.path(), 1 << 20).unwrap();
        spool.append("1\n2\n").unwrap();
        let batch = spool.oldest().unwrap().unwrap();
        spool.append("3\n").unwrap();
        spool.keep_rest(&batch, "2\n").unwrap();
        assert_eq!(lines_of(&mut spool), ["2\n", "3\n"]);
    }
}
