//! `housekey backup create`.

use std::path::{Path, PathBuf};

use housekey_backup::layout::{Files, SECRETS};
use housekey_backup::secrets::Secrets;
use housekey_backup::{Part, Snapshot, archive, disk};
use serde_json::json;

use super::home_files::{self, Now};
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};

/// Write the set-up of the home to files: zones, devices' settings, flows, variables, moods and more
///
/// Files are small JSON documents that can be read, compared and kept under version control; the same home
/// gives the same files. Passwords and tokens are left out, unless with --secrets. What a Homey does not
/// give away cannot be in a backup: pairings of devices, logged values, people, data of apps.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey backup create home
  housekey backup create home-2026-11-30.tar.zst
  housekey backup create home --secrets")]
pub(crate) struct Args {
    /// The directory, or a file that ends with .tar.zst; without it a file in the state directory
    #[arg(value_name = "DIR|FILE")]
    to: Option<PathBuf>,
    /// Keep passwords and tokens as well, encrypted for the age identity of the store
    #[arg(long)]
    secrets: bool,
    /// Overwrite files that were edited and not applied, or that hold another home
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let before = match &args.to {
        Some(to) if !archive::is_archive(to) => present(to, args.force)?,
        _ => None,
    };
    let Now { snapshot, secrets, .. } = home_files::now(&target, context).await?;
    let to = match args.to {
        Some(to) => to,
        None => {
            let when = context.clock.now().strftime("%Y-%m-%dT%H%M%SZ");
            home_files::directory(context)
                .join(format!("{}-{when}.tar.zst", safe(&snapshot.home.about.name)))
        }
    };
    if let Some(before) = before.filter(|_| !args.force) {
        refuse_loss(&to, &before, &snapshot)?;
    }
    let mut files = snapshot.files();
    if args.secrets {
        files.insert(SECRETS.to_owned(), sealed(&secrets, context)?);
    }
    if archive::is_archive(&to) {
        let when_s = u64::try_from(snapshot.when.as_second()).unwrap_or_default();
        archive::write(&to, &files, when_s)?;
    } else {
        disk::write(&to, &files)?;
    }
    report(&to, &snapshot, &files, secrets.len(), args.secrets, context)
}

/// The snapshot that is in the directory already, if there is one.
fn present(to: &Path, force: bool) -> Outcome<Option<Snapshot>> {
    if disk::holds_snapshot(to) {
        return match Snapshot::from_files(&disk::read(to)?) {
            Ok(snapshot) => Ok(Some(snapshot)),
            Err(_) if force => Ok(None),
            Err(error) => Err(Failure::from(error)
                .hint("correct the file, or use another directory; --force overwrites it")),
        };
    }
    if !disk::is_free(to)? && !force {
        return Err(Failure::usage(format!("{} holds other files", to.display()))
            .hint("give an empty or a new directory; --force writes between the files"));
    }
    Ok(None)
}

/// Refuses to overwrite edits that are only in the files, and files of another home.
fn refuse_loss(to: &Path, before: &Snapshot, now: &Snapshot) -> Outcome {
    let ids = (&before.home.about.id, &now.home.about.id);
    if let (Some(before_id), Some(now_id)) = ids
        && before_id != now_id
    {
        let name = &before.home.about.name;
        return Err(Failure::usage(format!("{} holds another home, \"{name}\"", to.display()))
            .hint("give another directory; --force overwrites it"));
    }
    let edited = before.edited_unlike(now);
    let Some((part, id)) = edited.first() else { return Ok(()) };
    let (one, more) = (before.home.path(*part, id), edited.len() - 1);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let item = part.item();
    Err(Failure::usage(format!(
        "{} has edits that are not on the Homey: the {item} {one}{more}",
        to.display()
    ))
    .hint("`housekey backup diff` shows them; --force overwrites them"))
}

/// The secrets, encrypted for the identity of the store.
fn sealed(secrets: &Secrets, context: &Context) -> Outcome<Vec<u8>> {
    let key = &context.store_config.age_key;
    if key.make()? {
        context
            .out
            .note(&format!("A new age identity is in {}: keep a copy of it", key.file.display()));
    }
    let text = serde_json::to_vec_pretty(secrets)
        .map_err(|error| Failure::failed("cannot write the secrets").because(&error))?;
    Ok(key.encrypt(&text)?)
}

fn report(
    to: &Path,
    snapshot: &Snapshot,
    files: &Files,
    secrets: usize,
    with_secrets: bool,
    context: &Context,
) -> Outcome {
    let counts: Vec<(Part, usize)> =
        snapshot.home.parts().map(|(part, items)| (part, items.len())).collect();
    let record = json!({
        "path": to.display().to_string(),
        "homey": snapshot.home.about.name,
        "when": snapshot.when.to_string(),
        "files": files.len(),
        "items": counts.iter().map(|(part, count)| (part.name().to_owned(), json!(count)))
            .collect::<serde_json::Map<_, _>>(),
        "missing": snapshot.home.missing().map(|(part, why)| (part.name().to_owned(), json!(why)))
            .collect::<serde_json::Map<_, _>>(),
        "secrets": secrets,
    });
    let what: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(part, count)| format!("{count} {}", part.items(*count)))
        .collect();
    context.out.note(&format!("{} holds {}", to.display(), what.join(", ")));
    match (secrets, with_secrets) {
        (0, _) => {}
        (count, true) => context.out.note(&format!("{count} secrets are in {SECRETS}, encrypted")),
        (1, false) => {
            context.out.note("One password or token was left out; --secrets keeps it, encrypted")
        }
        (count, false) => {
            context.out.note(&format!(
                "{count} passwords and tokens were left out; --secrets keeps them, encrypted"
            ));
        }
    }
    if context.out.is_json() { context.out.json(&record) } else { Ok(()) }
}

/// A title as a part of a file's name.
fn safe(title: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let safe: String = title.chars().take(40).map(safe).collect();
    safe.trim_matches('-').to_lowercase()
}
