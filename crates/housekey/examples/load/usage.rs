//! What this process has used, and quantiles.

use std::fs;

/// Time on a processor of all threads so far, in seconds.
pub(super) fn cpu_s() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1e9
}

/// An amount of memory in MiB: `VmRSS:` of `/proc/self/status`, `Pss:` of `/proc/self/smaps_rollup`.
pub(super) fn memory_mb(file: &str, what: &str) -> Option<f64> {
    let status = fs::read_to_string(file).ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// Values in order.
pub(super) struct Quantiles(Vec<f64>);

impl Quantiles {
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The value that this part of them does not exceed.
    pub(super) fn at(&self, part: f64) -> Option<f64> {
        let place = (self.0.len() as f64 * part) as usize;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied()
    }
}
