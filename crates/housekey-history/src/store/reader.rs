//! Reads the history of one home, on connections of its own.

use std::time::Duration;

use sqlx::sqlite::SqlitePoolOptions;

use super::location::Place;
use super::sql::{Parameter, READERS, SqlPool, SqlRow, TURN, Text, of_points, with};
use super::sqlite::open;
use super::{Event, Gap, Ids, Progress, Reader, Reason, Source, StoreError};
use crate::pieces::{Bucket, Carried};
use crate::series::{Class, Names, Owner, Series, SeriesKey};
use crate::value::{Point, Value, ValueType};

/// All series with their newest names.
pub(super) const SERIES: &str = "SELECT s.id, s.kind, s.item, s.key, s.type, s.unit, s.decimals, s.class, \
    s.first_t, s.last_t, s.gone_t, n.device, n.zone, n.title \
    FROM series s LEFT JOIN name n ON n.series = s.id \
    AND n.from_t = (SELECT max(from_t) FROM name WHERE series = s.id) WHERE s.id > $1 AND s.id <= $2 ORDER BY s.id";

/// The points of a window.
pub(super) const POINTS: Text = of_points!(
    "SELECT t, ",
    " FROM point WHERE series = $1 AND t >= $2 AND t < $3 ORDER BY t LIMIT $4"
);

/// The last point before a time, and the last one with a number that is a reading of a meter. In SQLite texts are
/// greater than any number.
pub(super) const LAST: Text =
    of_points!("SELECT t, ", " FROM point WHERE series = $1 AND t < $2 ORDER BY t DESC LIMIT 1");
pub(super) const LAST_READING: Text = of_points!(
    "SELECT t, ",
    " FROM point WHERE series = $1 AND t < $2 AND v BETWEEN 0 AND 1.7e308 ORDER BY t DESC LIMIT 1"
);

/// The gaps that begin in a window, of one home or of the only one.
pub(super) const GAP_STARTS: &str = "SELECT from_t FROM gap WHERE ($1 = '' OR homey = $1) \
    AND from_t >= $2 AND from_t < $3 AND filled = 0 ORDER BY from_t";

pub(super) const PROGRESS: &str =
    "SELECT thinned_t, from_t, until_t FROM progress WHERE series = $1";

pub(super) const META: &str = "SELECT value FROM meta WHERE key = $1";

/// Reads the history of one home.
#[derive(Debug, Clone)]
pub struct StoreReader {
    pub(super) pool: SqlPool,
    pub(super) place: Place,
    /// The ids of its series, and its name where others are in the same database.
    pub(super) ids: Ids,
}

impl StoreReader {
    /// Opens the history of a home.
    ///
    /// # Errors
    /// When there is none, when it is damaged, or newer than this program.
    pub async fn open(place: &Place, homey: &str) -> Result<Self, StoreError> {
        let (pool, ids) = match place {
            Place::File(path) => {
                open::refuse_newer(path).await?;
                // Readers keep no transaction open, so that the log can be emptied.
                let options = SqlitePoolOptions::new()
                    .max_connections(READERS)
                    .acquire_timeout(TURN)
                    .idle_timeout(Duration::from_secs(60));
                let pool = options.connect_lazy_with(open::options(path).read_only(true));
                (SqlPool::Sqlite(pool), Ids::only())
            }
            #[cfg(feature = "postgres")]
            Place::Server(server) => {
                let (pool, ids) = super::postgres::reader(server, homey).await?;
                (SqlPool::Postgres(pool), ids)
            }
        };
        #[cfg(not(feature = "postgres"))]
        let _ = homey;
        Ok(Self { pool, place: place.clone(), ids })
    }

    /// A value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = self.pool.row(META, with![&*self.ids.meta(key)]).await?;
        row.map_or(Ok(None), |row| row.text(0))
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
        const PAGE: Text = of_points!(
            "SELECT series, t, ",
            " FROM point WHERE (series, t) > ($1, $2) AND series <= $3 AND t >= $4 AND t < $5 \
              ORDER BY series, t LIMIT $6"
        );
        let after = if after.0 > self.ids.before { after } else { (self.ids.before, i64::MAX) };
        let parameters = with![after.0, after.1, self.ids.last, from, to, limit as i64];
        let rows = self.pool.rows(PAGE, parameters).await?;
        rows.iter().map(|row| Ok((row.count(0)?, row.point(1)?))).collect()
    }

    /// Ends the connections.
    pub async fn close(&self) {
        match &self.pool {
            SqlPool::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "postgres")]
            SqlPool::Postgres(pool) => pool.close().await,
        }
    }

    async fn first(
        &self,
        text: Text,
        parameters: &[Parameter],
    ) -> Result<Option<Point>, StoreError> {
        self.pool.row(text, parameters).await?.map(|row| row.point(0)).transpose()
    }
}

/// One row of [`SERIES`]; `None` where it is of a kind that this version does not know.
pub(super) fn series(row: &SqlRow) -> Result<Option<Series>, StoreError> {
    let text = |column| row.text(column).map(Option::unwrap_or_default);
    let (Some(owner), Some(value_type), Some(class)) =
        (Owner::parse(&text(1)?), ValueType::of_letter(&text(4)?), Class::parse(&text(7)?))
    else {
        return Ok(None);
    };
    Ok(Some(Series {
        id: row.count(0)?,
        key: SeriesKey { owner, item: text(2)?, key: text(3)?, value_type },
        unit: row.text(5)?,
        decimals: row.int(6)?.and_then(|decimals| u8::try_from(decimals).ok()),
        class,
        first_t: row.int(8)?,
        last_t: row.int(9)?,
        gone_t: row.int(10)?,
        names: Names { device: text(11)?, zone: text(12)?, title: text(13)? },
    }))
}

