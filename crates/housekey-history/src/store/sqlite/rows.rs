//! Points and buckets, many in a statement.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Sqlite};

use super::super::StoreError;
use super::super::stored_buckets::StoredBuckets;
use crate::value::{Point, Value};

/// How many rows a statement takes; the rest goes in smaller ones, so that there are few statements.
const CHUNKS: [usize; 4] = [512, 64, 8, 1];

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

/// Writes points; a later one replaces an earlier one of the same time.
pub(in super::super) async fn put_points(
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
pub(in super::super) async fn put_buckets(
    connection: &mut SqliteConnection,
    all: &StoredBuckets<'_>,
) -> Result<(), StoreError> {
    let form = (StoredBuckets::HEAD, 11, all.tail());
    put_rows(connection, form, all.buckets, |statement, bucket| {
        let statement = statement.bind(all.series).bind(all.step).bind(bucket.t);
        let statement = statement.bind(bucket.min).bind(bucket.max).bind(bucket.mean);
        let statement = statement.bind(bucket.last.as_number()).bind(bucket.inc);
        statement.bind(i64::from(bucket.n)).bind(bucket.ms).bind(all.source as i64)
    })
    .await
}
