//! Writes a file: one batch, one transaction.

use std::path::{Path, PathBuf};

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Sqlite};

use super::super::{Batch, Event, Gap, Source, StoreError};
use super::lock::WriteLock;
use super::read;
use super::{open, schema};
use crate::pieces::Bucket;
use crate::series::Series;
use crate::step::HOUR;
use crate::value::{Point, Value};

/// How many rows a statement takes; the rest goes in smaller ones, so that there are few statements.
const CHUNKS: [usize; 4] = [512, 64, 8, 1];

/// The only writer of a file.
#[derive(Debug)]
pub struct SqliteWriter {
    pub(super) connection: SqliteConnection,
    path: PathBuf,
    homey: String,
    _lock: Option<WriteLock>,
}

impl SqliteWriter {
    /// Opens a file for the history of a Homey: creates it if it is missing.
    ///
    /// # Errors
    /// When another program writes it, when it is damaged or newer, on a network share, without room.
    pub async fn open(path: &Path, homey: &str) -> Result<Self, StoreError> {
        let (connection, lock) = open::for_writing(path).await?;
        Ok(Self { connection, path: path.to_owned(), homey: homey.to_owned(), _lock: Some(lock) })
    }

    /// Opens a file that a recorder may be writing, for buckets that come from elsewhere: anything else would
    /// disturb the recorder.
    ///
    /// # Errors
    /// When there is none, when it is damaged or newer.
    pub async fn open_beside(path: &Path, homey: &str) -> Result<Self, StoreError> {
        let connection = open::beside(path).await?;
        Ok(Self { connection, path: path.to_owned(), homey: homey.to_owned(), _lock: None })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All series, with their newest names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn series(&mut self) -> Result<Vec<Series>, StoreError> {
        let rows = sqlx::query(read::SERIES).fetch_all(&mut self.connection).await?;
        let all: Result<Vec<_>, _> = rows.iter().map(read::series).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    /// The newest point of a series.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last(&mut self, series: i64) -> Result<Option<Point>, StoreError> {
        let last = sqlx::query("SELECT t, v FROM point WHERE series = ? ORDER BY t DESC LIMIT 1");
        let last = last.bind(series).fetch_optional(&mut self.connection).await?;
        last.map(|row| read::point(&row, 0)).transpose()
    }

    /// A value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meta(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?").bind(key.to_owned());
        Ok(query.fetch_optional(&mut self.connection).await?)
    }

