//! Reads a file, on connections of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqlitePool, SqlitePoolOptions, SqliteRow, SqliteValueRef};
use sqlx::{Decode as _, Row as _, Sqlite, TypeInfo as _, ValueRef as _};

use super::super::{Event, Gap, Progress, Reader, Reason, Source, StoreError};
use super::open;
use crate::pieces::{Bucket, Carried};
use crate::series::{Class, Names, Owner, Series, SeriesKey};
use crate::value::{Point, Value, ValueType};

/// How many readings run at once; the others wait.
const READERS: u32 = 4;

/// How long a reading waits for its turn.
const TURN: Duration = Duration::from_secs(30);

/// Reads the history of one home.
#[derive(Debug, Clone)]
pub struct SqliteReader {
    pool: SqlitePool,
    path: PathBuf,
}

impl SqliteReader {
    /// Opens a file.
    ///
    /// # Errors
    /// When there is none, when it is damaged, or newer than this program.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        open::refuse_newer(path).await?;
        // Readers keep no transaction open, so that the log can be emptied.
        let options = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(TURN)
            .idle_timeout(Duration::from_secs(60));
        let pool = options.connect_lazy_with(open::options(path).read_only(true));
        Ok(Self { pool, path: path.to_owned() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connections, for what stands beside the trait.
    pub(super) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// A value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?").bind(key.to_owned());
        Ok(query.fetch_optional(&self.pool).await?)
    }

    /// The points of all series of a window, by series and time, page by page: those after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page(
        &self,
        (from, to): (i64, i64),
        after: (i64, i64),
        limit: usize,
    ) -> Result<Vec<(i64, Point)>, StoreError> {
        let rows = sqlx::query(
            "SELECT series, t, v FROM point WHERE (series, t) > (?, ?) AND t >= ? AND t < ? \
             ORDER BY series, t LIMIT ?",
        );
        let rows = rows.bind(after.0).bind(after.1).bind(from).bind(to).bind(limit as i64);
        let rows = rows.fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, point(row, 1)?))).collect()
    }

    /// Ends the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A point whose time and value begin at that column.
pub(super) fn point(row: &SqliteRow, column: usize) -> Result<Point, StoreError> {
    Ok(Point { t: row.try_get(column)?, v: value(row.try_get_raw(column + 1)?)? })
}

fn value(raw: SqliteValueRef<'_>) -> Result<Value, StoreError> {
    let decode = |error| StoreError::Database(sqlx::Error::Decode(error));
    if raw.is_null() {
        return Ok(Value::Unknown);
    }
    match raw.type_info().name() {
        "REAL" => <f64 as sqlx::Decode<'_, Sqlite>>::decode(raw).map(Value::Number).map_err(decode),
        "INTEGER" => {
            let truth = i64::decode(raw).map_err(decode)?;
            Ok(Value::Truth(truth != 0))
        }
        _ => {
            let text = <&str as sqlx::Decode<'_, Sqlite>>::decode(raw).map_err(decode)?;
            Ok(Value::Text(text.into()))
        }
    }
}

/// The query for all series with their newest names.
pub(super) const SERIES: &str = "SELECT s.id, s.kind, s.item, s.key, s.type, s.unit, s.decimals, s.class, \
    s.first_t, s.last_t, s.gone_t, n.device, n.zone, n.title \
    FROM series s LEFT JOIN name n ON n.series = s.id \
    AND n.from_t = (SELECT max(from_t) FROM name WHERE series = s.id) ORDER BY s.id";

/// One row of [`SERIES`]; `None` where it is of a kind that this version does not know.
pub(super) fn series(row: &SqliteRow) -> Result<Option<Series>, sqlx::Error> {
    let text = |column| row.try_get::<&str, _>(column);
    let own = |column| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
    let (Some(owner), Some(value_type), Some(class)) =
        (Owner::parse(text(1)?), ValueType::of_letter(text(4)?), Class::parse(text(7)?))
    else {
        return Ok(None);
    };
    let decimals: Option<i64> = row.try_get(6)?;
    Ok(Some(Series {
        id: row.try_get(0)?,
        key: SeriesKey { owner, item: row.try_get(2)?, key: row.try_get(3)?, value_type },
        unit: row.try_get(5)?,
        decimals: decimals.and_then(|decimals| u8::try_from(decimals).ok()),
        class,
        first_t: row.try_get(8)?,
        last_t: row.try_get(9)?,
        gone_t: row.try_get(10)?,
        names: Names { device: own(11)?, zone: own(12)?, title: own(13)? },
    }))
}

impl Reader for SqliteReader {
    async fn series(&self) -> Result<Vec<Series>, StoreError> {
        let rows = sqlx::query(SERIES).fetch_all(&self.pool).await?;
        let all: Result<Vec<_>, _> = rows.iter().map(series).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    async fn carried(&self, series: i64, t: i64) -> Result<Carried, StoreError> {
        let last = sqlx::query(
            "SELECT t, v FROM point WHERE series = ? AND t < ? ORDER BY t DESC LIMIT 1",
        );
        let last = last.bind(series).bind(t).fetch_optional(&self.pool).await?;
        let Some(last) = last else { return Ok(Carried::default()) };
        let last = point(&last, 0)?;
        let mut carried = Carried::default();
        let ok = |value: &Value| value.as_number().is_some_and(|number| number >= 0.0);
        if !ok(&last.v) && !matches!(last.v, Value::Text(_)) {
            let reading = sqlx::query(
                "SELECT t, v FROM point WHERE series = ? AND t < ? AND v >= 0 AND typeof(v) <> 'text' \
                 ORDER BY t DESC LIMIT 1",
            );
            let reading = reading.bind(series).bind(last.t).fetch_optional(&self.pool).await?;
            if let Some(reading) = reading {
                carried.take(&point(&reading, 0)?);
            }
        }
        carried.take(&last);
        // A gap that began since ends the value.
        let gap = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM gap WHERE from_t >= ? AND from_t < ? AND filled = 0",
        );
        let gaps = gap.bind(last.t).bind(t).fetch_one(&self.pool).await?;
        if gaps > 0 {
            carried.value = Value::Unknown;
        }
        Ok(carried)
    }

