//! The check of the store: where it is, who may read it, how it is protected, and whether it can be written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use housekey::auth::store::{Key, Protection};
use nix::sys::statvfs::statvfs;

use super::check::{Finding, Findings};
use crate::context::Context;

/// Room on the disk that is enough for years, in bytes.
const ENOUGH_BYTES: u64 = 16 * 1024 * 1024;

/// Room on the disk that a renewal may need, in bytes.
const NEEDED_BYTES: u64 = 1024 * 1024;

pub(super) fn check(context: &Context) -> Findings {
    let directory = &context.store_config.credentials;
    let shown = directory.display();
    let mut findings = Findings::default();
    findings.fact("directory", directory);
    let Ok(about) = fs::metadata(directory) else {
        return match fs::symlink_metadata(directory) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                findings.add(Finding::skipped(format!("{shown} is made by the first sign-in")));
                findings
            }
            _ => {
                findings.add(
                    Finding::failed(format!("{shown} cannot be read"))
                        .next("check who owns the directory, and its mode"),
                );
                findings
            }
        };
    };
    let mode = about.permissions().mode() & 0o777;
    findings.fact("mode", format!("{mode:04o}"));
    findings.add(match mode & 0o077 {
        0 => Finding::ok(format!("{shown}, for its owner alone")),
        _ => Finding::warning(format!("{shown} is open to other users (mode {mode:04o})"))
            .next(format!("`chmod 700 '{shown}'`")),
    });
    findings.add(protection(context));
    let open: Vec<_> = files_open_to_others(directory);
    if !open.is_empty() {
        let names = open.join(", ");
        findings.add(
            Finding::warning(format!("open to other users: {names}"))
                .next(format!("`chmod 600` them in {shown}")),
        );
    }
    findings.add(match context.store.check_writable() {
        Ok(()) => Finding::ok("it can be written"),
        Err(error) => Finding::of_error("it cannot be written", &error.into()),
    });
    match room(directory) {
        Some(bytes) => {
            findings.fact("free_bytes", bytes);
            let shown = format!("{} MB free on its disk", bytes / 1_000_000);
            let next = "free some: a token that cannot be stored is lost";
            findings.add(match bytes {
                ..NEEDED_BYTES => Finding::failed(shown).next(next),
                NEEDED_BYTES..ENOUGH_BYTES => Finding::warning(shown).next(next),
                _ => Finding::ok(shown),
            });
        }
        None => findings.add(Finding::skipped("the room on its disk is not known")),
    }
    findings
}

/// How the records are protected.
fn protection(context: &Context) -> Finding {
    let keys = context.store.homeys().map(|names| names.into_iter().map(Key::Homey));
    let keys = keys.and_then(|homeys| {
        Ok(homeys
            .chain(context.store.accounts()?.into_iter().map(Key::Account))
            .collect::<Vec<_>>())
    });
    let keys = match keys {
        Ok(keys) => keys,
        Err(error) => return Finding::of_error("it cannot be read", &error.into()),
    };
    let of = |protection| {
        let fits = |key: &&Key| context.store.protection(key).ok().flatten() == Some(protection);
        keys.iter().filter(fits).count()
    };
    let each = Protection::ALL.map(|protection| (protection, of(protection)));
    let words: Vec<_> = each
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(protection, count)| match protection {
            Protection::File => format!("{count} in plain files"),
            Protection::Age => format!("{count} encrypted with age"),
            Protection::Keyring => format!("{count} in the keyring"),
        })
        .collect();
    match words.is_empty() {
        true => Finding::ok("no records"),
        false => Finding::ok(format!("records: {}", words.join(", "))),
    }
}

/// The names of the records that others may read.
fn files_open_to_others(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let is_open = |entry: &fs::DirEntry| {
        let about = entry.metadata();
        about.is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 != 0)
    };
    let open = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "json"));
    open.filter(is_open).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The bytes that a program of this user may still write.
fn room(directory: &Path) -> Option<u64> {
    let disk = statvfs(directory).ok()?;
    // The types differ between systems.
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "not on every system")]
    u64::from(disk.blocks_available()).checked_mul(u64::from(disk.fragment_size()))
}
