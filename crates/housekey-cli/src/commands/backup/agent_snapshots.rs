//! The snapshots that the agent keeps of a home.

use housekey_agent::settings::{BackupSettings, Settings as AgentSettings};
use housekey_backup::snapshot_store::SnapshotStore;

use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};

/// The settings of the agent, where there are any and they are right.
pub(super) fn agent_settings(context: &Context) -> Option<AgentSettings> {
    let settings = context.settings.directory().join("agent.toml");
    let stored = context.store.homeys().unwrap_or_default();
    AgentSettings::read(&settings, &stored).ok()
}

/// The snapshots of a Homey.
///
/// # Errors
/// There are none.
pub(in crate::commands) fn of(target: &Target, context: &Context) -> Outcome<SnapshotStore> {
    let homey = target.name.as_deref().ok_or_else(|| {
        Failure::usage("snapshots are kept of Homeys that are signed in")
            .hint("choose one with --homey")
    })?;
    let settings = agent_settings(context).and_then(|settings| settings.backup);
    let are_made = settings.is_some();
    let directory = settings.map_or_else(|| BackupSettings::default().directory, |it| it.directory);
    let store = SnapshotStore::at(context.state.join(directory).join(homey));
    if !store.times()?.is_empty() {
        return Ok(store);
    }
    let failure = Failure::failed(format!("there are no snapshots of \"{homey}\""));
    Err(failure.hint(match are_made {
        true => "`housekey agent run` makes the first one within a minute",
        false => "write [backup] into agent.toml: `housekey agent run` keeps snapshots then",
    }))
}
