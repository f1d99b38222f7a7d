//! What is done with a history as a whole: size, check, backup, forget, adopt.

use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _};

use super::location::Place;
use super::reader::StoreReader;
use super::sql::{Sql, SqlConnection, SqlPool, with};
use super::sqlite::open;
use super::writer::StoreWriter;
use super::{Reader as _, StoreError};
use crate::series::Series;

/// What fills a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// How large it is: of a file with its log, of a server the rows of this home, about.
    pub bytes: u64,
    /// How many of them are free for new rows.
    pub free: u64,
    /// Each series, the largest first.
    pub series: Vec<SeriesSize>,
}

/// What a series takes.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSize {
    /// The series.
    pub series: Series,
    /// How many points it has.
    pub points: u64,
    /// How many buckets it has.
    pub buckets: u64,
    /// About how many bytes they take.
    pub bytes: u64,
}

/// About how many bytes a point and a bucket take with their keys, in SQLite and in PostgreSQL.
const IN_SQLITE: (f64, f64) = (25.5, 57.0);
#[cfg(feature = "postgres")]
const IN_POSTGRES: (f64, f64) = (95.6, 110.4);

impl StoreReader {
    /// What fills the history; reads all of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn size(&self) -> Result<Size, StoreError> {
        let count = async |text: &'static str| -> Result<Vec<(i64, i64)>, StoreError> {
            let rows = self.pool.rows(text, with![self.ids.before, self.ids.last]).await?;
            rows.iter().map(|row| Ok((row.count(0)?, row.count(1)?))).collect()
        };
        let points =
            "SELECT series, count(*) FROM point WHERE series > $1 AND series <= $2 GROUP BY series";
        let buckets = "SELECT series, count(*) FROM bucket WHERE series > $1 AND series <= $2 GROUP BY series";
        let (points, buckets) = (count(points).await?, count(buckets).await?);
        let of = |list: &[(i64, i64)], id| {
            let found = list.iter().find(|(series, _)| *series == id);
            found.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or(0))
        };
        let (of_point, of_bucket) = match self.pool {
            SqlPool::Sqlite(_) => IN_SQLITE,
            #[cfg(feature = "postgres")]
            SqlPool::Postgres(_) => IN_POSTGRES,
        };
        let mut series: Vec<_> = self
            .series()
            .await?
            .into_iter()
            .map(|series| {
                let (points, buckets) = (of(&points, series.id), of(&buckets, series.id));
                let bytes = (points as f64 * of_point + buckets as f64 * of_bucket) as u64;
                SeriesSize { series, points, buckets, bytes }
            })
            .collect();
        series.sort_by_key(|one| std::cmp::Reverse(one.bytes));
        let (bytes, free) = match &self.place {
            Place::File(path) => {
                let text = "SELECT (SELECT freelist_count FROM pragma_freelist_count) \
                    * (SELECT page_size FROM pragma_page_size)";
                let free = self.pool.row(text, &[]).await?.map_or(Ok(0), |row| row.count(0))?;
                let length = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
                let bytes = length(path) + length(&path.with_extension("sqlite-wal"));
                (bytes, u64::try_from(free).unwrap_or(0))
            }
            // Of its tables, other homes have a share that is not known apart.
            #[cfg(feature = "postgres")]
            Place::Server(_) => (series.iter().map(|one| one.bytes).sum(), 0),
        };
        Ok(Size { bytes, free, series })
    }

    /// Everything that is wrong with the history; empty where it is whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong: Vec<String> = match &self.place {
            Place::File(path) => match self.pool.rows("PRAGMA quick_check", &[]).await {
                Ok(rows) => {
                    let lines: Result<Vec<_>, _> = rows.iter().map(|row| row.text(0)).collect();
                    lines?.into_iter().flatten().collect()
                }
                Err(StoreError::Database(error)) => match open::damaged(path, error) {
                    StoreError::Damaged { what, .. } => return Ok(vec![what]),
                    other => return Err(other),
                },
                Err(other) => return Err(other),
            },
            // The server checks its files.
            #[cfg(feature = "postgres")]
            Place::Server(_) => Vec::new(),
        };
        wrong.retain(|line| line != "ok");
        let strays = "SELECT count(DISTINCT series) FROM point WHERE series > $1 AND series <= $2 \
            AND series NOT IN (SELECT id FROM series)";
        match self.pool.row(strays, with![self.ids.before, self.ids.last]).await {
            Ok(row) => match row.map_or(Ok(0), |row| row.count(0))? {
                0 => {}
                count => wrong.push(format!("{count} series have points and no entry")),
            },
            Err(error) => wrong.push(error.to_string()),
        }
        Ok(wrong)
    }

    /// Copies a file as it is now, while it may be written, and checks the copy.
    ///
    /// # Errors
    /// [`StoreError`]; of a server always.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let from = match &self.place {
            Place::File(path) => path,
            #[cfg(feature = "postgres")]
            Place::Server(_) => return Err(StoreError::NoFile(self.place.clone())),
        };
        if to.exists() {
            let cause = std::io::ErrorKind::AlreadyExists.into();
            return Err(StoreError::System { what: "write", path: to.to_owned(), cause });
        }
        let mut connection = open::options(from).connect().await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(to.display().to_string());
        copied.execute(&mut connection).await?;
        connection.close().await?;
        open::restrict(to)?;
        let copy = Self::open(&Place::File(to.to_owned()), "").await?;
        let wrong = copy.check().await?;
        copy.close().await;
        match wrong.into_iter().next() {
            None => Ok(()),
            Some(what) => Err(StoreError::Damaged { path: to.to_owned(), what }),
        }
    }
}

