//! The tables, the views for Grafana, and the steps from older formats.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::super::StoreError;

/// The advisory lock of those who make or convert tables.
const MIGRATION: i64 = 0x686f_7573_656b_6579;

/// Each step from one format to the next; the first makes the tables. Times are UTC milliseconds as in SQLite, so
/// that one statement serves both; views have them as `timestamptz`.
const STEPS: &[&str] = &["
CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE home (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE series (
    id bigint PRIMARY KEY, homey text NOT NULL, kind text NOT NULL, item text NOT NULL,
    key text NOT NULL, type text NOT NULL, unit text, decimals int, class text NOT NULL,
    first_t bigint, last_t bigint, gone_t bigint,
    UNIQUE (homey, kind, item, key, type)
);
CREATE TABLE name (
    series bigint NOT NULL, from_t bigint NOT NULL,
    device text NOT NULL, zone text NOT NULL, title text NOT NULL,
    PRIMARY KEY (series, from_t)
);
CREATE TABLE point (
    series bigint NOT NULL, t bigint NOT NULL, v double precision, s text, truth boolean,
    PRIMARY KEY (series, t)
) PARTITION BY RANGE (t);
CREATE TABLE bucket (
    series bigint NOT NULL, t bigint NOT NULL, step int NOT NULL, n int NOT NULL, ms int NOT NULL,
    source smallint NOT NULL, min double precision, max double precision, mean double precision,
    last double precision, inc double precision,
    PRIMARY KEY (series, step, t)
);
CREATE TABLE gap (
    homey text NOT NULL, from_t bigint NOT NULL, to_t bigint NOT NULL, reason text NOT NULL,
    filled smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (homey, from_t, reason)
);
CREATE TABLE event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t bigint NOT NULL, homey text NOT NULL,
    kind text NOT NULL, item text NOT NULL, text text NOT NULL, who text
);
CREATE INDEX event_t ON event (t);
CREATE TABLE progress (series bigint PRIMARY KEY, thinned_t bigint, from_t bigint, until_t bigint);

CREATE VIEW series_now AS
    SELECT s.id AS series, s.homey, s.kind, s.item AS device_id, n.device, n.zone, s.key AS capability, n.title,
        s.unit, s.class, to_timestamp(s.first_t / 1000.0) AS first, to_timestamp(s.last_t / 1000.0) AS last
    FROM series s LEFT JOIN LATERAL
        (SELECT device, zone, title FROM name WHERE series = s.id ORDER BY from_t DESC LIMIT 1) n ON true;
CREATE VIEW points AS
    SELECT to_timestamp(p.t / 1000.0) AS time, p.t, s.homey, s.zone, s.device, s.capability, s.unit, p.series,
        p.v AS value, p.s AS text
    FROM point p JOIN series_now s ON s.series = p.series;
CREATE VIEW buckets AS
    SELECT to_timestamp(b.t / 1000.0) AS time, b.t, b.step, s.homey, s.zone, s.device, s.capability, s.unit, b.series,
        b.mean, b.min, b.max, b.last, b.inc, b.ms
    FROM bucket b JOIN series_now s ON s.series = b.series;
CREATE VIEW gaps AS
    SELECT to_timestamp(from_t / 1000.0) AS time, to_timestamp(to_t / 1000.0) AS time_end, homey, reason AS text
    FROM gap WHERE filled = 0;
CREATE VIEW events AS
    SELECT to_timestamp(t / 1000.0) AS time, homey, kind AS tags, item, text, who FROM event;
"];

/// The newest format.
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// The format of the tables; 0 where there are none.
pub(in super::super) async fn version(connection: &mut PgConnection) -> Result<i64, StoreError> {
    let there = sqlx::query_scalar::<_, bool>("SELECT to_regclass('meta') IS NOT NULL");
    if !there.fetch_one(&mut *connection).await? {
        return Ok(0);
    }
    let found = sqlx::query_scalar::<_, String>("SELECT value FROM meta WHERE key = 'format'");
    let found = found.fetch_optional(connection).await?;
    Ok(found.and_then(|format| format.parse().ok()).unwrap_or(0))
}

/// Brings the tables to the newest format, all or nothing; other programs wait meanwhile.
pub(super) async fn migrate(
    connection: &mut PgConnection,
    refuse_newer: impl Fn(i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let found = version(connection).await?;
    refuse_newer(found)?;
    if found == NEWEST {
        return Ok(());
    }
    // Before the transaction, which then sees the tables that another program has made meanwhile.
    let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION);
    lock.execute(&mut *connection).await?;
    let mut transaction = connection.begin().await?;
    let found = version(&mut transaction).await?;
    refuse_newer(found)?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
    }
    let mark = sqlx::query(
        "INSERT INTO meta (key, value) VALUES ('format', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    mark.bind(NEWEST.to_string()).execute(&mut *transaction).await?;
    transaction.commit().await?;
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(MIGRATION).execute(connection).await?;
    Ok(())
}
