//! Points and buckets, many in a statement: arrays that the server makes rows of.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::super::StoreError;
use super::super::stored_buckets::StoredBuckets;
use super::in_time;
use crate::value::{Point, Value};

/// How many rows a statement takes.
const ROWS: usize = 10_000;

/// Writes points; a later one replaces an earlier one of the same time.
pub(in super::super) async fn put_points(
    connection: &mut PgConnection,
    points: &[(i64, Point)],
) -> Result<(), StoreError> {
    for chunk in points.chunks(ROWS) {
        // A statement cannot change a row twice: of equal times the last.
        let mut seen = HashSet::with_capacity(chunk.len());
        let rows: Vec<_> =
            chunk.iter().rev().filter(|(series, point)| seen.insert((*series, point.t))).collect();
        let (mut series, mut times) = (Vec::new(), Vec::new());
        let (mut numbers, mut texts, mut truths) = (Vec::new(), Vec::new(), Vec::new());
        for (id, point) in rows {
            series.push(*id);
            times.push(point.t);
            numbers.push(point.v.as_number());
            texts.push(match &point.v {
                // The server takes no NUL in a text.
                Value::Text(text) => Some(text.replace('\0', "\u{fffd}")),
                _ => None,
            });
            truths.push(matches!(point.v, Value::Truth(_)).then_some(true));
        }
        let query = sqlx::query(
            "INSERT INTO point (series, t, v, s, truth) \
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::float8[], $4::text[], $5::bool[]) \
             ON CONFLICT (series, t) DO UPDATE SET v = excluded.v, s = excluded.s, truth = excluded.truth",
        );
        let query = query.bind(series).bind(times).bind(numbers).bind(texts).bind(truths);
        in_time(query.execute(&mut *connection)).await?;
    }
    Ok(())
}

/// Writes buckets of one series and step.
pub(in super::super) async fn put_buckets(
    connection: &mut PgConnection,
    all: &StoredBuckets<'_>,
) -> Result<(), StoreError> {
    let text = format!(
        "{} SELECT $1::bigint, $2::bigint, * FROM unnest($3::bigint[], $4::float8[], $5::float8[], $6::float8[], \
         $7::float8[], $8::float8[], $9::bigint[], $10::bigint[]), (SELECT $11::bigint) AS source {}",
        StoredBuckets::HEAD,
        all.tail(),
    );
    for chunk in all.buckets.chunks(ROWS) {
        let numbers = |of: fn(&crate::pieces::Bucket) -> Option<f64>| {
            chunk.iter().map(of).collect::<Vec<_>>()
        };
        let whole =
            |of: fn(&crate::pieces::Bucket) -> i64| chunk.iter().map(of).collect::<Vec<_>>();
        let query = sqlx::query(AssertSqlSafe(text.clone())).bind(all.series).bind(all.step);
        let query = query.bind(whole(|one| one.t)).bind(numbers(|one| one.min));
        let query = query.bind(numbers(|one| one.max)).bind(numbers(|one| one.mean));
        let query = query.bind(numbers(|one| one.last.as_number())).bind(numbers(|one| one.inc));
        let query = query.bind(whole(|one| one.n.into())).bind(whole(|one| one.ms));
        in_time(query.bind(all.source as i64).execute(&mut *connection)).await?;
    }
    Ok(())
}