impl StoreWriter {
    /// Deletes series with everything of theirs; returns how many points went.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget(&mut self, series: &[i64], items: &[String]) -> Result<u64, StoreError> {
        self.sql.begin().await?;
        let done = self.delete(series, items).await;
        let gone = self.sql.end(done).await?;
        if matches!(self.sql.connection, SqlConnection::Sqlite(_)) {
            // What was deleted must not stay readable in the file.
            let text = "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)";
            self.sql.script(text.to_owned()).await?;
        }
        Ok(gone)
    }

    async fn delete(&mut self, series: &[i64], items: &[String]) -> Result<u64, StoreError> {
        let mut gone = 0;
        for id in series {
            gone += self.sql.run("DELETE FROM point WHERE series = $1", with![*id]).await?;
            for text in [
                "DELETE FROM bucket WHERE series = $1",
                "DELETE FROM name WHERE series = $1",
                "DELETE FROM progress WHERE series = $1",
                "DELETE FROM series WHERE id = $1",
            ] {
                self.sql.run(text, with![*id]).await?;
            }
        }
        for item in items {
            let text = "DELETE FROM event WHERE ($1 = '' OR homey = $1) AND item = $2";
            self.sql.run(text, with![&*self.ids.homey, &**item]).await?;
        }
        Ok(gone)
    }

    /// Makes one series of two, such as those of a device that was paired anew: on equal times the newer wins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn merge(&mut self, old: i64, new: i64) -> Result<(), StoreError> {
        self.sql.begin().await?;
        let done = merge(&mut self.sql, old, new).await;
        self.sql.end(done).await
    }

    /// Gives a series to another item that has none of its kind yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_to(&mut self, series: i64, item: &str) -> Result<(), StoreError> {
        let text = "UPDATE series SET item = $1, gone_t = NULL WHERE id = $2";
        self.sql.run(text, with![item, series]).await?;
        Ok(())
    }

    /// Gives the room of what was deleted back to the system.
    pub(super) async fn give_back_room(&mut self, now: i64) -> Result<(), StoreError> {
        #[cfg(not(feature = "postgres"))]
        let _ = now;
        match &mut self.sql.connection {
            SqlConnection::Sqlite(_) => {
                self.sql.script("PRAGMA incremental_vacuum".to_owned()).await
            }
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                let dropped = super::postgres::drop_empty_months(connection, now).await?;
                self.forget_months(&dropped);
                Ok(())
            }
        }
    }

    /// About how many bytes are in use: of a file, or of the rows of this home.
    pub(super) async fn bytes(&mut self) -> Result<u64, StoreError> {
        if matches!(self.sql.connection, SqlConnection::Sqlite(_)) {
            let text = "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)";
            let bytes = self.sql.row(text, &[]).await?.map_or(Ok(0), |row| row.count(0))?;
            return Ok(u64::try_from(bytes).unwrap_or(0));
        }
        #[cfg(feature = "postgres")]
        {
            let text = "SELECT (SELECT count(*) FROM point WHERE series > $1 AND series <= $2), \
                (SELECT count(*) FROM bucket WHERE series > $1 AND series <= $2)";
            let row = self.sql.row(text, with![self.ids.before, self.ids.last]).await?;
            let Some(row) = row else { return Ok(0) };
            let (points, buckets) = (row.count(0)? as f64, row.count(1)? as f64);
            return Ok((points * IN_POSTGRES.0 + buckets * IN_POSTGRES.1) as u64);
        }
        #[allow(unreachable_code, reason = "without PostgreSQL there are only files")]
        Ok(0)
    }
}

async fn merge(sql: &mut Sql, old: i64, new: i64) -> Result<(), StoreError> {
    for text in [
        "DELETE FROM point WHERE series = $1 AND t IN (SELECT t FROM point WHERE series = $2)",
        "UPDATE point SET series = $2 WHERE series = $1",
        "DELETE FROM bucket WHERE series = $1 AND (step, t) IN (SELECT step, t FROM bucket WHERE series = $2)",
        "UPDATE bucket SET series = $2 WHERE series = $1",
        "DELETE FROM name WHERE series = $1 AND from_t IN (SELECT from_t FROM name WHERE series = $2)",
        "UPDATE name SET series = $2 WHERE series = $1",
        "UPDATE progress SET from_t = (SELECT min(from_t) FROM progress WHERE series IN ($1, $2)) \
         WHERE series = $2 AND from_t IS NOT NULL",
        "UPDATE series SET first_t = (SELECT min(first_t) FROM series WHERE id IN ($1, $2)) WHERE id = $2",
    ] {
        sql.run(text, with![old, new]).await?;
    }
    for text in ["DELETE FROM progress WHERE series = $1", "DELETE FROM series WHERE id = $1"] {
        sql.run(text, with![old]).await?;
    }
    Ok(())
}
