//! The past of a home: records every change of a mirror, keeps statistics, answers queries and exports.
//!
//! Pure: `value`, `series`, `rules` (what is written), `meter`, `step` (buckets in the home's own time), `insights`
//! (entries as buckets), `keep`, `pieces` (recorded values as a step function), `reading`, `metrics` (what
//! Prometheus reads), `influx` (lines). Doing: `store` (the backends), `query` (answers from points
//! and stored buckets), `import`, `export`, `recorder` (writes what a mirror reports).

pub mod export;
pub mod import;
pub mod influx;
pub mod insights;
pub mod keep;
pub mod meter;
pub mod metrics;
pub mod pieces;
pub mod query;
pub mod reading;
pub mod recorder;
pub mod rules;
pub mod series;
pub mod step;
pub mod store;
pub mod value;
