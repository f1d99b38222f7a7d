//! History in a server of PostgreSQL: many homes in one database.

mod open;
mod partition;
mod rows;
mod schema;

use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

pub(super) use self::open::{reader, writer};
pub(super) use self::partition::{drop_empty_months, make_partitions};
pub(super) use self::rows::{put_buckets, put_points};
pub(super) use self::schema::version;
use super::sql::{Sql, SqlConnection, in_time};

/// How long a statement may take on the server; less than [`in_time`] allows.
const STATEMENT: Duration = Duration::from_secs(60);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Ends a connection, with its lock.
pub(super) async fn end(sql: &mut Sql) {
    if let SqlConnection::Postgres(connection) = &mut sql.connection {
        let _ = tokio::time::timeout(CONNECT, close(connection)).await;
    }
}

async fn close(connection: &mut PgConnection) {
    // The lock goes at once, the connection when it is dropped.
    let _ = sqlx::raw_sql("SELECT pg_advisory_unlock_all()").execute(&mut *connection).await;
    let _ = connection.ping().await;
}
