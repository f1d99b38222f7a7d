//! The history that a command reads or writes.

use std::path::PathBuf;

use housekey_agent::settings::{HistorySettings, Settings};
use housekey_history::store::location::Place;
use housekey_history::store::{StoreError, StoreReader, StoreWriter};
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

/// Where a history is, and whose it is.
pub(super) struct HomeHistory {
    pub(super) place: Place,
    /// The short name of the Homey.
    pub(super) homey: String,
    /// What agent.toml says of history; the defaults where it says nothing.
    pub(super) settings: HistorySettings,
}

impl PlaceArgs {
    /// The history; it need not exist.
    pub(super) fn history(self, context: &Context) -> Outcome<HomeHistory> {
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
        let place = match self.file {
            Some(path) => Place::File(path),
            None => settings.location.place(&context.state, &homey),
        };
        Ok(HomeHistory { place, homey, settings })
    }

    /// The history, opened to read.
    pub(super) async fn reader(self, context: &Context) -> Outcome<(StoreReader, HomeHistory)> {
        let history = self.history(context)?;
        let reader = StoreReader::open(&history.place, &history.homey).await.map_err(failure)?;
        Ok((reader, history))
    }

    /// The history, opened to write: created if it is missing and `create` is set.
    pub(super) async fn writer(
        self,
        context: &Context,
        create: bool,
    ) -> Outcome<(StoreWriter, HomeHistory)> {
        let history = self.history(context)?;
        if !create && history.place.file().is_some_and(|file| !file.exists()) {
            return Err(failure(StoreError::Missing(history.place)));
        }
        let writer = StoreWriter::open(&history.place, &history.homey).await.map_err(failure)?;
        Ok((writer, history))
    }
}

/// The zone of the home as the recorder noted it.
pub(super) async fn zone(reader: &StoreReader) -> Outcome<TimeZone> {
    let name = reader.meta("zone").await.map_err(failure)?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// The same of a file that is being written.
pub(super) async fn zone_of(writer: &mut StoreWriter) -> Outcome<TimeZone> {
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
        StoreError::NoFile(_) => "the history is in PostgreSQL: back it up with `pg_dump`",
        StoreError::System { .. } | StoreError::Unreachable { .. } | StoreError::Database(_) => {
            let failure = Failure::failed(error.to_string());
            return match std::error::Error::source(&error) {
                Some(cause) => failure.because(cause),
                None => failure,
            };
        }
    };
    Failure::failed(error.to_string()).hint(hint)
}
