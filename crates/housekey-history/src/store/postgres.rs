//! History in a server of PostgreSQL: many homes in one database.

mod open;
mod partition;
mod rows;
mod schema;

use std::time::Duration;

use sqlx::postgres::PgConnection;

pub(super) use self::open::{reader, writer};
pub(super) use self::partition::{drop_empty_months, make_partitions};
pub(super) use self::rows::{put_buckets, put_points};
pub(super) use self::schema::version;
use super::sql::in_time;

/// How long a statement may take on the server; less than [`in_time`] allows.
const STATEMENT: Duration = Duration::from_secs(60);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Ends a connection, with its lock: the lock goes at once, the connection when it is dropped.
pub(super) async fn end(connection: &mut PgConnection) {
    let unlock = sqlx::raw_sql("SELECT pg_advisory_unlock_all()").execute(connection);
    let _ = tokio::time::timeout(CONNECT, unlock).await;
}
