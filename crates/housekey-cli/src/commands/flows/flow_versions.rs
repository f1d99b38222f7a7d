//! What a flow was before: from the snapshots of the agent, and as it is now.

use housekey_backup::graph::ItemRef;
use housekey_backup::setup;
use housekey_backup::snapshot_store::{SnapshotStore, Version};

use super::named_item::{self, ItemKind};
use crate::commands::backup::agent_snapshots;
use crate::commands::backup::home_files::{self, Now};
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};

/// The versions of a flow.
pub(super) struct FlowVersions {
    pub(super) flow: ItemRef,
    /// Its path, for people.
    pub(super) path: String,
    /// The oldest first; the last is the flow as it is now.
    versions: Vec<Version>,
    /// The home as it is now.
    pub(super) now: Now,
}

impl FlowVersions {
    /// Reads the versions of the flow with that name, which may be deleted.
    pub(super) async fn read(wanted: &str, target: &Target, context: &Context) -> Outcome<Self> {
        let store = agent_snapshots::of(target, context)?;
        let now = home_files::now(target, context).await?;
        let (flow, path) = match named_item::find(&now.snapshot.home, wanted, Some(ItemKind::Flow))
        {
            Ok(flow) => {
                let path = now.snapshot.home.path(flow.part, &flow.id);
                (flow, path)
            }
            Err(failure) => deleted(wanted, &store)?.ok_or(failure)?,
        };
        let mut versions = store.versions(flow.part, &flow.id)?;
        let present = now.snapshot.home.item(flow.part, &flow.id);
        let newest = versions.last().and_then(|version| version.item.as_ref());
        let is_same = match (newest, present) {
            (Some(newest), Some(present)) => setup::is_same(newest, present),
            (None, None) => true,
            _ => false,
        };
        if !is_same && now.snapshot.home.has(flow.part) {
            let after = store.times()?.last().copied();
            versions.push(Version { when: now.snapshot.when, after, item: present.cloned() });
        }
        Ok(Self { flow, path, versions, now })
    }

    /// The versions with their numbers, from 0, and what was before each.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (usize, &Version, Option<&Version>)> {
        let before = |index: usize| index.checked_sub(1).map(|index| &self.versions[index]);
        let versions = self.versions.iter().enumerate().rev().enumerate();
        versions.map(move |(number, (index, version))| (number, version, before(index)))
    }

    /// The version with that number.
    pub(super) fn version(&self, number: usize) -> Outcome<&Version> {
        let found = self.newest_first().find(|(other, ..)| *other == number);
        found.map(|(_, version, _)| version).ok_or_else(|| {
            let last = self.versions.len().saturating_sub(1);
            Failure::usage(format!("there is no version {number} of {}", self.path)).hint(
                match last {
                    0 => "it was not changed since the first snapshot".to_owned(),
                    last => format!("the oldest is {last}; `housekey flows versions` shows them"),
                },
            )
        })
    }
}

/// The newest flow of that name in the snapshots.
fn deleted(wanted: &str, store: &SnapshotStore) -> Outcome<Option<(ItemRef, String)>> {
    for when in store.times()?.into_iter().rev() {
        let home = store.snapshot(when)?.home;
        if let Ok(flow) = named_item::find(&home, wanted, Some(ItemKind::Flow)) {
            let path = home.path(flow.part, &flow.id);
            return Ok(Some((flow, path)));
        }
    }
    Ok(None)
}