    /// Sets a value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        set_meta(&mut self.connection, key, value).await
    }

    /// Writes a batch, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let homey = self.homey.clone();
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for (series, t) in &batch.series {
            put_series(&mut transaction, &homey, series, *t).await?;
        }
        for (series, t) in &batch.replaced {
            let gone = sqlx::query("DELETE FROM point WHERE series = ? AND t = ?");
            gone.bind(*series).bind(*t).execute(&mut *transaction).await?;
        }
        put_points(&mut transaction, &batch.points).await?;
        for event in &batch.events {
            put_event(&mut transaction, &homey, event).await?;
        }
        for gap in &batch.gaps {
            put_gap(&mut transaction, &homey, gap).await?;
        }
        if let Some(clock) = batch.clock {
            set_meta(&mut transaction, "clock", &clock.to_string()).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Marks the statistics of these series as outdated from a time on, which may be in the past.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn late(&mut self, times: &[(i64, i64)]) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for (series, t) in times {
            let statement = sqlx::query(
                "UPDATE progress SET from_t = min(from_t, ?), until_t = min(until_t, ?) WHERE series = ?",
            );
            // An hour before, since hours may begin at a quarter.
            let t = t - HOUR;
            statement.bind(t).bind(t).bind(*series).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Brings the times of the first and last point of these series up to date.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_ends(&mut self, series: &[i64]) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for id in series {
            let statement = sqlx::query(
                "UPDATE series SET first_t = min(coalesce(first_t, 9e18), (SELECT min(t) FROM point WHERE series = id)), \
                 last_t = (SELECT max(t) FROM point WHERE series = id) WHERE id = ?",
            );
            statement.bind(*id).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Writes buckets. Those that are there stay where `keep` is set.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_buckets(
        &mut self,
        series: i64,
        step: i64,
        (buckets, source): (&[Bucket], Source),
        keep: bool,
    ) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        put_buckets(&mut transaction, (series, step), (buckets, source), keep).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends the writing: empties the log into the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close(mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("PRAGMA optimize").execute(&mut self.connection).await?;
        Ok(self.connection.close().await?)
    }

    /// The format of the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn format(&mut self) -> Result<i64, StoreError> {
        schema::version(&mut self.connection).await
    }
}

async fn set_meta(
    connection: &mut SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    let statement = sqlx::query(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
    statement.bind(key.to_owned()).bind(value.to_owned()).execute(connection).await?;
    Ok(())
}

async fn put_series(
    connection: &mut SqliteConnection,
    homey: &str,
    series: &Series,
    t: i64,
) -> Result<(), StoreError> {
    let key = &series.key;
    let statement = sqlx::query(
        "INSERT INTO series (id, homey, kind, item, key, type, unit, decimals, class, first_t, last_t, gone_t) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, \
         decimals = excluded.decimals, class = excluded.class, gone_t = excluded.gone_t",
    );
    let statement = statement
        .bind(series.id)
        .bind(homey.to_owned())
        .bind(key.owner.as_str())
        .bind(key.item.clone())
        .bind(key.key.clone())
        .bind(key.value_type.letter())
        .bind(series.unit.clone())
        .bind(series.decimals.map(i64::from))
        .bind(series.class.as_str())
        .bind(series.first_t)
        .bind(series.last_t)
        .bind(series.gone_t);
    statement.execute(&mut *connection).await?;
    // A row only where the names differ from the newest.
    let names = &series.names;
    let statement = sqlx::query(
        "INSERT INTO name (series, from_t, device, zone, title) SELECT ?1, ?2, ?3, ?4, ?5 \
         WHERE NOT EXISTS (SELECT 1 FROM name WHERE series = ?1 AND device = ?3 AND zone = ?4 AND title = ?5 \
         AND from_t = (SELECT max(from_t) FROM name WHERE series = ?1)) \
         ON CONFLICT DO UPDATE SET device = excluded.device, zone = excluded.zone, title = excluded.title",
    );
    let statement = statement.bind(series.id).bind(t);
    let statement = statement.bind(names.device.clone()).bind(names.zone.clone());
    statement.bind(names.title.clone()).execute(connection).await?;
    Ok(())
}

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Rows of values for one statement: `head VALUES (?, …), … tail`.
async fn put_rows<'r, T>(
    connection: &mut SqliteConnection,
    (head, columns, tail): (&str, usize, &str),
    rows: &'r [T],
    bind: impl for<'q> Fn(Statement<'q>, &'r T) -> Statement<'q>,
) -> Result<(), StoreError> {
    let mut rest = rows;
    for size in CHUNKS {
        let row = format!("({})", vec!["?"; columns].join(", "));
        let text = format!("{head} VALUES {} {tail}", vec![row; size].join(", "));
        while rest.len() >= size {
            let (chunk, later) = rest.split_at(size);
            rest = later;
            let statement = sqlx::query(AssertSqlSafe(text.clone()));
            chunk.iter().fold(statement, &bind).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

fn bind_value<'q>(statement: Statement<'q>, value: &Value) -> Statement<'q> {
    match value {
        Value::Unknown => statement.bind(None::<f64>),
        Value::Truth(truth) => statement.bind(i64::from(*truth)),
        Value::Number(number) => statement.bind(*number),
        Value::Text(text) => statement.bind(text.to_string()),
    }
}

/// Writes points.
pub(super) async fn put_points(
    connection: &mut SqliteConnection,
    points: &[(i64, Point)],
) -> Result<(), StoreError> {
    let form = ("INSERT INTO point (series, t, v)", 3, "ON CONFLICT DO UPDATE SET v = excluded.v");
    put_rows(connection, form, points, |statement, (series, point)| {
        bind_value(statement.bind(*series).bind(point.t), &point.v)
    })
    .await
}

/// Writes buckets of one series and step.
pub(super) async fn put_buckets(
    connection: &mut SqliteConnection,
    (series, step): (i64, i64),
    (buckets, source): (&[Bucket], Source),
    keep: bool,
) -> Result<(), StoreError> {
    let tail = match keep {
        true => "ON CONFLICT DO NOTHING",
        false => {
            "ON CONFLICT DO UPDATE SET min = excluded.min, max = excluded.max, mean = excluded.mean, \
             last = excluded.last, inc = excluded.inc, n = excluded.n, ms = excluded.ms, source = excluded.source"
        }
    };
    let head = "INSERT INTO bucket (series, step, t, min, max, mean, last, inc, n, ms, source)";
    put_rows(connection, (head, 11, tail), buckets, |statement, bucket| {
        let statement = statement.bind(series).bind(step).bind(bucket.t);
        let statement = statement.bind(bucket.min).bind(bucket.max).bind(bucket.mean);
        let statement = statement.bind(bucket.last.as_number()).bind(bucket.inc);
        statement.bind(i64::from(bucket.n)).bind(bucket.ms).bind(source as i64)
    })
    .await
}

async fn put_event(
    connection: &mut SqliteConnection,
    homey: &str,
    event: &Event,
) -> Result<(), StoreError> {
    let statement = sqlx::query(
        "INSERT INTO event (t, homey, kind, item, text, who) VALUES (?, ?, ?, ?, ?, ?)",
    );
    let statement = statement.bind(event.t).bind(homey.to_owned()).bind(event.kind.clone());
    let statement = statement.bind(event.item.clone()).bind(event.text.clone());
    statement.bind(event.who.clone()).execute(connection).await?;
    Ok(())
}

async fn put_gap(
    connection: &mut SqliteConnection,
    homey: &str,
    gap: &Gap,
) -> Result<(), StoreError> {
    let statement = sqlx::query(
        "INSERT INTO gap (homey, from_t, to_t, reason, filled) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET to_t = max(to_t, excluded.to_t)",
    );
    let statement = statement.bind(homey.to_owned()).bind(gap.from_t).bind(gap.to_t);
    statement.bind(gap.reason.as_str()).bind(gap.filled).execute(connection).await?;
    Ok(())
}