    async fn points(
        &self,
        series: i64,
        (from, to): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Point>, StoreError> {
        let rows = sqlx::query(
            "SELECT t, v FROM point WHERE series = ? AND t >= ? AND t < ? ORDER BY t LIMIT ?",
        );
        let rows = rows.bind(series).bind(from).bind(to).bind(limit as i64);
        let rows = rows.fetch_all(&self.pool).await?;
        rows.iter().map(|row| point(row, 0)).collect()
    }

    async fn buckets(
        &self,
        series: i64,
        step: i64,
        (from, to): (i64, i64),
    ) -> Result<Vec<(Bucket, Source)>, StoreError> {
        let rows = sqlx::query(
            "SELECT t, min, max, mean, last, inc, n, ms, source FROM bucket \
             WHERE series = ? AND step = ? AND t >= ? AND t < ? ORDER BY t",
        );
        let rows = rows.bind(series).bind(step).bind(from).bind(to).fetch_all(&self.pool).await?;
        let all: Result<Vec<_>, sqlx::Error> = rows.iter().map(bucket).collect();
        Ok(all?)
    }

    async fn foreign_buckets(
        &self,
        series: i64,
        (from, to): (i64, i64),
    ) -> Result<Vec<(i64, Bucket)>, StoreError> {
        if self.meta("foreign").await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "SELECT t, min, max, mean, last, inc, n, ms, source, step FROM bucket \
             WHERE series = ?1 AND step IN (SELECT DISTINCT step FROM bucket WHERE series = ?1) \
             AND t >= ?2 AND t < ?3 AND source <> 0 ORDER BY t",
        );
        let rows = rows.bind(series).bind(from).bind(to).fetch_all(&self.pool).await?;
        let all = |row: &SqliteRow| Ok::<_, sqlx::Error>((row.try_get(9)?, bucket(row)?.0));
        Ok(rows.iter().map(all).collect::<Result<_, _>>()?)
    }

    async fn progress(&self, series: i64) -> Result<Progress, StoreError> {
        let row = sqlx::query("SELECT thinned_t, from_t, until_t FROM progress WHERE series = ?");
        let Some(row) = row.bind(series).fetch_optional(&self.pool).await? else {
            return Ok(Progress::default());
        };
        Ok(Progress { thinned: row.try_get(0)?, from: row.try_get(1)?, until: row.try_get(2)? })
    }

    async fn gaps(&self, (from, to): (i64, i64)) -> Result<Vec<Gap>, StoreError> {
        let rows = sqlx::query(
            "SELECT from_t, to_t, reason, filled FROM gap WHERE to_t > ? AND from_t < ? AND filled = 0 \
             ORDER BY from_t",
        );
        let rows = rows.bind(from).bind(to).fetch_all(&self.pool).await?;
        let gap = |row: &SqliteRow| -> Result<Gap, sqlx::Error> {
            let reason = Reason::parse(row.try_get(2)?).unwrap_or(Reason::Dropped);
            Ok(Gap {
                from_t: row.try_get(0)?,
                to_t: row.try_get(1)?,
                reason,
                filled: row.try_get(3)?,
            })
        };
        Ok(rows.iter().map(gap).collect::<Result<_, _>>()?)
    }

    async fn events(&self, (from, to): (i64, i64), limit: usize) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query(
            "SELECT t, kind, item, text, who FROM event WHERE t >= ? AND t < ? ORDER BY t, rowid LIMIT ?",
        );
        let rows = rows.bind(from).bind(to).bind(limit as i64).fetch_all(&self.pool).await?;
        let event = |row: &SqliteRow| -> Result<Event, sqlx::Error> {
            Ok(Event {
                t: row.try_get(0)?,
                kind: row.try_get(1)?,
                item: row.try_get(2)?,
                text: row.try_get(3)?,
                who: row.try_get(4)?,
            })
        };
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }
}

fn bucket(row: &SqliteRow) -> Result<(Bucket, Source), sqlx::Error> {
    let (mean, ms): (Option<f64>, i64) = (row.try_get(3)?, row.try_get(7)?);
    let last: Option<f64> = row.try_get(4)?;
    let source: i64 = row.try_get(8)?;
    let bucket = Bucket {
        t: row.try_get(0)?,
        min: row.try_get(1)?,
        max: row.try_get(2)?,
        mean,
        last: last.map_or(Value::Unknown, Value::Number),
        inc: row.try_get(5)?,
        n: u32::try_from(row.try_get::<i64, _>(6)?).unwrap_or(u32::MAX),
        ms,
        integral: mean.map(|mean| mean * ms as f64 / 3_600_000.0),
    };
    let source = match source {
        0 => Source::Own,
        1 => Source::Insights,
        _ => Source::Import,
    };
    Ok((bucket, source))
}
