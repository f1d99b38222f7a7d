//! Stored buckets, and the deletion of what is older than its time.

use jiff::tz::TimeZone;

use super::super::{Progress, Source, StoreError};
use super::read;
use super::write::{self, SqliteWriter};
use crate::pieces::{self, Carried};
use crate::series::{Class, Series};
use crate::step::{DAY, FIVE_MINUTES, HOUR, Step};
use crate::value::Point;
use sqlx::Connection as _;
use sqlx::Row as _;

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

impl SqliteWriter {
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
        let ends = sqlx::query("SELECT min(t), max(t) FROM point WHERE series = ?");
        let ends = ends.bind(series.id).fetch_one(&mut self.connection).await?;
        let (Some(first), Some(last)) =
            (ends.try_get::<Option<i64>, _>(0)?, ends.try_get::<Option<i64>, _>(1)?)
        else {
            return Ok(false);
        };
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
        let rows =
            sqlx::query("SELECT t, v FROM point WHERE series = ? AND t >= ? AND t < ? ORDER BY t");
        let rows = rows.bind(series.id).bind(from).bind(to).fetch_all(&mut self.connection).await?;
        let points: Result<Vec<Point>, _> = rows.iter().map(|row| read::point(row, 0)).collect();
        let points = pieces::with_gaps(points?, &gaps);
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for step in [FIVE_MINUTES, HOUR] {
            let edges = Step::Fixed(step).edges(from, to, zone);
            let mut buckets =
                pieces::buckets(&mut carried.clone(), &points, &edges, window, series.turn());
            buckets.retain(|bucket| bucket.ms > 0 || bucket.n > 0);
            // What was made of points that are gone stays.
            let thinned = progress.thinned.unwrap_or(i64::MIN);
            let (old, new): (Vec<_>, Vec<_>) =
                buckets.into_iter().partition(|bucket| bucket.t < thinned);
            let place = (series.id, step);
            write::put_buckets(&mut transaction, place, (&old, Source::Own), true).await?;
            write::put_buckets(&mut transaction, place, (&new, Source::Own), false).await?;
        }
        let note = sqlx::query(
            "INSERT INTO progress (series, from_t, until_t) VALUES (?, ?, ?) \
             ON CONFLICT DO UPDATE SET from_t = min(coalesce(from_t, excluded.from_t), excluded.from_t), \
             until_t = excluded.until_t",
        );
        note.bind(series.id).bind(from).bind(to).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn progress(&mut self, series: i64) -> Result<Progress, StoreError> {
        let row = sqlx::query("SELECT thinned_t, from_t, until_t FROM progress WHERE series = ?");
        let Some(row) = row.bind(series).fetch_optional(&mut self.connection).await? else {
            return Ok(Progress::default());
        };
        Ok(Progress { thinned: row.try_get(0)?, from: row.try_get(1)?, until: row.try_get(2)? })
    }

    async fn gap_starts(&mut self, (from, to): (i64, i64)) -> Result<Vec<i64>, StoreError> {
        let gaps = sqlx::query_scalar(
            "SELECT from_t FROM gap WHERE from_t >= ? AND from_t < ? AND filled = 0 ORDER BY from_t",
        );
        Ok(gaps.bind(from).bind(to).fetch_all(&mut self.connection).await?)
    }

    async fn carried(&mut self, series: i64, t: i64) -> Result<Carried, StoreError> {
        let rows = sqlx::query(
            "SELECT t, v FROM (SELECT t, v FROM point WHERE series = ?1 AND t < ?2 ORDER BY t DESC LIMIT 1) \
             UNION SELECT t, v FROM (SELECT t, v FROM point WHERE series = ?1 AND t < ?2 AND v >= 0 \
             AND typeof(v) <> 'text' ORDER BY t DESC LIMIT 1) ORDER BY t",
        );
        let rows = rows.bind(series).bind(t).fetch_all(&mut self.connection).await?;
        let mut carried = Carried::default();
        let mut last = None;
        for row in &rows {
            let point = read::point(row, 0)?;
            carried.take(&point);
            last = Some(point.t);
        }
        if let Some(last) = last
            && !self.gap_starts((last, t)).await?.is_empty()
        {
            carried.value = crate::value::Value::Unknown;
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
            sqlx::raw_sql("PRAGMA incremental_vacuum").execute(&mut self.connection).await?;
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
                let old = sqlx::query("DELETE FROM bucket WHERE series = ? AND step = ? AND t < ?");
                let old = old.bind(series.id).bind(step).bind(now - kept);
                gone += old.execute(&mut self.connection).await?.rows_affected();
            }
        }
        Ok(gone)
    }

    /// Deletes points before a time, apart from the last of them, which still holds.
    async fn thin(&mut self, series: i64, before: i64) -> Result<u64, StoreError> {
        let last = sqlx::query_scalar::<_, Option<i64>>(
            "SELECT max(t) FROM point WHERE series = ? AND t < ?",
        );
        let last = last.bind(series).bind(before).fetch_one(&mut self.connection).await?;
        let Some(last) = last else { return Ok(0) };
        let mut gone = 0;
        loop {
            let bound = sqlx::query_scalar::<_, i64>(
                "SELECT t FROM point WHERE series = ? AND t < ? ORDER BY t LIMIT 1 OFFSET ?",
            );
            let bound = bound.bind(series).bind(last).bind(CHUNK);
            let bound = bound.fetch_optional(&mut self.connection).await?;
            let delete = sqlx::query("DELETE FROM point WHERE series = ? AND t < ?");
            let delete = delete.bind(series).bind(bound.unwrap_or(last));
            gone += delete.execute(&mut self.connection).await?.rows_affected();
            if bound.is_none() {
                break;
            }
        }
        if gone > 0 {
            let note = sqlx::query(
                "INSERT INTO progress (series, thinned_t) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET \
                 thinned_t = max(coalesce(thinned_t, ?2), ?2)",
            );
            note.bind(series).bind(last).execute(&mut self.connection).await?;
        }
        Ok(gone)
    }

    /// Marks numbers as changing often or rarely, by the last week.
    async fn classify(&mut self, now: i64) -> Result<(), StoreError> {
        for mut series in self.series().await? {
            let number = series.key.value_type == crate::value::ValueType::Number;
            let young = series.first_t.is_none_or(|first| first > now - 7 * DAY);
            if !number || young || !matches!(series.class, Class::Chatty | Class::Rare) {
                continue;
            }
            let count = sqlx::query_scalar::<_, i64>(
                "SELECT count(*) FROM (SELECT 1 FROM point WHERE series = ? AND t >= ? AND t < ? LIMIT ?)",
            );
            let count = count.bind(series.id).bind(now - 7 * DAY).bind(now).bind(7 * CHATTY);
            let count = count.fetch_one(&mut self.connection).await?;
            let class = if count >= 7 * CHATTY { Class::Chatty } else { Class::Rare };
            if class != series.class {
                series.class = class;
                let set = sqlx::query("UPDATE series SET class = ? WHERE id = ?");
                set.bind(class.as_str()).bind(series.id).execute(&mut self.connection).await?;
            }
        }
        Ok(())
    }

    /// How many bytes of the file are in use.
    async fn bytes(&mut self) -> Result<u64, StoreError> {
        let pages = sqlx::query_scalar::<_, i64>(
            "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
        );
        let bytes = pages.fetch_one(&mut self.connection).await?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }
}
