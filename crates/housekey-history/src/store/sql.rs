//! One way to both databases: statements with numbered parameters, and rows whose columns are read by their place.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, Sqlite, TypeInfo as _, ValueRef as _};

use super::StoreError;
use crate::value::{Point, Value};

#[cfg(feature = "postgres")]
use sqlx::postgres::{PgConnection, PgPool, PgRow, Postgres};

/// How many readings run at once; the others wait.
pub(super) const READERS: u32 = 4;

/// How long a reading waits for its turn.
pub(super) const TURN: Duration = Duration::from_secs(30);

/// How long a statement may take with the way to the server.
#[cfg(feature = "postgres")]
const WITH_WAY: Duration = Duration::from_secs(70);

/// A statement as each database writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) sqlite: &'static str,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "the other database"))]
    pub(super) postgres: &'static str,
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// A statement about points, with the columns of a value between the two parts.
macro_rules! of_points {
    ($head:literal, $tail:literal) => {
        $crate::store::sql::Text {
            sqlite: concat!($head, "v", $tail),
            postgres: concat!($head, "v, s, truth", $tail),
        }
    };
}
pub(super) use of_points;

/// A parameter.
#[derive(Debug, Clone)]
pub(super) enum Parameter {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
}

impl From<i64> for Parameter {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Parameter {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<Option<f64>> for Parameter {
    fn from(number: Option<f64>) -> Self {
        Self::Real(number)
    }
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<&str>> for Parameter {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

/// The parameters of a statement.
macro_rules! with {
    ($($parameter:expr),* $(,)?) => { &[$($crate::store::sql::Parameter::from($parameter)),*] };
}
pub(super) use with;

macro_rules! bound {
    ($database:ty, $text:expr, $parameters:expr) => {
        $parameters.iter().fold(sqlx::query::<$database>($text), |query, parameter| match parameter
        {
            Parameter::Int(number) => query.bind(*number),
            Parameter::Real(number) => query.bind(*number),
            Parameter::Text(text) => query.bind(text.clone()),
        })
    };
}

/// A row of an answer.
pub(super) enum SqlRow {
    Sqlite(SqliteRow),
    #[cfg(feature = "postgres")]
    Postgres(PgRow),
}

impl SqlRow {
    pub(super) fn int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => match row.try_get_raw(column)?.type_info().name() {
                "INT2" => row.try_get::<Option<i16>, _>(column)?.map(i64::from),
                "INT4" => row.try_get::<Option<i32>, _>(column)?.map(i64::from),
                _ => row.try_get(column)?,
            },
        })
    }

    /// A whole number that is always there.
    pub(super) fn count(&self, column: usize) -> Result<i64, StoreError> {
        self.int(column)?
            .ok_or_else(|| StoreError::Database(sqlx::Error::Decode("a number is missing".into())))
    }

    pub(super) fn real(&self, column: usize) -> Result<Option<f64>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The time and the value that begin at that column.
    pub(super) fn point(&self, column: usize) -> Result<Point, StoreError> {
        Ok(Point { t: self.count(column)?, v: self.value(column + 1)? })
    }

    fn value(&self, column: usize) -> Result<Value, StoreError> {
        match self {
            Self::Sqlite(row) => {
                let raw = row.try_get_raw(column)?;
                if raw.is_null() {
                    return Ok(Value::Unknown);
                }
                Ok(match raw.type_info().name() {
                    "REAL" => Value::Number(row.try_get(column)?),
                    "INTEGER" => Value::Truth(row.try_get::<i64, _>(column)? != 0),
                    _ => Value::Text(row.try_get::<&str, _>(column)?.into()),
                })
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => {
                let number: Option<f64> = row.try_get(column)?;
                let truth: Option<bool> = row.try_get(column + 2)?;
                Ok(match (number, row.try_get::<Option<&str>, _>(column + 1)?) {
                    (Some(number), _) if truth == Some(true) => Value::Truth(number != 0.0),
                    (Some(number), _) => Value::Number(number),
                    (None, Some(text)) => Value::Text(text.into()),
                    (None, None) => Value::Unknown,
                })
            }
        }
    }
}

/// The connection of a writer.
#[derive(Debug)]
pub(super) struct Sql {
    pub(super) connection: SqlConnection,
    /// Whether a transaction was begun and not ended.
    is_open: bool,
}

#[derive(Debug)]
pub(super) enum SqlConnection {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

impl Sql {
    pub(super) fn new(connection: SqlConnection) -> Self {
        Self { connection, is_open: false }
    }

