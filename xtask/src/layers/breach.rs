//! An import that the rules do not allow.

use std::fmt;

/// An import that the rules do not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) file: String,
    /// 0 where the whole file is meant.
    pub(super) line: usize,
    pub(super) text: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.text),
            line => write!(f, "{}:{line}: {}", self.file, self.text),
        }
    }
}
