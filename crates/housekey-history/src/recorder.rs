//! The recorder: turns what a mirror reports into rows, and writes them without ever holding it up.

mod backlog;
mod engine;
mod item;
mod task;

use jiff::tz::TimeZone;
use serde::Serialize;

pub use self::engine::Engine;
pub use self::task::{Recorder, RecorderError};
use crate::rules::Selection;
use crate::store::Retention;
use crate::store::location::Place;

/// What a recorder is given.
#[derive(Debug, Clone)]
pub struct RecorderSettings {
    /// Where to.
    pub place: Place,
    /// The short name of the Homey.
    pub homey: String,
    /// The series that are recorded.
    pub selection: Selection,
    /// Whether it writes less often, which spares an SD card.
    pub gentle: bool,
    /// How long they are kept.
    pub retention: Retention,
    /// The zone of the home, by which buckets begin; `None` for the last one that was known, or UTC.
    pub zone: Option<TimeZone>,
}

/// How a recorder fares.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RecorderStatus {
    /// How many series it has.
    pub series: u64,
    /// How many points were written since the start.
    pub points: u64,
    /// How many rows wait to be written.
    pub waiting: u64,
    /// How many rows were lost since the start, because they could not be written.
    pub lost: u64,
    /// How many reports had an impossible time.
    pub clock_faults: u64,
    /// When the last batch was written, UTC milliseconds.
    pub written_at: Option<i64>,
    /// The zone by which buckets begin, where that of the home could not be read.
    pub borrowed_zone: Option<String>,
    /// Why nothing can be written now.
    pub trouble: Option<String>,
}
