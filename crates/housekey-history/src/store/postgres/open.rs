//! Connects: for one writer of a home, who makes and converts the tables, and for readers.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::super::location::{Place, Server};
use super::super::sql::{READERS, TURN};
use super::super::{Ids, StoreError};
use super::schema::{self, NEWEST};
use super::{CONNECT, STATEMENT};

/// Which advisory locks are ours: those of homes.
const HOMES: i32 = 0x686b_686f;

/// How many series a home has at most: their ids are a block.
const BLOCK: i64 = 1 << 20;

/// The options of every connection.
fn options(server: &Server) -> Result<PgConnectOptions, StoreError> {
    let limit = STATEMENT.as_millis().to_string();
    let options = server.url.parse::<PgConnectOptions>()?;
    let options = match &server.password_file {
        None => options,
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|cause| StoreError::System {
                what: "read",
                path: path.clone(),
                cause,
            })?;
            options.password(text.trim_end_matches(['\r', '\n']))
        }
    };
    let options = options.application_name("housekey").options([
        ("statement_timeout", &*limit),
        // A connection that is gone ends on the server too, and its lock with it.
        ("tcp_keepalives_idle", "30"),
        ("tcp_keepalives_interval", "10"),
        ("tcp_keepalives_count", "3"),
    ]);
    Ok(options.disable_statement_logging())
}

async fn connect(server: &Server) -> Result<PgConnection, StoreError> {
    let options = options(server)?;
    match tokio::time::timeout(CONNECT, options.connect()).await {
        Ok(connected) => connected.map_err(|error| unreachable(server, error)),
        Err(_) => Err(unreachable(server, sqlx::Error::PoolTimedOut)),
    }
}

fn unreachable(server: &Server, cause: sqlx::Error) -> StoreError {
    match cause {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => {
            StoreError::Unreachable { place: Place::Server(server.clone()), cause }
        }
        other => StoreError::Database(other),
    }
}

fn refuse_newer(server: &Server, found: i64) -> Result<(), StoreError> {
    match found > NEWEST {
        true => {
            Err(StoreError::Newer { place: Place::Server(server.clone()), found, known: NEWEST })
        }
        false => Ok(()),
    }
}

/// The connections of readers.
pub(in super::super) async fn reader(
    server: &Server,
    homey: &str,
) -> Result<(PgPool, Ids), StoreError> {
    let mut connection = connect(server).await?;
    let found = schema::version(&mut connection).await?;
    refuse_newer(server, found)?;
    let missing = || StoreError::Missing(Place::Server(server.clone()));
    let home = match found {
        0 => None,
        _ => home(&mut connection, homey).await?,
    };
    let ids = home.map(|id| ids(id, homey)).ok_or_else(missing)?;
    let _ = connection.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(TURN)
        .idle_timeout(Duration::from_secs(60))
        .connect_lazy_with(options(server)?);
    Ok((pool, ids))
}

/// The connection of a writer: `is_only` makes the tables and takes the lock of the home.
pub(in super::super) async fn writer(
    server: &Server,
    homey: &str,
    is_only: bool,
) -> Result<(PgConnection, Ids), StoreError> {
    let mut connection = connect(server).await?;
    if is_only {
        schema::migrate(&mut connection, |found| refuse_newer(server, found)).await?;
        sqlx::query("INSERT INTO home (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")
            .bind(homey.to_owned())
            .execute(&mut connection)
            .await?;
    } else {
        refuse_newer(server, schema::version(&mut connection).await?)?;
    }
    let place = || Place::Server(server.clone());
    let Some(id) = home(&mut connection, homey).await? else {
        return Err(StoreError::Missing(place()));
    };
    if is_only {
        let lock = sqlx::query_scalar::<_, bool>("SELECT pg_try_advisory_lock($1, $2)");
        let lock = lock.bind(HOMES).bind(i32::try_from(id).unwrap_or(i32::MAX));
        if !lock.fetch_one(&mut connection).await? {
            return Err(StoreError::Busy { place: place(), pid: None });
        }
    }
    Ok((connection, ids(id, homey)))
}

async fn home(connection: &mut PgConnection, homey: &str) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT id::bigint FROM home WHERE name = $1").bind(homey.to_owned());
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

fn ids(home: i64, homey: &str) -> Ids {
    let before = home * BLOCK;
    Ids { before, last: before + BLOCK - 1, homey: homey.to_owned() }
}
