//! The file that a command reads or writes.

use std::path::PathBuf;

use housekey_agent::settings::{HistorySettings, Settings};
use housekey_history::store::StoreError;
use housekey_history::store::sqlite::{SqliteReader, SqliteWriter};
use jiff::tz::TimeZone;

use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};

// Names a file. A doc comment would replace the help of the command that takes it.
#[derive(Debug, clap::Args)]
pub(super) struct PlaceArgs {
    /// The file of the history; without it, that of the Homey as agent.toml says
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A file of history, and whose it is.
pub(super) struct HistoryFile {
    pub(super) path: PathBuf,
    /// The short name of the Homey.
    pub(super) homey: String,
    /// What agent.toml says of history; the defaults where it says nothing.
    pub(super) settings: HistorySettings,
}

impl PlaceArgs {
    /// The file; it need not exist.
    pub(super) fn file(self, context: &Context) -> Outcome<HistoryFile> {
        let homey = match (context.stored_homey(&Purpose::Read), &self.file) {
            (Ok(record), _) => record.name,
            (Err(_), Some(_)) => context.homey_named.clone().unwrap_or_else(|| "home".to_owned()),
            (Err(error), None) => return Err(error),
        };
        let agent = context.settings.directory().join("agent.toml");
        let stored = context.store.homeys().unwrap_or_default();
        // Settings that are wrong are reported by the agent; here the usual place is as good.
        let settings = Settings::read(&agent, &stored).ok().and_then(|settings| settings.history);
        let settings = settings.unwrap_or_default();
        let path = match self.file {
            Some(path) => path,
            None => settings.location.file(&context.state, &homey).ok_or_else(|| {
                Failure::failed("the history is in PostgreSQL, which this version does not read")
            })?,
        };
        Ok(HistoryFile { path, homey, settings })
    }

    /// The file, opened to read.
    pub(super) async fn reader(self, context: &Context) -> Outcome<(SqliteReader, HistoryFile)> {
        let file = self.file(context)?;
        let reader = SqliteReader::open(&file.path).await.map_err(failure)?;
        Ok((reader, file))
    }

    /// The file, opened to write: created if it is missing and `create` is set.
    pub(super) async fn writer(
        self,
        context: &Context,
        create: bool,
    ) -> Outcome<(SqliteWriter, HistoryFile)> {
        let file = self.file(context)?;
        if !create && !file.path.exists() {
            return Err(failure(StoreError::Missing(file.path)));
        }
        let writer = SqliteWriter::open(&file.path, &file.homey).await.map_err(failure)?;
        Ok((writer, file))
    }
}

/// The zone of the home as the recorder noted it.
pub(super) async fn zone(reader: &SqliteReader) -> Outcome<TimeZone> {
    let name = reader.meta("zone").await.map_err(failure)?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// The same of a file that is being written.
pub(super) async fn zone_of(writer: &mut SqliteWriter) -> Outcome<TimeZone> {
    let name = writer.meta("zone").await.map_err(failure)?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// What a store refuses, with what to do.
pub(super) fn failure(error: StoreError) -> Failure {
    let hint = match &error {
        StoreError::Missing(_) => {
            "add `[history]` to agent.toml and start the agent, or `housekey history import` a file"
        }
        StoreError::Busy { .. } => {
            "stop the agent first with `housekey agent stop`, or wait for the other command"
        }
        StoreError::Newer { .. } => "use the newer version; nothing was changed",
        StoreError::Damaged { .. } => {
            "`housekey history check` names the damage; a backup is a whole file"
        }
        StoreError::NoRoom { .. } => "free some room; nothing was changed",
        StoreError::Network(_) => "name a local path in `[history] url`",
        StoreError::System { .. } | StoreError::Database(_) => {
            let failure = Failure::failed(error.to_string());
            return match std::error::Error::source(&error) {
                Some(cause) => failure.because(cause),
                None => failure,
            };
        }
    };
    Failure::failed(error.to_string()).hint(hint)
}