    pub(super) async fn rows(
        &mut self,
        text: impl Into<Text>,
        parameters: &[Parameter],
    ) -> Result<Vec<SqlRow>, StoreError> {
        let text = text.into();
        match &mut self.connection {
            SqlConnection::Sqlite(connection) => {
                let rows = bound!(Sqlite, text.sqlite, parameters).fetch_all(connection).await?;
                Ok(rows.into_iter().map(SqlRow::Sqlite).collect())
            }
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                let query = bound!(Postgres, text.postgres, parameters);
                let rows = in_time(query.fetch_all(connection)).await?;
                Ok(rows.into_iter().map(SqlRow::Postgres).collect())
            }
        }
    }

    /// The first row of an answer.
    pub(super) async fn row(
        &mut self,
        text: impl Into<Text>,
        parameters: &[Parameter],
    ) -> Result<Option<SqlRow>, StoreError> {
        Ok(self.rows(text, parameters).await?.into_iter().next())
    }

    /// Runs a statement; returns how many rows it changed.
    pub(super) async fn run(
        &mut self,
        text: impl Into<Text>,
        parameters: &[Parameter],
    ) -> Result<u64, StoreError> {
        let text = text.into();
        match &mut self.connection {
            SqlConnection::Sqlite(connection) => {
                let done = bound!(Sqlite, text.sqlite, parameters).execute(connection).await?;
                Ok(done.rows_affected())
            }
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                let query = bound!(Postgres, text.postgres, parameters);
                Ok(in_time(query.execute(connection)).await?.rows_affected())
            }
        }
    }

    /// Runs several statements without parameters.
    pub(super) async fn script(&mut self, text: String) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(AssertSqlSafe(text));
        match &mut self.connection {
            SqlConnection::Sqlite(connection) => script.execute(connection).await.map(drop)?,
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                in_time(script.execute(connection)).await.map(drop)?;
            }
        }
        Ok(())
    }

    /// Begins a transaction that writes; one that was left open is undone.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        if self.is_open {
            self.script("ROLLBACK".to_owned()).await?;
        }
        let text = match self.connection {
            SqlConnection::Sqlite(_) => "BEGIN IMMEDIATE",
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(_) => "BEGIN",
        };
        self.script(text.to_owned()).await?;
        self.is_open = true;
        Ok(())
    }

    /// Ends a transaction: keeps what was done, or undoes it after a failure.
    pub(super) async fn end<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        match done {
            Ok(done) => {
                self.script("COMMIT".to_owned()).await?;
                self.is_open = false;
                Ok(done)
            }
            Err(error) => {
                let undone = self.script("ROLLBACK".to_owned()).await;
                self.is_open = undone.is_err();
                Err(error)
            }
        }
    }
}

/// The connections of a reader.
#[derive(Debug, Clone)]
pub(super) enum SqlPool {
    Sqlite(SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(PgPool),
}

impl SqlPool {
    pub(super) async fn rows(
        &self,
        text: impl Into<Text>,
        parameters: &[Parameter],
    ) -> Result<Vec<SqlRow>, StoreError> {
        let text = text.into();
        match self {
            Self::Sqlite(pool) => {
                let rows = bound!(Sqlite, text.sqlite, parameters).fetch_all(pool).await?;
                Ok(rows.into_iter().map(SqlRow::Sqlite).collect())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => {
                let rows =
                    in_time(bound!(Postgres, text.postgres, parameters).fetch_all(pool)).await?;
                Ok(rows.into_iter().map(SqlRow::Postgres).collect())
            }
        }
    }

    /// The first row of an answer.
    pub(super) async fn row(
        &self,
        text: impl Into<Text>,
        parameters: &[Parameter],
    ) -> Result<Option<SqlRow>, StoreError> {
        Ok(self.rows(text, parameters).await?.into_iter().next())
    }
}

#[cfg(feature = "postgres")]
/// Ends what a server that is gone would never answer.
pub(super) async fn in_time<T>(
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(WITH_WAY, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::Database(sqlx::Error::PoolTimedOut)),
    }
}
