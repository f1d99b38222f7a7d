//! Opens a file: for one writer, who creates and converts it, and for readers.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use super::super::StoreError;
use super::super::location::Place;
use super::lock::WriteLock;
use super::schema::{self, NEWEST, STEPS};

/// How long a statement waits for another program.
const BUSY: Duration = Duration::from_secs(5);

/// File systems on which locks do not hold: NFS, SMB, CIFS, SMB2.
#[cfg(target_os = "linux")]
const NETWORK: [u32; 4] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42];

/// The options of every connection.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-4096")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// Opens a file to write it: created if it is missing, converted if it is old.
pub(crate) async fn for_writing(path: &Path) -> Result<(SqliteConnection, WriteLock), StoreError> {
    if let Some(directory) = path.parent().filter(|one| !one.as_os_str().is_empty()) {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(system("create", directory))?;
        refuse_network(directory)?;
    }
    let lock = WriteLock::take(path)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(system("create", path)(error));
        }
        _ => {}
    }
    refuse_newer(path).await?;
    let options = options(path)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("journal_size_limit", "67108864");
    let mut connection = options.connect().await.map_err(|error| damaged(path, error))?;
    let found = schema::version(&mut connection).await?;
    if found > 0 && found < NEWEST {
        copy_before(path, found, &mut connection).await?;
    }
    if found < NEWEST {
        schema::migrate(&mut connection, STEPS).await?;
    }
    Ok((connection, lock))
}

/// Opens a file to write it beside its recorder.
pub(crate) async fn beside(path: &Path) -> Result<SqliteConnection, StoreError> {
    refuse_newer(path).await?;
    options(path).connect().await.map_err(|error| damaged(path, error))
}

/// Refuses a file that is missing, damaged or newer than this program.
pub(crate) async fn refuse_newer(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(Place::File(path.to_owned())));
    }
    let mut connection =
        options(path).read_only(true).connect().await.map_err(|error| damaged(path, error))?;
    let found = schema::version(&mut connection).await.map_err(|error| match error {
        StoreError::Database(error) => damaged(path, error),
        other => other,
    })?;
    let _ = connection.close().await;
    if found > NEWEST {
        return Err(StoreError::Newer {
            place: Place::File(path.to_owned()),
            found,
            known: NEWEST,
        });
    }
    Ok(())
}

/// A copy of the file as it was, beside it.
async fn copy_before(
    path: &Path,
    found: i64,
    connection: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let needed = fs::metadata(path).map_err(system("read", path))?.len();
    let free = free_bytes(path)?;
    if free < needed + needed / 4 {
        return Err(StoreError::NoRoom {
            path: path.to_owned(),
            needed: needed + needed / 4,
            free,
        });
    }
    let copy = path.with_extension(format!("format-{found}.sqlite"));
    let copy_text = copy.display().to_string();
    let _ = fs::remove_file(&copy);
    sqlx::query("VACUUM INTO ?").bind(copy_text).execute(connection).await?;
    restrict(&copy)
}

/// Makes a file readable for its owner alone.
pub(crate) fn restrict(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(system("protect", path))
}

/// How many bytes are free where a file is.
pub(crate) fn free_bytes(path: &Path) -> Result<u64, StoreError> {
    let found = nix::sys::statvfs::statvfs(path);
    let found = found.map_err(|error| system("look at", path)(error.into()))?;
    #[allow(clippy::useless_conversion)] // The types differ between systems.
    let free = u64::from(found.blocks_available()).saturating_mul(u64::from(found.fragment_size()));
    Ok(free)
}

#[cfg(target_os = "linux")]
fn refuse_network(directory: &Path) -> Result<(), StoreError> {
    let found = nix::sys::statfs::statfs(directory);
    let found = found.map_err(|error| system("look at", directory)(error.into()))?;
    let kind = found.filesystem_type().0 as u32;
    if NETWORK.contains(&kind) { Err(StoreError::Network(directory.to_owned())) } else { Ok(()) }
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

pub(crate) fn system(what: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.to_owned();
    move |cause| StoreError::System { what, path: path.clone(), cause }
}

/// What is no database is damaged; everything else is what it is.
pub(crate) fn damaged(path: &Path, error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause)
            if matches!(cause.code().as_deref(), Some("11" | "26" | "267" | "523" | "779")) =>
        {
            StoreError::Damaged { path: path.to_owned(), what: cause.message().to_owned() }
        }
        _ => StoreError::Database(error),
    }
}
