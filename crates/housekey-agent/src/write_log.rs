//! The latest writes that callers of the gateway sent to a Homey.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use housekey_backup::authors::Write;
use hyper::Method;

use crate::mutex::lock_unpoisoned;

/// How many are kept until they are read; older ones are dropped.
const COUNT: usize = 256;

/// Paths longer than that are of no item.
const PATH_LIMIT_BYTES: usize = 512;

/// The latest writes to one Homey, noted only where something reads them.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteLog(Option<Arc<Mutex<VecDeque<Write>>>>);

impl WriteLog {
    /// A log that notes what is added.
    pub(crate) fn noting() -> Self {
        Self(Some(Arc::default()))
    }

    /// Notes a write that succeeded.
    pub(crate) fn add(&self, who: &str, method: &Method, path: String) {
        let Some(log) = &self.0 else { return };
        if path.len() > PATH_LIMIT_BYTES {
            return;
        }
        let mut log = lock_unpoisoned(log);
        if log.len() == COUNT {
            log.pop_front();
        }
        log.push_back(Write { who: who.to_owned(), method: method.to_string(), path });
    }

    /// Takes what was noted since the last time.
    pub(crate) fn take(&self) -> Vec<Write> {
        self.0.as_deref().map(|log| lock_unpoisoned(log).drain(..).collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_nothing_where_nobody_reads() {
        let log = WriteLog::noting();
        (0..COUNT + 3).for_each(|number| log.add("panel", &Method::PUT, format!("/{number}")));
        log.add("panel", &Method::PUT, "x".repeat(PATH_LIMIT_BYTES + 1));
        let taken = log.take();
        assert_eq!((taken.len(), &*taken[0].path), (COUNT, "/3"));
        assert!(log.take().is_empty());
        let off = WriteLog::default();
        off.add("panel", &Method::PUT, "/1".to_owned());
        assert!(off.take().is_empty());
    }
}
