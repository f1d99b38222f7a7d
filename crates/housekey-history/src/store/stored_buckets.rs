//! Buckets on their way into a store.

use super::Source;
use crate::pieces::Bucket;

/// Buckets of one series and step.
pub(super) struct StoredBuckets<'b> {
    pub(super) series: i64,
    pub(super) step: i64,
    pub(super) buckets: &'b [Bucket],
    pub(super) source: Source,
    /// Those that are there stay.
    pub(super) keep: bool,
}

impl StoredBuckets<'_> {
    pub(super) const HEAD: &'static str =
        "INSERT INTO bucket (series, step, t, min, max, mean, last, inc, n, ms, source)";

    pub(super) fn tail(&self) -> &'static str {
        if self.keep {
            return "ON CONFLICT DO NOTHING";
        }
        "ON CONFLICT (series, step, t) DO UPDATE SET min = excluded.min, max = excluded.max, mean = excluded.mean, \
         last = excluded.last, inc = excluded.inc, n = excluded.n, ms = excluded.ms, source = excluded.source"
    }
}
