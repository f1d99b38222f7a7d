//! Stored buckets, and the deletion of what is older than its time.

use jiff::tz::TimeZone;

use super::reader::{self, GAP_STARTS, LAST, LAST_READING, POINTS, PROGRESS};
use super::sql::with;
use super::stored_buckets::StoredBuckets;
use super::writer::{ENDS, StoreWriter};
use super::{Progress, Source, StoreError};
use crate::pieces::{self, Carried};
use crate::series::{Class, Series};
use crate::step::{DAY, FIVE_MINUTES, HOUR, Step};
use crate::value::{Point, Value, ValueType};

/// How much is computed at once.
const STRETCH: i64 = 7 * DAY;

/// How many rows are deleted at once.
const CHUNK: i64 = 20_000;

/// From how many points a day on a number is thinned.
const CHATTY: i64 = 50;

/// How long points of what changes rarely are kept.
const RARE: i64 = 5 * 366 * DAY;

/// How long everything is kept, in milliseconds; `None` for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Points of numbers that change often.
    pub raw: Option<i64>,
    /// Buckets of five minutes.
    pub five_minutes: Option<i64>,
    /// Buckets of an hour.
    pub hourly: Option<i64>,
    /// The largest size in bytes.
    pub max_size: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { raw: Some(30 * DAY), five_minutes: Some(366 * DAY), hourly: None, max_size: None }
    }
}

