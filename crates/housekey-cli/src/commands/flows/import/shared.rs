//! Flows of other homes, which are made anew.

use std::collections::BTreeMap;
use std::path::Path;

use housekey_backup::portable::{self, PortableError};
use housekey_backup::secrets::{KnownSecrets, Secrets};
use housekey_backup::transfer::{self, TransferInput};
use housekey_backup::words::Words;
use housekey_backup::{KnownDevices, Snapshot};
use serde_json::Value;

use crate::commands::backup::home_files;
use crate::commands::flows::heal::device_map;
use crate::commands::flows::whole_home::WholeHome;
use crate::commands::moving::Moving;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};

pub(super) async fn run(
    content: &Value,
    file: &Path,
    map: Option<&Path>,
    dry_run: DryRun,
    context: &Context,
) -> Outcome {
    let from = portable::read(content).map_err(|error| {
        let failure = Failure::usage(format!("{}: {error}", file.display()));
        failure.hint(match error {
            PortableError::Newer(_) => "use a newer housekey for it",
            PortableError::Content(_) => "nothing was sent",
        })
    })?;
    let target = context.homey(Purpose::Write(dry_run)).await?;
    let to = WholeHome::read_all(&target, context).await?;
    let now = home_files::now_of(&to.home, &target, context).await?;
    // Their secrets were left out, so there are none to look for.
    let (snapshot, _) = Snapshot::of(&from, &KnownSecrets::default(), context.clock.now());
    let map = match map {
        Some(file) => device_map::read(file, &to.home, &KnownDevices::of_backup(&snapshot.refs))?,
        None => BTreeMap::new(),
    };
    let secrets = Secrets::new();
    let transfer = transfer::transfer(TransferInput {
        from: &from,
        snapshot: &snapshot,
        to: &to.home,
        cards: &to.cards,
        secrets: &secrets,
        map: &map,
        folder: None,
        enable: false,
    });
    let words = Words::new(&from, &to.cards);
    let moving = Moving { from: &from, words, to: &to.home, transfer };
    moving.run(&now, &secrets, None, (&target, context)).await
}
