//! The tables, and the steps from older formats.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::super::StoreError;

/// Each step from one format to the next; the first makes the tables.
pub(super) const STEPS: &[&str] = &["
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE series (
    id INTEGER PRIMARY KEY, homey TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL,
    key TEXT NOT NULL, type TEXT NOT NULL, unit TEXT, decimals INTEGER, class TEXT NOT NULL,
    first_t INTEGER, last_t INTEGER, gone_t INTEGER,
    UNIQUE (homey, kind, item, key, type)
) STRICT;
CREATE TABLE name (
    series INTEGER NOT NULL, from_t INTEGER NOT NULL,
    device TEXT NOT NULL, zone TEXT NOT NULL, title TEXT NOT NULL,
    PRIMARY KEY (series, from_t)
) STRICT, WITHOUT ROWID;
CREATE TABLE point (
    series INTEGER NOT NULL, t INTEGER NOT NULL, v ANY,
    PRIMARY KEY (series, t)
) STRICT, WITHOUT ROWID;
CREATE TABLE bucket (
    series INTEGER NOT NULL, step INTEGER NOT NULL, t INTEGER NOT NULL,
    min REAL, max REAL, mean REAL, last REAL, inc REAL, n INTEGER NOT NULL, ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (series, step, t)
) STRICT, WITHOUT ROWID;
CREATE TABLE gap (
    homey TEXT NOT NULL, from_t INTEGER NOT NULL, to_t INTEGER NOT NULL, reason TEXT NOT NULL,
    filled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (homey, from_t, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    t INTEGER NOT NULL, homey TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL,
    text TEXT NOT NULL, who TEXT
) STRICT;
CREATE INDEX event_t ON event (t);
CREATE TABLE progress (series INTEGER PRIMARY KEY, thinned_t INTEGER, from_t INTEGER, until_t INTEGER) STRICT;
"];

/// The newest format.
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// The format of an open file; 0 where it is new.
pub(crate) async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?)
}

/// Brings the file to the newest format, all or nothing.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    steps: &[&'static str],
) -> Result<(), StoreError> {
    let found = version(connection).await?;
    let done = usize::try_from(found).unwrap_or(0);
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for step in steps.iter().skip(done) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
    }
    let mark = format!("PRAGMA user_version = {}", steps.len());
    sqlx::raw_sql(AssertSqlSafe(mark)).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}
