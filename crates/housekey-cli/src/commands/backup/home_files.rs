//! Backups on disk, and the home as it is now.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use housekey_agent::settings::{SinkSettings, SinkTarget};
use housekey_backup::apply::JournalError;
use housekey_backup::layout::{Files, SECRETS};
use housekey_backup::secrets::{KnownSecrets, Secrets};
use housekey_backup::{BackupError, Home, Part, Snapshot, archive, disk, read};

use super::agent_snapshots::agent_settings;
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let failure = match &error {
            BackupError::Io { .. } => Failure::failed(error.to_string()),
            _ => Failure::usage(error.to_string()),
        };
        let failure = match std::error::Error::source(&error) {
            Some(cause) => failure.because(cause),
            None => failure,
        };
        match error {
            BackupError::NoBackup(_) => failure.hint("`housekey backup create DIR` writes one"),
            BackupError::NewerFormat { .. } => failure.hint("use a newer housekey for it"),
            BackupError::Checksum { .. }
            | BackupError::Content { .. }
            | BackupError::Archive { .. } => {
                failure.hint("use another copy of it; nothing was changed")
            }
            _ => failure,
        }
    }
}

/// A journal of an apply that cannot be written or read.
pub(in crate::commands) fn journal_failure(error: JournalError) -> Failure {
    let failure = Failure::failed(error.to_string());
    match std::error::Error::source(&error) {
        Some(cause) => failure.because(cause),
        None => failure,
    }
}

/// Where backups lie that were given no place.
pub(in crate::commands) fn directory(context: &Context) -> PathBuf {
    context.state.join("homes")
}

/// The files of a backup: a directory, an archive, or the name of one in the usual place.
pub(in crate::commands) fn files(at: &Path, context: &Context) -> Outcome<Files> {
    let usual = directory(context).join(at);
    let at = if !at.exists() && usual.exists() { &usual } else { at };
    Ok(if archive::is_archive(at) { archive::read(at)? } else { disk::read(at)? })
}

/// The snapshot in a backup.
pub(in crate::commands) fn snapshot(at: &Path, context: &Context) -> Outcome<Snapshot> {
    Ok(Snapshot::from_files(&files(at, context)?)?)
}

/// The home as it is now, with everything that its Homey shows.
pub(in crate::commands) async fn home(target: &Target, context: &Context) -> Outcome<Home> {
    let bar = context.waiting.count("Reading the home", Part::ALL.len());
    let home = read::home(&target.homey, &target.title, |_| bar.step()).await?;
    drop(bar);
    for (part, why) in home.missing() {
        context.out.note(&format!("Not read: {}: {why}", part.name()));
    }
    Ok(home)
}

/// A home as it is now.
pub(in crate::commands) struct Now {
    pub(in crate::commands) snapshot: Snapshot,
    /// The secrets that were taken out of it.
    pub(in crate::commands) secrets: Secrets,
    /// Where there are secrets.
    pub(in crate::commands) known: KnownSecrets,
}

/// The home as it is now.
pub(in crate::commands) async fn now(target: &Target, context: &Context) -> Outcome<Now> {
    now_of(&home(target, context).await?, target, context).await
}

/// A home that was read, without its secrets.
pub(in crate::commands) async fn now_of(
    home: &Home,
    target: &Target,
    context: &Context,
) -> Outcome<Now> {
    let mut known = read::known_secrets(&target.homey, home).await?;
    known.variables = token_variables(context);
    let (snapshot, secrets) = Snapshot::of(home, &known, context.clock.now());
    Ok(Now { snapshot, secrets, known })
}

/// The secrets of a backup, where it has them and the age identity of the store opens them.
pub(in crate::commands) fn secrets(files: &Files, context: &Context) -> Outcome<Secrets> {
    let Some(sealed) = files.get(SECRETS) else { return Ok(Secrets::new()) };
    let text = context.store_config.age_key.decrypt(sealed)?;
    serde_json::from_slice(&text)
        .map_err(|_| Failure::usage(format!("{SECRETS} does not hold the secrets of a backup")))
}

/// The variables that the agent writes tokens into. With faulty settings there are none; a token is still known by
/// its look then.
pub(in crate::commands) fn token_variables(context: &Context) -> BTreeSet<String> {
    let sinks = agent_settings(context).map(|settings| settings.sinks);
    let variable = |sink: SinkSettings| match sink.target {
        SinkTarget::Variable { name } => Some(name),
        _ => None,
    };
    sinks.unwrap_or_default().into_iter().filter_map(variable).collect()
}