impl StoreWriter {
    /// Computes the buckets of all complete hours before `now`; returns how many series had some.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_statistics(
        &mut self,
        now: i64,
        zone: &TimeZone,
    ) -> Result<usize, StoreError> {
        let mut touched = 0;
        for series in self.series().await? {
            if series.class.is_thinned() && self.update_series(&series, now, zone).await? {
                touched += 1;
            }
        }
        Ok(touched)
    }

    async fn update_series(
        &mut self,
        series: &Series,
        now: i64,
        zone: &TimeZone,
    ) -> Result<bool, StoreError> {
        let hour = Step::Fixed(HOUR);
        let progress = self.progress(series.id).await?;
        let Some(ends) = self.sql.row(ENDS, with![series.id]).await? else { return Ok(false) };
        let (Some(first), Some(last)) = (ends.int(0)?, ends.int(1)?) else { return Ok(false) };
        let begin = hour.floor(progress.until.unwrap_or(first), zone);
        // What follows the last point costs nothing to compute when it is read.
        let end = hour.floor(now.min(last), zone);
        let mut from = begin;
        while from < end {
            let to = hour.floor((from + STRETCH).min(end), zone);
            self.compute(series, (from, to), zone, &progress).await?;
            from = to;
        }
        Ok(begin < end)
    }

    /// Computes the buckets of a window and notes how far they are.
    async fn compute(
        &mut self,
        series: &Series,
        window: (i64, i64),
        zone: &TimeZone,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let (from, to) = window;
        let gaps = self.gap_starts(window).await?;
        let carried = self.carried(series.id, from).await?;
        let rows = self.sql.rows(POINTS, with![series.id, from, to, i64::MAX]).await?;
        let points: Result<Vec<Point>, _> = rows.iter().map(|row| row.point(0)).collect();
        let points = pieces::with_gaps(points?, &gaps);
        self.sql.begin().await?;
        let done = self.put_computed(series, window, zone, (progress, &carried, &points)).await;
        self.sql.end(done).await
    }

    async fn put_computed(
        &mut self,
        series: &Series,
        window: (i64, i64),
        zone: &TimeZone,
        (progress, carried, points): (&Progress, &Carried, &[Point]),
    ) -> Result<(), StoreError> {
        let (from, to) = window;
        for step in [FIVE_MINUTES, HOUR] {
            let edges = Step::Fixed(step).edges(from, to, zone);
            let mut buckets =
                pieces::buckets(&mut carried.clone(), points, &edges, window, series.turn());
            buckets.retain(|bucket| bucket.ms > 0 || bucket.n > 0);
            // What was made of points that are gone stays.
            let thinned = progress.thinned.unwrap_or(i64::MIN);
            let (old, new): (Vec<_>, Vec<_>) =
                buckets.into_iter().partition(|bucket| bucket.t < thinned);
            for (buckets, keep) in [(old, true), (new, false)] {
                let (series, source) = (series.id, Source::Own);
                let all = StoredBuckets { series, step, buckets: &buckets, source, keep };
                self.put_stored(all).await?;
            }
        }
        let text = "INSERT INTO progress (series, from_t, until_t) VALUES ($1, $2, $3) ON CONFLICT (series) DO UPDATE \
            SET from_t = CASE WHEN progress.from_t < excluded.from_t THEN progress.from_t ELSE excluded.from_t END, \
            until_t = excluded.until_t";
        self.sql.run(text, with![series.id, from, to]).await?;
        Ok(())
    }

    async fn progress(&mut self, series: i64) -> Result<Progress, StoreError> {
        reader::progress(self.sql.row(PROGRESS, with![series]).await?)
    }

    async fn gap_starts(&mut self, (from, to): (i64, i64)) -> Result<Vec<i64>, StoreError> {
        let rows = self.sql.rows(GAP_STARTS, with![&*self.ids.homey, from, to]).await?;
        rows.iter().map(|row| row.count(0)).collect()
    }

    async fn carried(&mut self, series: i64, t: i64) -> Result<Carried, StoreError> {
        let mut carried = Carried::default();
        let Some(last) = self.sql.row(LAST, with![series, t]).await? else { return Ok(carried) };
        let last = last.point(0)?;
        if !reader::is_reading(&last.v)
            && let Some(reading) = self.sql.row(LAST_READING, with![series, last.t]).await?
        {
            carried.take(&reading.point(0)?);
        }
        carried.take(&last);
        if !self.gap_starts((last.t, t)).await?.is_empty() {
            carried.value = Value::Unknown;
        }
        Ok(carried)
    }

    /// Deletes what is older than its time; returns how many rows went.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune(&mut self, retention: &Retention, now: i64) -> Result<u64, StoreError> {
        self.classify(now).await?;
        let mut gone = 0;
        let mut now_kept = *retention;
        loop {
            gone += self.prune_once(&now_kept, now).await?;
            self.give_back_room(now).await?;
            let Some(max) = retention.max_size else { break };
            if self.bytes().await? <= max {
                break;
            }
            // First the points, then the buckets of five minutes, a quarter each time.
            let shorter = |kept: Option<i64>| kept.unwrap_or(20 * 366 * DAY) / 4 * 3;
            match (now_kept.raw, now_kept.five_minutes) {
                (raw, _) if raw.is_none_or(|raw| raw > DAY) => now_kept.raw = Some(shorter(raw)),
                (_, five) if five.is_none_or(|five| five > 7 * DAY) => {
                    now_kept.five_minutes = Some(shorter(five));
                }
                _ => break,
            }
        }
        Ok(gone)
    }

    async fn prune_once(&mut self, retention: &Retention, now: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        for series in self.series().await? {
            let progress = self.progress(series.id).await?;
            let before = match (series.class.is_thinned(), retention.raw) {
                (false, _) => Some(now - RARE),
                // Nothing goes before it is part of the statistics.
                (true, Some(raw)) => progress.until.map(|until| until.min(now - raw)),
                (true, None) => None,
            };
            if let Some(before) = before {
                gone += self.thin(series.id, before).await?;
            }
            for (step, kept) in [(FIVE_MINUTES, retention.five_minutes), (HOUR, retention.hourly)] {
                let Some(kept) = kept else { continue };
                let text = "DELETE FROM bucket WHERE series = $1 AND step = $2 AND t < $3";
                gone += self.sql.run(text, with![series.id, step, now - kept]).await?;
            }
        }
        Ok(gone)
    }

    /// Deletes points before a time, apart from the last of them, which still holds.
    async fn thin(&mut self, series: i64, before: i64) -> Result<u64, StoreError> {
        let Some(last) = self.sql.row(LAST, with![series, before]).await? else { return Ok(0) };
        let last = last.point(0)?.t;
        let mut gone = 0;
        loop {
            let text =
                "SELECT t FROM point WHERE series = $1 AND t < $2 ORDER BY t LIMIT 1 OFFSET $3";
            let bound = self.sql.row(text, with![series, last, CHUNK]).await?;
            let bound = bound.map(|row| row.count(0)).transpose()?;
            let text = "DELETE FROM point WHERE series = $1 AND t < $2";
            gone += self.sql.run(text, with![series, bound.unwrap_or(last)]).await?;
            if bound.is_none() {
                break;
            }
        }
        if gone > 0 {
            let text = "INSERT INTO progress (series, thinned_t) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE \
                SET thinned_t = CASE WHEN progress.thinned_t > $2 THEN progress.thinned_t ELSE $2 END";
            self.sql.run(text, with![series, last]).await?;
        }
        Ok(gone)
    }

    /// Marks numbers as changing often or rarely, by the last week.
    async fn classify(&mut self, now: i64) -> Result<(), StoreError> {
        for mut series in self.series().await? {
            let number = series.key.value_type == ValueType::Number;
            let young = series.first_t.is_none_or(|first| first > now - 7 * DAY);
            if !number || young || !matches!(series.class, Class::Chatty | Class::Rare) {
                continue;
            }
            let text = "SELECT count(*) FROM (SELECT 1 FROM point WHERE series = $1 AND t >= $2 AND t < $3 LIMIT $4) AS week";
            let week = with![series.id, now - 7 * DAY, now, 7 * CHATTY];
            let count = self.sql.row(text, week).await?.map_or(Ok(0), |row| row.count(0))?;
            let class = if count >= 7 * CHATTY { Class::Chatty } else { Class::Rare };
            if class != series.class {
                series.class = class;
                let text = "UPDATE series SET class = $1 WHERE id = $2";
                self.sql.run(text, with![class.as_str(), series.id]).await?;
            }
        }
        Ok(())
    }
}
