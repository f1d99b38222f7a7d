//! A partition of points for each month of UTC.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::super::StoreError;
use super::super::sql::{Sql, SqlConnection};
use super::in_time;
use crate::value::Point;

/// The advisory lock of those who make a partition.
const PARTITIONS: i64 = 0x686b_7061_7274;

/// A month: when it begins and ends, and the name of its partition.
struct Month {
    begin: i64,
    end: i64,
    name: String,
}

fn month(t: i64) -> Month {
    let time = Timestamp::from_millisecond(t).unwrap_or(Timestamp::UNIX_EPOCH);
    let first = time.to_zoned(TimeZone::UTC).date().first_of_month();
    let start = |date: Date| {
        let zoned = date.to_zoned(TimeZone::UTC);
        zoned.map_or(t, |zoned| zoned.timestamp().as_millisecond())
    };
    let next = first.saturating_add(Span::new().months(1));
    let name = format!("point_{:04}_{:02}", first.year(), first.month());
    Month { begin: start(first), end: start(next), name }
}

/// Makes the partitions that points need; `known` are the beginnings of those that are there.
pub(in super::super) async fn make_partitions(
    sql: &mut Sql,
    known: &mut BTreeSet<i64>,
    points: &[(i64, Point)],
) -> Result<(), StoreError> {
    let SqlConnection::Postgres(connection) = &mut sql.connection else { return Ok(()) };
    let mut last = None::<Month>;
    for (_, point) in points {
        if last.as_ref().is_some_and(|last| (last.begin..last.end).contains(&point.t)) {
            continue;
        }
        let month = month(point.t);
        if !known.contains(&month.begin) {
            make(connection, &month).await?;
            known.insert(month.begin);
        }
        last = Some(month);
    }
    Ok(())
}

async fn make(connection: &mut PgConnection, month: &Month) -> Result<(), StoreError> {
    let Month { begin, end, name } = month;
    // The lock keeps two recorders from making the same one.
    let text = format!(
        "BEGIN; SELECT pg_advisory_xact_lock({PARTITIONS}); CREATE TABLE IF NOT EXISTS {name} PARTITION OF point \
         FOR VALUES FROM ({begin}) TO ({end}); COMMIT"
    );
    in_time(sqlx::raw_sql(AssertSqlSafe(text)).execute(connection)).await?;
    Ok(())
}

/// Drops the partitions of past months in which no home has points any more; returns when they began.
pub(in super::super) async fn drop_empty_months(
    connection: &mut PgConnection,
    now: i64,
) -> Result<Vec<i64>, StoreError> {
    let names = sqlx::query_scalar::<_, String>(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = to_regclass('point') ORDER BY 1",
    );
    let mut dropped = Vec::new();
    for name in in_time(names.fetch_all(&mut *connection)).await? {
        let Some(begin) = begin_of(&name) else { continue };
        if month(begin).end > now {
            continue;
        }
        let text = format!("SELECT EXISTS (SELECT 1 FROM {name})");
        let has_points = sqlx::query_scalar::<_, bool>(AssertSqlSafe(text));
        if in_time(has_points.fetch_one(&mut *connection)).await? {
            continue;
        }
        // Looked at again under the lock, since an import may have come in between.
        let text = format!(
            "BEGIN; SELECT pg_advisory_xact_lock({PARTITIONS}); LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE; \
             DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM {name}) THEN DROP TABLE {name}; END IF; END $$; COMMIT"
        );
        in_time(sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection)).await?;
        dropped.push(begin);
    }
    Ok(dropped)
}

/// When the partition of that name begins; `None` where it is none of ours.
fn begin_of(name: &str) -> Option<i64> {
    let (year, month) = name.strip_prefix("point_")?.split_once('_')?;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_utc() {
        for (time, name, begin, end) in [
            (
                "2026-02-28T23:59:59.999Z",
                "point_2026_02",
                "2026-02-01T00:00:00Z",
                "2026-03-01T00:00:00Z",
            ),
            (
                "2026-12-01T00:00:00Z",
                "point_2026_12",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
        ] {
            let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
            let found = month(ms(time));
            assert_eq!((&*found.name, found.begin, found.end), (name, ms(begin), ms(end)));
            assert_eq!(begin_of(name), Some(ms(begin)));
        }
        assert_eq!(begin_of("point_other"), None);
    }
}
