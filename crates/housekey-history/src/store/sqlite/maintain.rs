//! What is done with a file as a whole: size, check, backup, forget, adopt.

use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::super::{Reader as _, StoreError};
use super::open;
use super::read::SqliteReader;
use super::write::SqliteWriter;
use crate::series::Series;

/// What fills a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// How large it is, with its log.
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

/// About how many bytes a point and a bucket take.
const POINT: f64 = 25.5;
const BUCKET: f64 = 57.0;

impl SqliteReader {
    /// What fills the file; reads all of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn size(&self) -> Result<Size, StoreError> {
        let count = async |table: &'static str| -> Result<Vec<(i64, i64)>, StoreError> {
            let rows = sqlx::query(table).fetch_all(self.pool()).await?;
            let pair = |row: &sqlx::sqlite::SqliteRow| -> Result<_, sqlx::Error> {
                Ok((row.try_get(0)?, row.try_get(1)?))
            };
            Ok(rows.iter().map(pair).collect::<Result<_, _>>()?)
        };
        let points = count("SELECT series, count(*) FROM point GROUP BY series").await?;
        let buckets = count("SELECT series, count(*) FROM bucket GROUP BY series").await?;
        let of = |list: &[(i64, i64)], id| {
            let found = list.iter().find(|(series, _)| *series == id);
            found.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or(0))
        };
        let mut series: Vec<_> = self
            .series()
            .await?
            .into_iter()
            .map(|series| {
                let (points, buckets) = (of(&points, series.id), of(&buckets, series.id));
                let bytes = (points as f64 * POINT + buckets as f64 * BUCKET) as u64;
                SeriesSize { series, points, buckets, bytes }
            })
            .collect();
        series.sort_by_key(|one| std::cmp::Reverse(one.bytes));
        let free = sqlx::query_scalar::<_, i64>(
            "SELECT (SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)",
        );
        let free = free.fetch_one(self.pool()).await?;
        let log = self.path().with_extension("sqlite-wal");
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
        let bytes = length(self.path()) + length(&log);
        Ok(Size { bytes, free: u64::try_from(free).unwrap_or(0), series })
    }

    /// Everything that is wrong with the file; empty where it is whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let found =
            sqlx::query_scalar::<_, String>("PRAGMA quick_check").fetch_all(self.pool()).await;
        let mut wrong = match found {
            Ok(found) => found,
            Err(error) => match open::damaged(self.path(), error) {
                StoreError::Damaged { what, .. } => return Ok(vec![what]),
                other => return Err(other),
            },
        };
        wrong.retain(|line| line != "ok");
        let strays = sqlx::query_scalar::<_, i64>(
            "SELECT count(DISTINCT series) FROM point WHERE series NOT IN (SELECT id FROM series)",
        );
        match strays.fetch_one(self.pool()).await {
            Ok(0) => {}
            Ok(count) => wrong.push(format!("{count} series have points and no entry")),
            Err(error) => wrong.push(error.to_string()),
        }
        Ok(wrong)
    }

    /// Copies the file as it is now, while it may be written, and checks the copy.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.exists() {
            let cause = std::io::ErrorKind::AlreadyExists.into();
            return Err(StoreError::System { what: "write", path: to.to_owned(), cause });
        }
        let mut connection = open::options(self.path()).connect().await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(to.display().to_string());
        copied.execute(&mut connection).await?;
        connection.close().await?;
        open::restrict(to)?;
        let copy = Self::open(to).await?;
        let wrong = copy.check().await?;
        copy.close().await;
        match wrong.into_iter().next() {
            None => Ok(()),
            Some(what) => Err(StoreError::Damaged { path: to.to_owned(), what }),
        }
    }
}

impl SqliteWriter {
    /// Deletes series with everything of theirs; returns how many points went.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget(&mut self, series: &[i64], items: &[String]) -> Result<u64, StoreError> {
        let mut gone = 0;
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for id in series {
            let points = sqlx::query("DELETE FROM point WHERE series = ?").bind(*id);
            gone += points.execute(&mut *transaction).await?.rows_affected();
            for statement in [
                "DELETE FROM bucket WHERE series = ?",
                "DELETE FROM name WHERE series = ?",
                "DELETE FROM progress WHERE series = ?",
                "DELETE FROM series WHERE id = ?",
            ] {
                sqlx::query(statement).bind(*id).execute(&mut *transaction).await?;
            }
        }
        for item in items {
            let events = sqlx::query("DELETE FROM event WHERE item = ?").bind(item.clone());
            events.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        // What was deleted must not stay readable in the file.
        sqlx::raw_sql("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut self.connection)
            .await?;
        Ok(gone)
    }

    /// Makes one series of two, such as those of a device that was paired anew: on equal times the newer wins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn merge(&mut self, old: i64, new: i64) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for statement in [
            "UPDATE OR IGNORE point SET series = ?2 WHERE series = ?1",
            "DELETE FROM point WHERE series = ?1 AND ?2 > 0",
            "UPDATE OR IGNORE bucket SET series = ?2 WHERE series = ?1",
            "DELETE FROM bucket WHERE series = ?1 AND ?2 > 0",
            "UPDATE OR IGNORE name SET series = ?2 WHERE series = ?1",
            "DELETE FROM name WHERE series = ?1 AND ?2 > 0",
            "UPDATE progress SET from_t = min(from_t, coalesce((SELECT from_t FROM progress WHERE series = ?1), from_t)) \
             WHERE series = ?2",
            "DELETE FROM progress WHERE series = ?1 AND ?2 > 0",
            "UPDATE series SET first_t = min(coalesce(first_t, 9e18), coalesce((SELECT first_t FROM series WHERE id = ?1), first_t)) \
             WHERE id = ?2",
            "DELETE FROM series WHERE id = ?1 AND ?2 > 0",
        ] {
            sqlx::query(statement).bind(old).bind(new).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a series to another item that has none of its kind yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_to(&mut self, series: i64, item: &str) -> Result<(), StoreError> {
        let set = sqlx::query("UPDATE series SET item = ?, gone_t = NULL WHERE id = ?");
        set.bind(item.to_owned()).bind(series).execute(&mut self.connection).await?;
        Ok(())
    }
}