/// The row of [`PROGRESS`].
pub(super) fn progress(row: Option<SqlRow>) -> Result<Progress, StoreError> {
    let Some(row) = row else { return Ok(Progress::default()) };
    Ok(Progress { thinned: row.int(0)?, from: row.int(1)?, until: row.int(2)? })
}

/// Whether a value is the last reading of a meter, or needs none before.
pub(super) fn is_reading(value: &Value) -> bool {
    matches!(value, Value::Text(_)) || value.as_number().is_some_and(|number| number >= 0.0)
}

impl Reader for StoreReader {
    async fn series(&self) -> Result<Vec<Series>, StoreError> {
        let rows = self.pool.rows(SERIES, with![self.ids.before, self.ids.last]).await?;
        let all: Result<Vec<_>, _> = rows.iter().map(series).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    async fn carried(&self, series: i64, t: i64) -> Result<Carried, StoreError> {
        let mut carried = Carried::default();
        let Some(last) = self.first(LAST, with![series, t]).await? else { return Ok(carried) };
        if !is_reading(&last.v)
            && let Some(reading) = self.first(LAST_READING, with![series, last.t]).await?
        {
            carried.take(&reading);
        }
        carried.take(&last);
        // A gap that began since ends the value.
        let gaps = self.pool.row(GAP_STARTS, with![&*self.ids.homey, last.t, t]).await?;
        if gaps.is_some() {
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
        let rows = self.pool.rows(POINTS, with![series, from, to, limit as i64]).await?;
        rows.iter().map(|row| row.point(0)).collect()
    }

    async fn buckets(
        &self,
        series: i64,
        step: i64,
        (from, to): (i64, i64),
    ) -> Result<Vec<(Bucket, Source)>, StoreError> {
        let text = "SELECT t, min, max, mean, last, inc, n, ms, source FROM bucket \
            WHERE series = $1 AND step = $2 AND t >= $3 AND t < $4 ORDER BY t";
        let rows = self.pool.rows(text, with![series, step, from, to]).await?;
        rows.iter().map(bucket).collect()
    }

    async fn foreign_buckets(
        &self,
        series: i64,
        (from, to): (i64, i64),
    ) -> Result<Vec<(i64, Bucket)>, StoreError> {
        if self.meta("foreign").await?.is_none() {
            return Ok(Vec::new());
        }
        let text = "SELECT t, min, max, mean, last, inc, n, ms, source, step FROM bucket \
            WHERE series = $1 AND step IN (SELECT DISTINCT step FROM bucket WHERE series = $1) \
            AND t >= $2 AND t < $3 AND source <> 0 ORDER BY t";
        let rows = self.pool.rows(text, with![series, from, to]).await?;
        rows.iter().map(|row| Ok((row.count(9)?, bucket(row)?.0))).collect()
    }

    async fn progress(&self, series: i64) -> Result<Progress, StoreError> {
        progress(self.pool.row(PROGRESS, with![series]).await?)
    }

    async fn gaps(&self, (from, to): (i64, i64)) -> Result<Vec<Gap>, StoreError> {
        let text = "SELECT from_t, to_t, reason, filled FROM gap WHERE ($1 = '' OR homey = $1) \
            AND to_t > $2 AND from_t < $3 AND filled = 0 ORDER BY from_t";
        let rows = self.pool.rows(text, with![&*self.ids.homey, from, to]).await?;
        let gap = |row: &SqlRow| {
            let reason = Reason::parse(&row.text(2)?.unwrap_or_default());
            Ok(Gap {
                from_t: row.count(0)?,
                to_t: row.count(1)?,
                reason: reason.unwrap_or(Reason::Dropped),
                filled: row.count(3)? != 0,
            })
        };
        rows.iter().map(gap).collect()
    }

    async fn events(&self, (from, to): (i64, i64), limit: usize) -> Result<Vec<Event>, StoreError> {
        const EVENTS: Text = Text {
            sqlite: "SELECT t, kind, item, text, who FROM event WHERE ($1 = '' OR homey = $1) \
                AND t >= $2 AND t < $3 ORDER BY t, rowid LIMIT $4",
            postgres: "SELECT t, kind, item, text, who FROM event WHERE ($1 = '' OR homey = $1) \
                AND t >= $2 AND t < $3 ORDER BY t, id LIMIT $4",
        };
        let rows = self.pool.rows(EVENTS, with![&*self.ids.homey, from, to, limit as i64]).await?;
        let event = |row: &SqlRow| {
            let text = |column| row.text(column).map(Option::unwrap_or_default);
            let (kind, item, what) = (text(1)?, text(2)?, text(3)?);
            Ok(Event { t: row.count(0)?, kind, item, text: what, who: row.text(4)? })
        };
        rows.iter().map(event).collect()
    }
}

fn bucket(row: &SqlRow) -> Result<(Bucket, Source), StoreError> {
    let (mean, ms) = (row.real(3)?, row.count(7)?);
    let bucket = Bucket {
        t: row.count(0)?,
        min: row.real(1)?,
        max: row.real(2)?,
        mean,
        last: row.real(4)?.map_or(Value::Unknown, Value::Number),
        inc: row.real(5)?,
        n: u32::try_from(row.count(6)?).unwrap_or(u32::MAX),
        ms,
        integral: mean.map(|mean| mean * ms as f64 / 3_600_000.0),
    };
    let source = match row.count(8)? {
        0 => Source::Own,
        1 => Source::Insights,
        _ => Source::Import,
    };
    Ok((bucket, source))
}
