//! Where history is kept: what a backend reads and writes.

mod error;
pub mod location;
mod maintain;
#[cfg(feature = "postgres")]
mod postgres;
mod reader;
mod sql;
mod sqlite;
mod statistics;
mod stored_buckets;
mod writer;

use std::future::Future;

pub use self::error::StoreError;
pub use self::maintain::{SeriesSize, Size};
pub use self::reader::StoreReader;
pub use self::statistics::Retention;
pub use self::writer::StoreWriter;
use crate::pieces::{Bucket, Carried};
use crate::series::Series;
use crate::value::Point;

/// Something that has no value: a button, a device that was added, a connection that was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened.
    pub t: i64,
    /// The kind of the item.
    pub kind: String,
    /// The id of the item.
    pub item: String,
    /// What happened.
    pub text: String,
    /// Who did it, where that is known.
    pub who: Option<String>,
}

/// A time in which changes were not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// From when.
    pub from_t: i64,
    /// To when.
    pub to_t: i64,
    /// Why.
    pub reason: Reason,
    /// Whether a back-fill closed it.
    pub filled: bool,
}

/// Why changes were not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The agent did not run.
    AgentOff,
    /// The Homey was not reached.
    Offline,
    /// The Homey refused the token.
    SignedOut,
    /// They could not be written.
    Dropped,
}

impl Reason {
    /// Its name in the table `gap`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentOff => "agent-off",
            Self::Offline => "offline",
            Self::SignedOut => "signed-out",
            Self::Dropped => "dropped",
        }
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::AgentOff, Self::Offline, Self::SignedOut, Self::Dropped]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// Where a stored bucket comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From points of our own.
    Own = 0,
    /// From the Homey's Insights.
    Insights = 1,
    /// From an import.
    Import = 2,
}

/// What is written together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Series that are new, or whose names or data changed.
    pub series: Vec<(Series, i64)>,
    /// Points by series; a later one replaces an earlier one of the same time.
    pub points: Vec<(i64, Point)>,
    /// Points that were replaced by one of the same second.
    pub replaced: Vec<(i64, i64)>,
    /// Events.
    pub events: Vec<Event>,
    /// Gaps that ended.
    pub gaps: Vec<Gap>,
    /// Until when everything is known to be written.
    pub clock: Option<i64>,
}

impl Batch {
    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.series.len() + self.points.len() + self.events.len() + self.gaps.len()
    }

    /// Adds what comes later.
    pub fn append(&mut self, mut later: Self) {
        self.series.append(&mut later.series);
        self.points.append(&mut later.points);
        self.replaced.append(&mut later.replaced);
        self.events.append(&mut later.events);
        self.gaps.append(&mut later.gaps);
        self.clock = later.clock.or(self.clock);
    }
}

/// The reading half of a backend, for one home.
pub trait Reader: Send + Sync {
    /// All series, with their newest names, in the order of their ids.
    fn series(&self) -> impl Future<Output = Result<Vec<Series>, StoreError>> + Send;

    /// What holds right before a time.
    fn carried(
        &self,
        series: i64,
        t: i64,
    ) -> impl Future<Output = Result<Carried, StoreError>> + Send;

    /// The points from a time on and before another, at most `limit`.
    fn points(
        &self,
        series: i64,
        window: (i64, i64),
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Point>, StoreError>> + Send;

    /// Stored buckets of that step that begin in a window.
    fn buckets(
        &self,
        series: i64,
        step: i64,
        window: (i64, i64),
    ) -> impl Future<Output = Result<Vec<(Bucket, Source)>, StoreError>> + Send;

    /// Buckets of any step that come from elsewhere and begin in a window, with their steps, by time.
    fn foreign_buckets(
        &self,
        series: i64,
        window: (i64, i64),
    ) -> impl Future<Output = Result<Vec<(i64, Bucket)>, StoreError>> + Send;

    /// Until when the points of a series were thinned, and until when its statistics are complete.
    fn progress(&self, series: i64) -> impl Future<Output = Result<Progress, StoreError>> + Send;

    /// The gaps that touch a window and were not filled.
    fn gaps(&self, window: (i64, i64))
    -> impl Future<Output = Result<Vec<Gap>, StoreError>> + Send;

    /// The events of a window, at most `limit`.
    fn events(
        &self,
        window: (i64, i64),
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Event>, StoreError>> + Send;
}

/// Which rows of a database are of one home.
#[derive(Debug, Clone)]
struct Ids {
    /// The ids of its series come after this one.
    before: i64,
    /// The largest that one of its series may have.
    last: i64,
    /// Its name; empty where no other home is in the database.
    homey: String,
}

impl Ids {
    /// Of a database with one home.
    fn only() -> Self {
        Self { before: 0, last: i64::MAX, homey: String::new() }
    }

    /// The key in `meta`.
    fn meta(&self, key: &str) -> String {
        match &*self.homey {
            "" => key.to_owned(),
            homey => format!("{homey}/{key}"),
        }
    }
}

/// How far the statistics of a series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Points before this were deleted, apart from the last of them.
    pub thinned: Option<i64>,
    /// From when own buckets are complete and right.
    pub from: Option<i64>,
    /// Until when.
    pub until: Option<i64>,
}
