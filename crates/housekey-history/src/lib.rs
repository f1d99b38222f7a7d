//! The past of a home: records every change of a mirror, keeps statistics, answers queries and exports.
//!
//! Pure: `value`, `series`, `rules` (what is written), `meter`, `step` (buckets in the home's own time), `pieces`
//! (recorded values as a step function), `reading`. Doing: `store` and what stands on it.

pub mod meter;
pub mod pieces;
pub mod reading;
pub mod rules;
pub mod series;
pub mod step;
pub mod value;
